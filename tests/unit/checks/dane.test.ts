import { afterEach, describe, expect, test } from "vitest";
import { tlsaProblem } from "../../../src-main/checks/dane/tlsa.ts";
import { judgeAgain } from "../../../src-main/checks/index.ts";
import { fc } from "../../support/fast-check.ts";
import { findPlaceholders } from "../../support/placeholders.ts";
import { createContext, region, runToEnd } from "./context.ts";
import { type FakeDns, mx, startFakeDns, type Zone } from "./fake-dns.ts";

const [first = "", second = ""] = region["mx-hosts"];
const running: FakeDns[] = [];
afterEach(() => {
  for (const server of running.splice(0)) server.stop();
});

const old = "mx.old.example";
const digest = "8d02536c887482bc34ff54e41d2ba659bf85b341a0a20afadb5813dcfbcf286d";
const tlsa = (usage: number, selector: number, matching: number, data = digest) =>
  ({ usage, selector, matchingType: matching, certificate: Buffer.from(data, "hex") }) as never;
const root = { ".": { SOA: [{ mname: "a.example", rname: "b.example", serial: 1 } as never] } };

interface Stage {
  zone?: Zone;
  /** Names whose answers the resolver vouches for. */
  verified?: string[];
  rows?: Record<string, { id: string; values: Record<string, string> }[]>;
}
async function judge({ zone = {}, verified = [], rows = {} }: Stage) {
  const all: Zone = {
    ...root,
    "acme.example": { MX: [mx(10, old)] },
    [old]: { A: ["192.0.2.1"] },
    [first]: { A: ["192.0.2.2"] },
    [second]: { A: ["192.0.2.3"] },
    ...zone,
  };
  const server = await startFakeDns(all, { verified });
  running.push(server);
  const outcome = await runToEnd(
    "dane",
    createContext({ network: { resolver: server.endpoint, ...server.patience }, answers: { rows } }),
  );
  expect(judgeAgain("dane", JSON.parse(JSON.stringify(outcome.record)))).toEqual(outcome.judgement);
  return { ...outcome.judgement, asked: server.asked };
}
const of = (host: string) => `_25._tcp.${host}`;
const holding = (...records: unknown[]): Zone => ({ [of(old)]: { TLSA: records } }) as Zone;
const secured = [".", "acme.example", old, of(old)];

describe("dane", () => {
  test.each<[string, Stage, string, RegExp]>([
    ["no TLSA record", { verified: ["."] }, "pass", /no TLSA record of the MX hosts/],
    ["a good record", { zone: holding(tlsa(3, 1, 1)), verified: secured }, "pass", /No certificate was compared/],
    ["a trust anchor", { zone: holding(tlsa(2, 0, 1)), verified: secured }, "pass", /No certificate/],
    [
      "a record that is not secured",
      { zone: holding(tlsa(3, 1, 1)), verified: ["."] },
      "warn",
      /the answer is not secured by DNSSEC: senders ignore/,
    ],
    [
      "a host whose address is not secured",
      { zone: holding(tlsa(3, 1, 1)), verified: [".", of(old)] },
      "warn",
      /the host's address is not secured/,
    ],
    [
      "a resolver that verifies nothing",
      { zone: holding(tlsa(3, 1, 1)) },
      "not-measurable",
      /vouches for no answer, not even for the signed root/,
    ],
    ["usage for the web", { zone: holding(tlsa(1, 1, 1)), verified: secured }, "warn", /usage 1 is not for mail/],
    ["data cut short", { zone: holding(tlsa(3, 1, 1, "abcd")), verified: secured }, "warn", /2 bytes instead of 32/],
    [
      "one of two records of use",
      { zone: holding(tlsa(3, 1, 1), tlsa(3, 1, 9)), verified: secured },
      "warn",
      /Not used: .*matching type 9 is unknown/,
    ],
    ["silence", { zone: { [of(first)]: "SILENT" }, verified: ["."] }, "not-measurable", /no usable answer about TLSA/],
    [
      "a failing question behind a secured address",
      { zone: { [of(first)]: "SERVFAIL" }, verified: [".", first] },
      "fail",
      /hold mail back/,
    ],
    ["a failing question elsewhere", { zone: { [of(first)]: "SERVFAIL" }, verified: ["."] }, "warn", /do not ask/],
    ["MX records that cannot be read", { zone: { "acme.example": "SILENT" }, verified: ["."] }, "not-measurable", /MX/],
  ])("%s", async (_, stage, verdict, reason) => {
    const judgement = await judge(stage);
    expect(judgement).toMatchObject({ verdict, reason: expect.stringMatching(reason) });
    if (verdict !== "pass") expect(judgement.todo).not.toBe("");
  });

  test("no host at all is no pass", async () => {
    const server = await startFakeDns({ ...root, "acme.example": { MX: [] } }, { verified: ["."] });
    running.push(server);
    const context = createContext({ network: { resolver: server.endpoint }, region: {} });
    const { judgement } = await runToEnd("dane", context);
    expect(judgement).toMatchObject({
      verdict: "not-measurable",
      reason: expect.stringMatching(/No MX host is known/),
    });
  });

  test("asks about hosts of today, of the region and of the customer, each once", async () => {
    const { asked } = await judge({ rows: { inboundHosts: [{ id: "1", values: { host: "mail.acme.example" } }] } });
    expect(asked.filter((one) => one.includes("TLSA")).sort()).toEqual(
      [of(first), of(second), of(old), of("mail.acme.example")].map((name) => `udp TLSA ${name}`).sort(),
    );
  });

  test("records of the old host go after the change, never before", async () => {
    const { findings } = await judge({ zone: holding(tlsa(3, 1, 1)), verified: secured });
    const finding = findings.find(({ subject }) => subject === old);
    expect(finding?.verdict).toBe("pass");
    expect(finding?.todo).toContain("after the MX change and not before");
  });

  test("MX records that are not secured are named beside a secured host", async () => {
    const { findings } = await judge({ zone: holding(tlsa(3, 1, 1)), verified: [".", old, of(old)] });
    expect(findings.find(({ subject }) => subject === old)?.text).toContain(
      "MX records of acme.example are not secured",
    );
  });

  test("what the resolver vouches for is said as its word", async () => {
    const { findings, reason } = await judge({ zone: holding(tlsa(3, 1, 1)), verified: secured });
    expect(findings.find(({ subject }) => subject === old)?.text).toContain("as the resolver says");
    expect(reason).toContain("secured by DNSSEC, it says");
    expect((await judge({})).reason).toContain("it cannot say");
  });
});

