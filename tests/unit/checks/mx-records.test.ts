import { afterEach, describe, expect, test } from "vitest";
import type { CheckContext } from "../../../src-main/checks/index.ts";
import { createContext, findCheck, region, runToEnd } from "./context.ts";
import { type FakeDns, mx, startFakeDns, type Zone } from "./fake-dns.ts";

const [first = "", second = ""] = region["mx-hosts"];
const address = { A: ["192.0.2.1"] };
const delegation = { "ns1.acme.example": { A: ["127.0.0.1"] } };
const vendor = { [first]: address, [second]: address };
const ours = [mx(10, first), mx(10, second)];

const running: FakeDns[] = [];
afterEach(() => {
  for (const server of running.splice(0)) server.stop();
});

async function serve(zone: Zone, options = {}) {
  const server = await startFakeDns(zone, options);
  running.push(server);
  return server;
}

/** Judges a zone that plays resolver and authority at once, or a resolver beside another authority. */
async function judge(zone: Zone, changes: Parameters<typeof createContext>[0] = {}, authority?: Zone) {
  const resolver = await serve(zone);
  const { port: authoritativePort, patience } = authority ? await serve(authority) : resolver;
  const network = {
    resolver: resolver.endpoint,
    authoritativePort,
    ...resolver.patience,
    ...patience,
    ...changes?.network,
  };
  const { judgement } = await runToEnd("mx-records", createContext({ ...changes, network }));
  return judgement;
}
const acme = (records: unknown[], more: object = {}) =>
  ({ "acme.example": { MX: records, NS: ["ns1.acme.example"], ...more }, ...delegation }) as Zone;

