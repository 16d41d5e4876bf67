import { afterEach, describe, expect, test } from "vitest";
import { fc } from "../../support/fast-check.ts";
import { createContext, findCheck, runToEnd } from "./context.ts";
import { type FakeDns, startFakeDns, type Zone } from "./fake-dns.ts";

const running: FakeDns[] = [];
afterEach(() => {
  for (const server of running.splice(0)) server.stop();
});

async function judge(zone: Zone) {
  const server = await startFakeDns(zone);
  running.push(server);
  return (await runToEnd("tls-rpt", createContext({ network: { resolver: server.endpoint, ...server.patience } })))
    .judgement;
}
const name = "_smtp._tls.acme.example";
const txt = (...records: string[]): Zone => ({ [name]: { TXT: records } });

describe("tls-rpt", () => {
  test.each<[string, Zone, string, RegExp]>([
    ["a mailbox", txt("v=TLSRPTv1; rua=mailto:tls@acme.example"), "pass", /no faulty TLS-RPT record/],
    ["a mailbox and a page", txt("v=TLSRPTv1;rua=mailto:a@acme.example,https://r.example/x;"), "pass", /no faulty/],
    ["an unknown field beside it", txt("v=TLSRPTv1; x=1; rua=mailto:a@acme.example"), "pass", /no faulty/],
    ["none", {}, "pass", /no faulty/],
    ["another text", txt("hello"), "pass", /no faulty/],
    [
      "two records",
      txt("v=TLSRPTv1; rua=mailto:a@b.example", "v=TLSRPTv1; rua=mailto:c@d.example"),
      "warn",
      /2 TLS-RPT/,
    ],
    ["no address", txt("v=TLSRPTv1; x=1"), "warn", /names no address/],
    ["an empty address", txt("v=TLSRPTv1; rua="), "warn", /names no address/],
    ["an address without mailto", txt("v=TLSRPTv1; rua=tls@acme.example"), "warn", /is no address for reports/],
    ["plain http", txt("v=TLSRPTv1; rua=http://r.example/"), "warn", /is no address for reports/],
    ["one good, one bad address", txt("v=TLSRPTv1; rua=mailto:a@b.example,fax:1"), "warn", /“fax:1”/],
    ["a version in other letters", txt("v=tlsrptv1; rua=mailto:a@b.example"), "warn", /do not take for/],
    ["silence", { [name]: "SILENT" }, "not-measurable", /could not be read/],
    ["a broken zone", { [name]: "SERVFAIL" }, "not-measurable", /could not be read/],
  ])("%s", async (_, zone, verdict, reason) => {
    const judgement = await judge(zone);
    expect(judgement).toMatchObject({ verdict, reason: expect.stringMatching(reason) });
    if (verdict !== "pass") expect(judgement.todo).not.toBe("");
  });

  test("the absence of a record is said, with who is told then", async () => {
    expect((await judge({})).findings[0]?.text).toContain("report failed encryption to nobody");
  });

  test("is never worse than a warning, whatever the record holds", async () => {
    const piece = fc.constantFrom(
      "v=TLSRPTv1;",
      "rua=",
      "mailto:",
      "@",
      ",",
      ";",
      "https://",
      "a.b",
      "!10m",
      " ",
      "\x07",
    );
    const samples = fc.sample(
      fc.array(piece, { maxLength: 25 }).map((parts) => `v=TLSRPTv1;${parts.join("")}`),
      60,
    );
    for (const text of samples) expect(["pass", "warn"]).toContain((await judge(txt(text))).verdict);
  });

  test("needs a domain that receives", () => {
    const rows = { domains: [{ id: "1", values: { name: "acme.example", use: "send-only" } }] };
    expect(findCheck("tls-rpt").plan(createContext({ answers: { rows } })).kind).toBe("missing");
  });
});
