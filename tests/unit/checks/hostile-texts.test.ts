import { encode } from "dns-packet";
import { describe, expect, test } from "vitest";
import { judgeAgain } from "../../../src-main/checks/index.ts";
import { fc } from "../../support/fast-check.ts";
import { findPlaceholders } from "../../support/placeholders.ts";
import { createContext, findCheck } from "./context.ts";
import { rsaRecord } from "./dkim-keys.ts";

/** An exchange whose reply has these TXT records, each of one or more strings of any bytes. */
function exchangeOf(name: string, texts: Uint8Array[][]) {
  const question = { type: "TXT" as const, name };
  const answers = texts.map((strings) => ({ ...question, ttl: 60, data: strings.map((bytes) => Buffer.from(bytes)) }));
  const reply = encode({ type: "response", id: 1, flags: 0x8180, questions: [question], answers }).toString("hex");
  const rest = { to: null, server: "192.0.2.53:53", transport: "udp", tries: 1, milliseconds: 1, failure: null };
  return { ...question, ...rest, reply };
}

const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, "latin1").subarray(0, 255));
const anyBytes = fc.uint8Array({ maxLength: 255 });
const tag = fc.constantFrom(
  ...[
    "v=DMARC1",
    "v=DKIM1",
    "v=spf1",
    "p=reject",
    "p=none",
    "p=",
    "sp=",
    "np=none",
    "t=y",
    "psd=y",
    "k=ed25519",
    "h=:",
    "s=x",
  ],
  ...[
    "rua=mailto:a@b",
    "include:eu._netblocks.vendor.example",
    "\u0000",
    "\u001b[31m",
    "%s",
    "=",
    "p=AAAA",
    "constructor=1",
  ],
);
const likely = fc.array(tag, { maxLength: 10 }).map((tags) => bytesOf(tags.join("; ")));
const start = fc
  .tuple(fc.constantFrom("v=DMARC1; ", "v=DKIM1; p=", "v=spf1 "), fc.string())
  .map((parts) => bytesOf(parts.join("")));
const key = fc.constant(bytesOf(rsaRecord(1_024)));
const record = fc.array(fc.oneof(anyBytes, likely, start, key), { minLength: 1, maxLength: 3 });
const records = fc.array(record, { maxLength: 3 });

const rows = { domains: [{ id: "1", values: { name: "acme.example", selector: "s1 s2" } }] };

describe("texts that a hostile zone may have", () => {
  test.each(["dkim-record", "dmarc-record"])("%s reads them all, and prints none of their control characters", (id) => {
    const planned = findCheck(id).plan(createContext({ family: "microsoft-365", answers: { rows } }));
    if (planned.kind !== "ready") throw new Error(`${id} is not ready`);
    const names = [
      "_dmarc.acme.example",
      "_dmarc.example",
      "acme.example",
      "s1._domainkey.acme.example",
      "s2._domainkey.acme.example",
      "selector1._domainkey.acme.example",
      "selector2._domainkey.acme.example",
    ];
    const exchanges = fc.tuple(...names.map((name) => records.map((texts) => exchangeOf(name, texts))));
    fc.assert(
      fc.property(exchanges, (asked) => {
        const recorded = { plan: planned.plan, record: { at: "2026-11-23T10:00:00.000Z", exchanges: asked } };
        const judgement = judgeAgain(id, JSON.parse(JSON.stringify(recorded)));
        expect(judgement.reason).not.toBe("The recorded answers are damaged or of another version.");
        const printed = [judgement.reason, judgement.todo, ...judgement.findings.map(({ text }) => text)].join(" ");
        expect(`${printed} ${judgement.transcript.replaceAll("\n", " ")}`).not.toMatch(/\p{Cc}/u);
        expect(findPlaceholders(printed, asked)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});