describe("mx-records", () => {
  test.each<[string, Zone, string, RegExp]>([
    ["the region's hosts", { ...acme(ours), ...vendor }, "pass", /region only/],
    ["preferences 10 and 20", { ...acme([mx(10, first), mx(20, second)]), ...vendor }, "pass", /region only/],
    [
      "nobody of the vendor",
      { ...acme([mx(10, "mx.old.example")]), "mx.old.example": address },
      "warn",
      /Still on mx.old.example/,
    ],
    [
      "a long TTL before the change",
      { ...acme([mx(10, "mx.old.example", 86_400)]), "mx.old.example": address },
      "warn",
      /Still on/,
    ],
    [
      "a mixed set",
      { ...acme([...ours, mx(30, "mx.old.example")]), ...vendor, "mx.old.example": address },
      "fail",
      /mixed/,
    ],
    [
      "another region",
      { ...acme([mx(10, "us-smtp-inbound-1.vendor.example")]), "us-smtp-inbound-1.vendor.example": address },
      "fail",
      /not an MX host of this account/,
    ],
    ["one host only", { ...acme([mx(10, first)]), ...vendor }, "warn", /is missing/],
    ["an alias", { ...acme(ours), [first]: { CNAME: ["x.example"] }, [second]: address }, "fail", /alias/],
    ["an unknown host", { ...acme(ours), [second]: address }, "fail", /has no address/],
    ["no MX", acme([]), "fail", /finds no MX/],
    ["a null MX", acme([mx(0, ".")]), "fail", /null MX/],
    ["no such domain", {}, "fail", /does not exist/],
    ["a broken zone", { "acme.example": "SERVFAIL" }, "error", /SERVFAIL/],
    ["a resolver that refuses", { "acme.example": "REFUSED" }, "not-measurable", /REFUSED/],
    ["a resolver that sends garbage", { "acme.example": "GARBAGE" }, "error", /could not answer/],
    ["a resolver that says nothing", { "acme.example": "SILENT" }, "not-measurable", /no answer within/],
    ["an answer with a forged id", { "acme.example": "OTHER-ID" }, "not-measurable", /no answer within/],
    ["an answer to another question", { "acme.example": "OTHER-NAME" }, "not-measurable", /no answer within/],
  ])("%s", async (_, zone, verdict, reason) => {
    const judgement = await judge(zone);
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.reason).toMatch(reason);
    if (verdict !== "pass") expect(judgement.todo).not.toBe("");
  });

  test("a host named like the region's is not called another region's", async () => {
    const one = { ...region, "mx-hosts": [first] };
    const { verdict, reason } = await judge({ ...acme(ours), ...vendor }, { region: one });
    expect(verdict).toBe("warn");
    expect(reason).toContain("not among the confirmed ones");
  });

  test("a long TTL is a finding of its own, with when to lower it", async () => {
    const { findings } = await judge({ ...acme([mx(10, "mx.old.example", 86_400)]), "mx.old.example": address });
    expect(findings.map(({ todo }) => todo).join(" ")).toContain("Lower the TTL to 600 s or less at least 24 h before");
  });

  test("a resolver behind the authority gives the time until its cache forgets", async () => {
    const old = { ...acme([mx(10, "mx.old.example", 1_800)]), "mx.old.example": address, ...vendor };
    const { verdict, findings } = await judge(old, {}, { ...acme(ours), ...vendor });
    expect(verdict).toBe("warn");
    expect(findings.map(({ text }) => text).join()).toMatch(/still answers 10 mx.old.example for another 30 min/);
    // The change is made: nobody is told to make it.
    expect(findings.map(({ text }) => text).join()).not.toContain("Still on");
  });

  test("an authority that cannot be asked is said, not taken for agreement", async () => {
    const { verdict, reason } = await judge({ ...acme(ours), ...vendor }, {}, { "acme.example": "SILENT" });
    expect(verdict).toBe("warn");
    expect(reason).toContain("Seen through the resolver's cache only");
  });

  test("a sub-domain is looked up at its parent's servers", async () => {
    const rows = { domains: [{ id: "1", values: { name: "mail.acme.example" } }] };
    const zone = { ...acme([]), "mail.acme.example": { MX: ours }, ...vendor };
    expect((await judge(zone, { answers: { rows } })).verdict).toBe("pass");
  });

  test("a domain that only sends needs no MX; an unused one is not asked for", async () => {
    const rows = {
      domains: [
        { id: "1", values: { name: "acme.example", use: "send-only" } },
        { id: "2", values: { name: "unused.example", use: "unused" } },
      ],
    };
    const server = await serve(acme([]));
    const network = { resolver: server.endpoint, authoritativePort: server.port };
    const { judgement } = await runToEnd("mx-records", createContext({ answers: { rows }, network }));
    expect(judgement.verdict).toBe("pass");
    expect(server.asked.join()).not.toContain("unused");
  });

  test("a truncated answer is asked for by TCP", async () => {
    const server = await serve({ ...acme(ours), ...vendor }, { truncate: true });
    const network = { resolver: server.endpoint, authoritativePort: server.port };
    const { judgement } = await runToEnd("mx-records", createContext({ network }));
    expect(judgement.verdict).toBe("pass");
    expect(server.asked).toContain("tcp MX acme.example");
  });

  test("a server without EDNS is asked plainly", async () => {
    const server = await serve({ ...acme(ours), ...vendor }, { withoutEdns: true });
    const network = { resolver: server.endpoint, authoritativePort: server.port };
    const { judgement } = await runToEnd("mx-records", createContext({ network }));
    expect(judgement.verdict).toBe("pass");
  });

  test("a silent resolver does not cost its patience for every one of a hundred domains", async () => {
    const rows = {
      domains: Array.from({ length: 100 }, (_, index) => ({ id: `${index}`, values: { name: `d${index}.example` } })),
    };
    const server = await serve(Object.fromEntries(rows.domains.map(({ values }) => [values.name, "SILENT" as const])));
    const network = { resolver: server.endpoint, authoritativePort: server.port, ...server.patience };
    const { judgement } = await runToEnd("mx-records", createContext({ answers: { rows }, network }));
    // One after the other they would take longer than a test may.
    expect(judgement.verdict).toBe("not-measurable");
  });

  describe("resolvers beside the own one", () => {
    const good = { ...acme(ours), ...vendor };
    const old = { ...acme([mx(10, "mx.old.example", 1_800)]), "mx.old.example": address, ...vendor };
    async function compare(own: Zone, beside: Zone, authority: Zone = good) {
      const other = await serve(beside);
      const outcome = await judge(
        own,
        { network: { comparisonResolvers: [other.endpoint], ...other.patience } },
        authority,
      );
      return { ...outcome, other: other.endpoint, said: outcome.findings.map(({ text }) => text).join("\n") };
    }

    test("that agree are named in the pass", async () => {
      const { verdict, reason, other } = await compare(good, good);
      expect(verdict).toBe("pass");
      expect(reason).toContain(`The resolver, ${other} and the authoritative servers give`);
    });
    test("that are silent change nothing, and are not claimed", async () => {
      const { verdict, reason, other, transcript } = await compare(good, { "acme.example": "SILENT" });
      expect(verdict).toBe("pass");
      expect(reason).not.toContain(other);
      expect(transcript).toContain(`MX acme.example. @${other} (beside the own resolver)`);
    });
    test("that still have old records say how long the change takes to reach everyone", async () => {
      const { verdict, said, other } = await compare(good, old);
      expect(verdict).toBe("warn");
      expect(said).toContain(`${other} says 10 mx.old.example for up to another 30 min`);
    });
    test("that are ahead of the own cache are no finding of their own", async () => {
      const { verdict, findings } = await compare(old, good);
      expect(verdict).toBe("warn");
      expect(findings.map(({ text }) => text).filter((text) => text.includes("still answers"))).toHaveLength(1);
      expect(findings.map(({ text }) => text).join()).not.toContain("every cache");
    });
    test("that differ while no authoritative server can be asked", async () => {
      const { verdict, said, other } = await compare(good, old, { "acme.example": "SILENT" });
      expect(verdict).toBe("warn");
      expect(said).toMatch(`but ${other} says 10 mx.old.example`);
    });
    test.each<[string, Zone]>([
      ["denies it", {}],
      ["says nothing", { "acme.example": "SILENT" }],
    ])("that know the domain while the own one %s: not measurable here, never a missing domain", async (_, own) => {
      const { verdict, reason, other } = await compare(own, good);
      expect(verdict).toBe("not-measurable");
      expect(reason).toContain(`${other} says 10 ${first}`);
    });
    test("that deny it too leave the verdict to the own one", async () => {
      expect((await compare({}, {})).verdict).toBe("fail");
    });
  });

  test.each<[string, CheckContext, string]>([
    ["no region value", createContext({ region: {} }), "missing"],
    ["no domain", createContext({ answers: { fields: { "organisation.primaryDomain": "" } } }), "missing"],
    ["only domains of the vendor", createContext({ region: { "mx-suffixes": [".vendor.example"] } }), "ready"],
  ])("plan: %s", (_, context, kind) => {
    expect(findCheck("mx-records").plan(context).kind).toBe(kind);
  });
});
