import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { judgeAgain } from "../../../src-main/checks/index.ts";
import type { Probing } from "../../../src-main/checks/types.ts";
import type { RfiAnswers } from "../../../src-main/contract/rfi/form.ts";
import { fc } from "../../support/fast-check.ts";
import { findPlaceholders } from "../../support/placeholders.ts";
import { createContext, createSilentNet, findCheck, region, runToEnd } from "./context.ts";
import { createCertificates, type FakeCertificates } from "./fake-certificates.ts";
import { type FakeDns, mx, startFakeDns, type Zone } from "./fake-dns.ts";
import { type FakeHttp, type HttpScript, httpReply, startFakeHttp } from "./fake-https.ts";

const host = "mta-sts.acme.example";
const [first = "", second = ""] = region["mx-hosts"];
let certificates: FakeCertificates["certificates"];
const running: (FakeDns | FakeHttp)[] = [];
let authority: string;

beforeAll(async () => {
  ({ authority, certificates } = await createCertificates(async (made, selfSign) => ({
    good: await made.issue("good", [host, "mta-sts.beta.example"]),
    expired: await made.issue("expired", [host], -1),
    other: await made.issue("other", ["www.acme.example"]),
    self: await selfSign("self", [host]),
  })));
}, 60_000);
afterEach(() => {
  for (const server of running.splice(0)) server.stop();
});

const policy = (mode: string, hosts: string[], age = 604_800) =>
  ["version: STSv1", `mode: ${mode}`, ...hosts.map((one) => `mx: ${one}`), `max_age: ${age}`, ""].join("\r\n");
const serve = (text: string, type = "text/plain; charset=utf-8") => httpReply(200, text, { "Content-Type": type });
const ours = [first, second];
const announced = { TXT: ["v=STSv1; id=20260102T000000;"] };
const zoneOf = (changes: Zone = {}): Zone => ({
  "_mta-sts.acme.example": announced,
  "acme.example": { MX: [mx(10, "mx.old.example")] },
  [host]: { A: ["127.0.0.1"] },
  ...changes,
});

interface Stage {
  zone?: Zone;
  script?: HttpScript;
  certificate?: string;
  extraAuthorities?: string;
  answers?: Partial<RfiAnswers>;
  probing?: Partial<Probing>;
}

async function run({ zone = zoneOf(), script = serve(policy("enforce", ours)), ...more }: Stage) {
  const web = await startFakeHttp(script, certificates.get(more.certificate ?? "good"));
  const dns = await startFakeDns(zone);
  running.push(web, dns);
  const network = {
    resolver: dns.endpoint,
    ...dns.patience,
    httpsPort: web.port,
    extraAuthorities: more.extraAuthorities ?? authority,
  };
  const context = createContext({ network, ...(more.answers ? { answers: more.answers } : {}) });
  const outcome = await runToEnd("mta-sts", context, more.probing);
  expect(judgeAgain("mta-sts", JSON.parse(JSON.stringify(outcome.record)))).toEqual(outcome.judgement);
  return { ...outcome, web, dns };
}

