import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { parseDmarc, selectDmarc } from "../../../src-main/checks/dmarc/parse.ts";
import { listWalkNames, mostQueries } from "../../../src-main/checks/dmarc/walk.ts";
import { createContext, runToEnd } from "./context.ts";
import { type FakeDns, startFakeDns, type Zone } from "./fake-dns.ts";

const running: FakeDns[] = [];
afterEach(() => {
  for (const server of running.splice(0)) server.stop();
});

const txt = (...texts: string[]) => ({ TXT: texts });
const reports = "rua=mailto:dmarc@acme.example";

async function judge(zone: Zone, domain = "acme.example") {
  const server = await startFakeDns(zone);
  running.push(server);
  const answers = { fields: { "organisation.primaryDomain": domain } };
  const { judgement } = await runToEnd(
    "dmarc-record",
    createContext({ answers, network: { resolver: server.endpoint } }),
  );
  return { ...judgement, asked: server.asked };
}

describe("dmarc-record", () => {
  test.each<[string, Zone, string, RegExp]>([
    ["a watching policy", { "_dmarc.acme.example": txt(`v=DMARC1; p=none; ${reports}`) }, "pass", /policy is “none”/],
    [
      "quarantine",
      { "_dmarc.acme.example": txt(`v=DMARC1; p=quarantine; ${reports}`) },
      "pass",
      /policy is “quarantine”/,
    ],
    [
      "reject before the vendor signs",
      { "_dmarc.acme.example": txt(`v=DMARC1; p=reject; ${reports}`) },
      "warn",
      /policy is “reject”/,
    ],
    ["reject as a trial", { "_dmarc.acme.example": txt(`v=DMARC1; p=reject; t=y; ${reports}`) }, "pass", /as a trial/],
    ["no record", {}, "warn", /None of the 2 names/],
    [
      "two records",
      { "_dmarc.acme.example": txt("v=DMARC1; p=none", "v=DMARC1; p=reject") },
      "fail",
      /2 DMARC records/,
    ],
    [
      "removed tags",
      { "_dmarc.acme.example": txt(`v=DMARC1; p=none; pct=50; ri=3600; ${reports}`) },
      "warn",
      /uses pct and ri, which RFC 9989 took out/,
    ],
    [
      "a wrong value",
      { "_dmarc.acme.example": txt(`v=DMARC1; p=none; adkim=x; ${reports}`) },
      "warn",
      /“adkim” cannot be “x”/,
    ],
    [
      "no policy and no reports",
      { "_dmarc.acme.example": txt("v=DMARC1; sp=reject") },
      "fail",
      /no usable “p” and no “rua”/,
    ],
    ["no policy but reports", { "_dmarc.acme.example": txt(`v=DMARC1; ${reports}`) }, "warn", /take it as “p=none”/],
    ["no reports", { "_dmarc.acme.example": txt("v=DMARC1; p=none") }, "warn", /asks for no reports/],
    [
      "a report address without mailto",
      { "_dmarc.acme.example": txt("v=DMARC1; p=none; rua=a@acme.example") },
      "warn",
      /not a mailto address/,
    ],
    [
      "other TXT records",
      { "_dmarc.acme.example": txt("hello", `v=DMARC1; p=none; ${reports}`) },
      "pass",
      /policy is “none”/,
    ],
    ["a silent resolver", { "_dmarc.acme.example": "SILENT" }, "not-measurable", /could not be read/],
    ["a broken zone", { "_dmarc.acme.example": "SERVFAIL" }, "error", /SERVFAIL/],
  ])("%s", async (_, zone, verdict, text) => {
    const judgement = await judge(zone);
    expect([judgement.verdict, judgement.findings.map((one) => one.text).join(" ")]).toEqual([
      verdict,
      expect.stringMatching(text),
    ]);
  });

  test("a sub-domain takes sp of the organizational domain", async () => {
    const { findings } = await judge(
      { "_dmarc.acme.example": txt(`v=DMARC1; p=none; sp=reject; ${reports}`) },
      "news.acme.example",
    );
    expect(findings[0]?.text).toContain("“reject” by “sp”, from the record of acme.example");
  });

  test("psd=y ends the walk, and the name below it decides", async () => {
    const zone: Zone = {
      "_dmarc.acme.example": txt(`v=DMARC1; p=quarantine; ${reports}`),
      "_dmarc.example": txt("v=DMARC1; p=reject; psd=y"),
    };
    const { findings, asked } = await judge(zone, "news.acme.example");
    expect(findings[0]?.text).toContain("“quarantine”, from the record of acme.example");
    expect(asked).toHaveLength(3);
  });

  test("psd=n ends the walk below the suffix", async () => {
    const { asked } = await judge(
      { "_dmarc.acme.example": txt(`v=DMARC1; p=none; psd=n; ${reports}`) },
      "news.acme.example",
    );
    expect(asked.join()).not.toContain("TXT _dmarc.example");
  });

  test("long names jump to seven labels, at most eight queries (RFC 9989 4.10)", () => {
    expect(listWalkNames("a.b.c.d.e.f.g.h.i.j.mail.example.com")).toEqual([
      "a.b.c.d.e.f.g.h.i.j.mail.example.com",
      "g.h.i.j.mail.example.com",
      "h.i.j.mail.example.com",
      "i.j.mail.example.com",
      "j.mail.example.com",
      "mail.example.com",
      "example.com",
      "com",
    ]);
    const labels = fc.array(fc.constantFrom("a", "b", "example"), { minLength: 1, maxLength: 40 });
    fc.assert(fc.property(labels, (parts) => listWalkNames(parts.join(".")).length <= mostQueries));
  });

  test.each(["constructor", "hasownproperty", "valueof"])(
    "a tag named like a part of every object is unknown: %s",
    (tag) => {
      expect(parseDmarc(`v=DMARC1; p=none; ${tag}=1`).problems.join()).toContain("unknown");
    },
  );

  test("any text is read", () => {
    fc.assert(
      fc.property(fc.string(), (text) => void [selectDmarc([text]), parseDmarc(text)]),
      { numRuns: 1_000 },
    );
  });
});
