import { afterEach, describe, expect, test } from "vitest";
import { parseDmarc, selectDmarc } from "../../../src-main/checks/dmarc/parse.ts";
import { listWalkNames, mostQueries } from "../../../src-main/checks/dmarc/walk.ts";
import { judgeAgain } from "../../../src-main/checks/index.ts";
import { fc } from "../../support/fast-check.ts";
import { createContext, runToEnd } from "./context.ts";
import { rsaRecord } from "./dkim-keys.ts";
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
    createContext({ answers, network: { resolver: server.endpoint, ...server.patience } }),
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

  test("what is wrong with a record is said once", async () => {
    const server = await startFakeDns({ "_dmarc.acme.example": txt(`v=DMARC1; p=none; pct=50; ${reports}`) });
    running.push(server);
    const names = ["acme.example", "news.acme.example"];
    const rows = { domains: names.map((name) => ({ id: name, values: { name } })) };
    const context = createContext({ answers: { rows }, network: { resolver: server.endpoint } });
    const { judgement } = await runToEnd("dmarc-record", context);
    expect(judgement.findings.map(({ verdict, subject }) => `${verdict} ${subject}`)).toEqual([
      "pass acme.example",
      "warn acme.example",
      "pass news.acme.example",
    ]);
  });

  test.each<[string, Zone, RegExp]>([
    ["does not exist", {}, /“reject” by “np”, because ghost\.acme\.example does not exist in DNS/],
    ["exists", { "ghost.acme.example": txt("hello") }, /“quarantine” by “sp”/],
    ["cannot be seen", { "ghost.acme.example": "SERVFAIL" }, /whether the domain exists.*could not be seen/],
  ])("np decides for a sub-domain that %s", async (_, more, text) => {
    const zone = { "_dmarc.acme.example": txt(`v=DMARC1; p=none; sp=quarantine; np=reject; ${reports}`), ...more };
    const { findings } = await judge(zone, "ghost.acme.example");
    expect(findings.map((one) => one.text).join()).toMatch(text);
  });

  describe("p=reject before the vendor's mail can pass", () => {
    const strict = { "_dmarc.acme.example": txt(`v=DMARC1; p=reject; ${reports}`) };
    const spf = { "acme.example": txt("v=spf1 include:eu._netblocks.vendor.example ~all") };
    const key = { "s1._domainkey.acme.example": txt(rsaRecord(2_048)) };
    const look = async (zone: Zone, selector: string, withRegion = true) => {
      const server = await startFakeDns(zone);
      running.push(server);
      const rows = { domains: [{ id: "1", values: { name: "acme.example", selector } }] };
      const context = createContext({ answers: { rows }, network: { resolver: server.endpoint } });
      const { judgement } = await runToEnd("dmarc-record", withRegion ? context : { ...context, region: {} });
      return judgement;
    };

    test.each<[string, Zone, string, string, RegExp]>([
      [
        "both published",
        { ...spf, ...key },
        "s1",
        "pass",
        /has the region's include.*key is published for s1.*only a test message shows/,
      ],
      ["SPF alone", spf, "s1", "warn", /has the region's include.*No usable DKIM key is published for s1/],
      ["DKIM alone", key, "s1", "warn", /There is no SPF record\. A DKIM key is published/],
      [
        "another SPF record",
        { "acme.example": txt("v=spf1 include:other.example ~all"), ...key },
        "s1",
        "warn",
        /does not itself name/,
      ],
      [
        "an include that refuses",
        { "acme.example": txt("v=spf1 -include:eu._netblocks.vendor.example ~all"), ...key },
        "s1",
        "warn",
        /does not itself name/,
      ],
      [
        "two SPF records",
        { "acme.example": txt("v=spf1 include:eu._netblocks.vendor.example ~all", "v=spf1 -all"), ...key },
        "s1",
        "warn",
        /more than one SPF record/,
      ],
      ["a revoked key", { ...spf, "s1._domainkey.acme.example": txt("p=") }, "s1", "warn", /No usable DKIM key/],
      [
        "a key that cannot be read",
        { ...spf, "s1._domainkey.acme.example": "SERVFAIL" },
        "s1",
        "warn",
        /could not be read \(the server failed/,
      ],
      ["no selector known", spf, "", "warn", /has the region's include eu\._netblocks\.vendor\.example\.$/],
    ])("%s", async (_, zone, selector, verdict, text) => {
      const judgement = await look({ ...strict, ...zone }, selector);
      expect([judgement.verdict, judgement.findings.map((one) => one.text).join()]).toEqual([
        verdict,
        expect.stringMatching(text),
      ]);
    });

    test("says nothing of what was not looked at", async () => {
      const { findings, verdict } = await look({ ...strict, ...spf, ...key }, "", false);
      expect(verdict).toBe("warn");
      expect(findings[0]?.text).not.toMatch(/The SPF record|DKIM key/);
    });
  });

  test("a record made before sub-domains and preparation were looked at is judged as it was", async () => {
    const server = await startFakeDns({ "_dmarc.acme.example": txt(`v=DMARC1; p=reject; np=none; ${reports}`) });
    running.push(server);
    const { record } = await runToEnd(
      "dmarc-record",
      createContext({ region: {}, network: { resolver: server.endpoint } }),
    );
    const { dns, domains } = record.plan as { dns: unknown; domains: unknown };
    expect(judgeAgain("dmarc-record", { plan: { dns, domains }, record: record.record })).toMatchObject({
      verdict: "warn",
      reason: expect.stringContaining("The policy is “reject”"),
    });
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