describe("mta-sts compares the policy with the MX hosts", () => {
  test.each<[string, HttpScript, string, RegExp]>([
    ["enforce, all covered", serve(policy("enforce", [...ours, "mx.old.example"])), "pass", /Nothing that DNS/],
    ["enforce by wildcard", serve(policy("enforce", ["*.vendor.example", "*.old.example"])), "pass", /Nothing/],
    [
      "enforce, no new host",
      serve(policy("enforce", ["mx.old.example"])),
      "fail",
      /none of the region's MX hosts.*will refuse/,
    ],
    ["enforce, one new host only", serve(policy("enforce", [first, "mx.old.example"])), "fail", /not all.*inbound-2/],
    ["enforce, the host of today missing", serve(policy("enforce", ours)), "fail", /mx.old.example is published as MX/],
    [
      "testing, no new host",
      serve(policy("testing", ["mx.old.example"])),
      "warn",
      /mode testing.*deliver all the same/,
    ],
    ["testing, all covered", serve(policy("testing", [...ours, "mx.old.example"])), "pass", /Nothing/],
    ["none", serve("version: STSv1\nmode: none\nmax_age: 86400\n"), "pass", /Nothing/],
    [
      "a wildcard two labels up",
      serve(policy("enforce", ["*.example", "mx.old.example"])),
      "fail",
      /none of the region's/,
    ],
    ["odd but usable", serve(`${policy("enforce", [...ours, "mx.old.example"])}hello\r\n`), "warn", /“hello” is no/],
    [
      "no text/plain",
      serve(policy("enforce", [...ours, "mx.old.example"]), "text/html"),
      "warn",
      /insist on text\/plain/,
    ],
    ["not readable", serve("<html>"), "fail", /cannot be used by senders/],
  ])("%s", async (_, script, verdict, reason) => {
    const { judgement } = await run({ script });
    expect(judgement).toMatchObject({ verdict, reason: expect.stringMatching(reason) });
    if (verdict !== "pass") expect(judgement.todo).not.toBe("");
  });

  test("a new host that is published already is refused now, not later", async () => {
    const zone = zoneOf({ "acme.example": { MX: [mx(10, first), mx(10, second)] } });
    const { judgement } = await run({ zone, script: serve(policy("enforce", ["mx.old.example"])) });
    expect(judgement.verdict).toBe("fail");
    expect(judgement.findings).toHaveLength(1);
    expect(judgement.reason).toContain("refuse to deliver");
    expect(judgement.reason).not.toContain("will refuse");
    expect(judgement.todo).toContain("at once");
  });

  test("what to do names the lines, the id and how long senders keep their copy", async () => {
    const { judgement } = await run({ script: serve(policy("enforce", ["mx.old.example"])) });
    expect(judgement.todo).toContain(`“mx: ${first}” and “mx: ${second}”`);
    expect(judgement.todo).toContain("20260102T000000");
    expect(judgement.todo).toContain("7 days");
  });

  test("an id that looks like a day is told as one", async () => {
    const { judgement } = await run({ script: serve(policy("enforce", [...ours, "mx.old.example"])) });
    expect(judgement.findings[0]?.text).toContain("looks like 2026-01-02");
  });

  test("MX records that cannot be read are not taken for covered ones", async () => {
    const { judgement } = await run({ zone: zoneOf({ "acme.example": "SERVFAIL" }) });
    expect(judgement).toMatchObject({ verdict: "not-measurable", reason: expect.stringMatching(/not compared/) });
  });

  test("each receiving domain is looked at; one that only sends is not", async () => {
    const rows = {
      domains: ["acme.example", "beta.example", "news.acme.example"].map((name) => ({
        id: name,
        values: { name, use: name.startsWith("news") ? "send-only" : "send-receive" },
      })),
    };
    const zone = zoneOf({ "_mta-sts.beta.example": announced, "mta-sts.beta.example": { A: ["127.0.0.1"] } });
    const { judgement, web, dns } = await run({ zone, answers: { rows }, script: serve(policy("testing", ours)) });
    expect(web.received).toHaveLength(2);
    expect(dns.asked.join()).not.toContain("news");
    expect(judgement.findings.map(({ subject, verdict }) => `${subject} ${verdict}`)).toEqual([
      "acme.example warn",
      "beta.example pass",
    ]);
  });
});