test.each<[number, number, number, string, RegExp | null]>([
  [3, 1, 1, digest, null],
  [3, 0, 2, digest + digest, null],
  [2, 1, 0, "3082", null],
  [0, 1, 1, digest, /not for mail/],
  [1, 1, 1, digest, /not for mail/],
  [4, 1, 1, digest, /usage 4/],
  [255, 1, 1, digest, /usage 255/],
  [3, 2, 1, digest, /selector 2/],
  [3, 1, 3, digest, /matching type 3/],
  [3, 1, 1, digest + digest, /64 bytes instead of 32/],
  [3, 1, 2, digest, /32 bytes instead of 64/],
  [3, 1, 0, "", /no data/],
  [3, 1, 1, "", /no data/],
])("TLSA %i %i %i", (usage, selector, matching, data, problem) => {
  const found = tlsaProblem({ type: "TLSA", usage, selector, matching, data });
  if (problem === null) expect(found).toBeNull();
  else expect(found).toMatch(problem);
});

test("TLSA data of any bytes gives a verdict and never more than the resolver vouched for", async () => {
  const outcome = await (async () => {
    const server = await startFakeDns(
      { ...root, "acme.example": { MX: [mx(10, old)] }, [old]: { A: ["192.0.2.1"] }, ...holding(tlsa(3, 1, 1)) },
      { verified: secured },
    );
    running.push(server);
    return runToEnd("dane", createContext({ network: { resolver: server.endpoint } }));
  })();
  const json = JSON.parse(JSON.stringify(outcome.record));
  const exchange = json.record.exchanges.find((one: { name: string }) => one.name === of(old));
  const good: string = exchange.reply;
  // The record's data begins behind its length; everything from there on is replaced.
  const start = good.length - (digest.length + 6);
  expect(good.slice(start)).toBe(`030101${digest}`);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 3, maxLength: 200 }), fc.boolean(), (bytes, isWhole) => {
      const data = Buffer.from(bytes);
      const length = Buffer.from([data.length >> 8, data.length & 255]).toString("hex");
      exchange.reply =
        good.slice(0, start - 4) + (isWhole ? length : good.slice(start - 4, start)) + data.toString("hex");
      const judgement = judgeAgain("dane", json);
      expect(["pass", "warn", "not-measurable"]).toContain(judgement.verdict);
      expect(findPlaceholders(judgement.reason)).toEqual([]);
      const isUsable = isWhole && (data[0] === 2 || data[0] === 3);
      if (!isUsable && isWhole) expect(judgement.verdict).not.toBe("pass");
    }),
    { numRuns: 500 },
  );
});
