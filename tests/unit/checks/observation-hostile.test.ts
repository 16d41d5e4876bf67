import { expect, test } from "vitest";
import { observe, readObservation } from "../../../src-main/checks/index.ts";
import { fc } from "../../support/fast-check.ts";
import { createContext, createProbing } from "./context.ts";
import { mx, startFakeDns } from "./fake-dns.ts";
import { startFakeSmtp } from "./fake-smtp.ts";
import { inbound, running } from "./smtp-stage.ts";

/** A real record of a healthy site, as it would come back from a file. */
async function recordSite(): Promise<string> {
  const mail = await startFakeSmtp({ ehlo: `250 ${inbound}\r\n` });
  const dns = await startFakeDns({
    "acme.example": { MX: [mx(10, inbound)], TXT: ["v=spf1 -all"], NS: ["ns1.acme.example"] },
    "ns1.acme.example": { A: ["127.0.0.1"] },
    [inbound]: { A: ["127.0.0.1"] },
  });
  running.push(mail, dns);
  const network = {
    resolver: dns.endpoint,
    authoritativePort: dns.port,
    smtpPort: mail.port,
    submissionPort: 1,
    httpsPort: 2,
  };
  const seen = await observe("inbound", createContext({ network }), createProbing());
  if ("blocked" in seen) throw new Error(seen.blocked);
  return JSON.stringify(seen.record);
}

const spoil = (hex: string, at: number, byte: number): string => {
  const place = (at % Math.max(1, hex.length / 2)) * 2;
  return hex.slice(0, place) + byte.toString(16).padStart(2, "0") + hex.slice(place + 2);
};

/** Characters that hide or reorder text on a screen; lines are parted on purpose. */
const findHidden = (text: string): string[] =>
  [...text].filter((one) => one !== "\n" && (one < " " || one === "\u007f" || one === "\u202e"));

test("recorded bytes may be anything: facts are read or not seen, and nothing throws", async () => {
  const record = await recordSite();
  fc.assert(
    fc.property(
      fc.nat(50),
      fc.nat(500),
      fc.nat(255),
      fc.string({ unit: "binary", maxLength: 60 }),
      (which, at, byte, text) => {
        const copy = JSON.parse(record);
        const exchanges = [...copy.record.domains.exchanges, ...copy.record.smtp.exchanges].filter(
          ({ reply }) => reply,
        );
        const chosen = exchanges[which % exchanges.length];
        chosen.reply = spoil(chosen.reply, at, byte);
        for (const { dialogues } of copy.record.smtp.hosts)
          for (const { turns } of dialogues) turns[which % turns.length].received = text;
        const facts = readObservation(copy);
        expect(facts).not.toBeNull();
        for (const { value, detail, subject } of facts ?? [])
          expect(findHidden(`${value ?? ""}${detail}${subject}`)).toEqual([]);
      },
    ),
    { numRuns: 500 },
  );
});