describe("mta-sts reads the notice in DNS", () => {
  const txt = (...records: string[]) => zoneOf({ "_mta-sts.acme.example": { TXT: records } });
  test.each<[string, Zone, string, RegExp]>([
    ["none", zoneOf({ "_mta-sts.acme.example": "NXDOMAIN" }), "pass", /earlier policies cannot be seen/],
    ["an unrelated text", txt("hello"), "pass", /earlier policies/],
    ["two records", txt("v=STSv1; id=1", "v=STSv1; id=2"), "fail", /2 MTA-STS records/],
    ["no id", txt("v=STSv1; x=1;"), "fail", /no usable id/],
    ["an id with other characters", txt("v=STSv1; id=2026-01-02;"), "fail", /no usable id/],
    ["an id of 33 characters", txt(`v=STSv1; id=${"a".repeat(33)}`), "fail", /no usable id/],
    ["a version in other letters", txt("v=stsv1; id=1"), "warn", /do not take for an MTA-STS record/],
    ["silence", zoneOf({ "_mta-sts.acme.example": "SILENT" }), "not-measurable", /could not be read/],
    ["a broken zone", zoneOf({ "_mta-sts.acme.example": "SERVFAIL" }), "error", /could not be read/],
    ["an announced host without address", zoneOf({ [host]: "NXDOMAIN" }), "fail", /has no address/],
    [
      "an announced host that cannot be resolved",
      zoneOf({ [host]: "SERVFAIL" }),
      "not-measurable",
      /could not be found out/,
    ],
  ])("%s", async (_, zone, verdict, reason) => {
    const { judgement, web } = await run({ zone });
    expect(judgement).toMatchObject({ verdict, reason: expect.stringMatching(reason) });
    expect(web.received).toEqual([]);
  });
});

describe("mta-sts fetches the policy as a sender does", () => {
  test("asks once, with the well-known path and the policy host's name", async () => {
    const { web, judgement } = await run({});
    expect(web.received).toHaveLength(1);
    expect(web.received[0]).toMatch(new RegExp(`^GET /.well-known/mta-sts.txt HTTP/1.1\r\nhost: ${host}`));
    expect(judgement.transcript).toContain("> GET /.well-known/mta-sts.txt");
    expect(judgement.transcript).toContain("< mode: enforce");
  });

  test.each<[string, HttpScript, string, RegExp]>([
    ["a redirect", httpReply(301, "", { Location: "https://www.acme.example/" }), "fail", /redirect.*must not follow/],
    ["404", httpReply(404, "no"), "fail", /answers “HTTP\/1.1 404 Reason”/],
    ["500", httpReply(500, ""), "fail", /instead of the policy/],
    ["more than 64 KiB", serve("a: b\n".repeat(14_000)), "fail", /larger than any honest one/],
    ["no HTTP", "220 hello\r\n", "fail", /does not speak HTTP/],
    ["a close at once", (socket) => socket.end(), "not-measurable", /closed the connection/],
  ])("%s", async (_, script, verdict, reason) => {
    const { judgement, web } = await run({ script });
    expect(judgement).toMatchObject({ verdict, reason: expect.stringMatching(reason) });
    expect(web.received).toHaveLength(1);
  });

  test.each<[string, string, RegExp]>([
    ["expired", "fail", /The certificate expired on/],
    ["other", "fail", /is for www.acme.example, not for mta-sts.acme.example/],
    ["self", "fail", /self-signed/],
  ])("says in words why the certificate is refused: %s", async (certificate, verdict, reason) => {
    const { judgement, web } = await run({ certificate });
    expect(judgement).toMatchObject({ verdict, reason: expect.stringMatching(reason) });
    expect(judgement.reason).toContain("remember an earlier policy go on with it");
    expect(web.received).toEqual([]);
  });

  test("an unknown authority may be this network's own inspection, so it is not held against the domain", async () => {
    const { judgement } = await run({ extraAuthorities: "" });
    expect(judgement).toMatchObject({
      verdict: "not-measurable",
      reason: expect.stringMatching(/Issuer: CN=Fieldbook Lab CA.*this network reads HTTPS/),
    });
  });

  test("an authority of the settings is named as what the trust stands on", async () => {
    const { judgement } = await run({ script: serve(policy("enforce", [...ours, "mx.old.example"])) });
    expect(judgement.findings[0]?.text).toContain("trusted only because its authority was added in the settings");
  });

  test("nothing answers on the port from here: not measurable, with another network named", async () => {
    const net = createSilentNet(({ address }) => address === "127.0.0.1");
    const { judgement } = await run({ probing: { net } });
    expect(judgement).toMatchObject({
      verdict: "not-measurable",
      reason: expect.stringMatching(/from here.*HTTPS from going out/),
    });
  });

  test("one policy host silent while another answers is that host's fault", async () => {
    const rows = { domains: ["acme.example", "beta.example"].map((name) => ({ id: name, values: { name } })) };
    const zone = zoneOf({ "_mta-sts.beta.example": announced, "mta-sts.beta.example": { A: ["127.0.0.9"] } });
    const net = createSilentNet(({ address }) => address === "127.0.0.9");
    const script = serve(policy("enforce", [...ours, "mx.old.example"]));
    const { judgement } = await run({ zone, script, answers: { rows }, probing: { net } });
    expect(judgement).toMatchObject({
      verdict: "fail",
      reason: expect.stringMatching(/^beta.example.*could not be asked/),
    });
  });

  test("tries the next address when one does not answer", async () => {
    const zone = zoneOf({ [host]: { A: ["127.0.0.9", "127.0.0.1"] } });
    const net = createSilentNet(({ address }) => address === "127.0.0.9");
    const { judgement } = await run({
      zone,
      script: serve(policy("testing", [...ours, "mx.old.example"])),
      probing: { net },
    });
    expect(judgement.verdict).toBe("pass");
  });

  test("cancelling ends a fetch that hangs and closes its socket", async () => {
    const controller = new AbortController();
    const asked = run({ script: () => controller.abort(), probing: { signal: controller.signal } });
    await expect(asked).rejects.toMatchObject({ name: "AbortError" });
    const web = running.find((one): one is FakeHttp => "received" in one);
    await expect.poll(() => web?.open()).toBe(0);
  });
});

test("mta-sts gives a verdict for whatever a policy host may send, and passes only a policy that covers the hosts", async () => {
  const { record } = await run({ script: serve(policy("enforce", [...ours, "mx.old.example"])) });
  const json = JSON.parse(JSON.stringify(record));
  const [attempt] = json.record.fetches[0].attempts;
  const piece = fc.constantFrom(
    ...policy("enforce", [...ours, "mx.old.example"]).split(/(?<=\n)/),
    "mode: none\n",
    "mx: *\n",
    "\0",
  );
  const body = fc.oneof(
    fc.string({ unit: "binary-ascii", maxLength: 200 }),
    fc.array(piece, { maxLength: 8 }).map((all) => all.join("")),
  );
  const head = fc.constantFrom("HTTP/1.1 200 OK\ncontent-type: text/plain", "HTTP/1.1 200 OK\n", "", "\x1b[2J");
  fc.assert(
    fc.property(fc.constantFrom(200, 204, 302, 404), head, body, (status, first, text) => {
      attempt.reply = { status, head: first, body: text };
      const judgement = judgeAgain("mta-sts", json);
      expect(findPlaceholders(judgement.reason, text)).toEqual([]);
      expect(judgement.reason).not.toContain("damaged");
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not appear
      expect(judgement.reason + judgement.transcript).not.toMatch(/[\x00-\x08\x1b]/);
      const isCovered = [...ours, "mx.old.example"].every((one) => text.includes(`mx: ${one}`));
      if (judgement.verdict === "pass") expect([status, isCovered || text.includes("none")]).toEqual([200, true]);
    }),
    { numRuns: 1_000 },
  );
});

test("mta-sts needs the region's MX hosts and a domain that receives", () => {
  const check = findCheck("mta-sts");
  expect(check.plan(createContext({ region: {} })).kind).toBe("missing");
  const rows = { domains: [{ id: "1", values: { name: "acme.example", use: "send-only" } }] };
  expect(check.plan(createContext({ answers: { rows } })).kind).toBe("missing");
});
