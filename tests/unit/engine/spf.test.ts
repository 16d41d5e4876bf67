import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { errorToFailure } from "../../../src-main/contract/failures.ts";
import { newDraft, startTestEngine, type TestEngine } from "../../support/engine.ts";
import { loopbackNetwork } from "../../support/settings.ts";
import { type FakeDns, startFakeDns, type Zone } from "../checks/fake-dns.ts";

const own = "eu._netblocks.mimecast.com";
const zone: Zone = {
  "acme.example": {
    TXT: ["v=spf1 mx include:_netblocks.mimecast.com include:b.example -all"],
    MX: [{ ttl: 60, data: { preference: 10, exchange: "mail.acme.example" } }],
  },
  "mail.acme.example": { A: ["192.0.2.25"] },
  "b.example": { TXT: ["v=spf1 ip4:203.0.113.7 a:gone.example exp=why.example -all"] },
  "_netblocks.mimecast.com": { TXT: [`v=spf1 include:${own} ~all`] },
  [own]: { TXT: ["v=spf1 ip4:198.51.100.0/24 ~all"] },
};

let program: TestEngine;
let dns: FakeDns;
let engagement: string;
beforeEach(async () => {
  program = startTestEngine();
  dns = await startFakeDns(zone);
  const network = { ...loopbackNetwork, resolver: dns.endpoint, dnsTimeout: 500 };
  await program.client.settings.update({ network });
  ({ engagement } = await program.client.engagements.create(newDraft()));
});
afterEach(async () => {
  dns.stop();
  await program.close();
});

describe("the SPF planner", () => {
  test("knows what to start from", async () => {
    const { client } = program;
    await client.rfi.addRows({
      engagement,
      group: "domains",
      rows: [{ name: "acme.example" }, { name: "in.acme.example", use: "receive-only" }],
    });
    await client.rfi.addRows({ engagement, group: "outboundAddresses", rows: [{ network: "192.0.2.25" }] });
    expect(await client.spf.subjects({ engagement })).toEqual({
      domains: ["acme.example"],
      includes: [own],
      addresses: ["192.0.2.25"],
    });
  });

  test("shows the tree with the count at each term, and what a receiver says to one sender", async () => {
    const view = await program.client.spf.examine({ engagement, domain: "acme.example", ip: "203.0.113.7" });
    expect(
      view.terms.map(({ level, count, lookups, empty, matches, term }) => ({
        level,
        count,
        lookups,
        empty,
        matches,
        term,
      })),
    ).toEqual([
      { level: 1, count: 1, lookups: 1, empty: "no", matches: false, term: "mx" },
      { level: 1, count: 2, lookups: 2, empty: "no", matches: false, term: "include:_netblocks.mimecast.com" },
      { level: 2, count: 3, lookups: 1, empty: "no", matches: false, term: `include:${own}` },
      { level: 3, count: null, lookups: 0, empty: "no", matches: false, term: "ip4:198.51.100.0/24" },
      { level: 3, count: null, lookups: 0, empty: "no", matches: false, term: "~all" },
      { level: 2, count: null, lookups: 0, empty: "no", matches: false, term: "~all" },
      { level: 1, count: 4, lookups: 2, empty: "no", matches: true, term: "include:b.example" },
      { level: 2, count: null, lookups: 0, empty: "no", matches: true, term: "ip4:203.0.113.7" },
      { level: 2, count: 5, lookups: 1, empty: "yes", matches: false, term: "a:gone.example" },
      { level: 2, count: null, lookups: 0, empty: "no", matches: false, term: "-all" },
      { level: 1, count: null, lookups: 0, empty: "no", matches: false, term: "-all" },
    ]);
    expect(view.totals).toEqual({ lookups: 5, voids: { v4: 1, v6: 1 }, ipv4: 258, ipv6: [], isExact: true });
    expect(view.result).toMatchObject({ result: "pass", way: ["include:b.example", "ip4:203.0.113.7"], lookups: 4 });
    expect(view.resolver).toBe(dns.endpoint);
  });

  test("takes a record as published that is not", async () => {
    const changes = [{ domain: "acme.example", record: `v=spf1 include:${own} -all` }];
    const view = await program.client.spf.examine({ engagement, domain: "acme.example", changes, ip: "192.0.2.25" });
    expect([view.totals.lookups, view.result?.result]).toEqual([1, "fail"]);
    expect(dns.asked).not.toContain("udp TXT acme.example");
    const behind = [{ domain: own, record: "v=spf1 ip4:192.0.2.25 -all" }];
    const other = await program.client.spf.examine({
      engagement,
      domain: "acme.example",
      changes: behind,
      ip: "192.0.2.25",
    });
    expect(other.totals.ipv4).toBe(2);
  });

  test("proposes the region's include, or what is wished", async () => {
    const { client } = program;
    const proposal = await client.spf.propose({ engagement, domain: "acme.example", removeGlobal: true });
    expect(proposal).toMatchObject({
      before: { count: 5, voids: { v4: 1, v6: 1 } },
      after: { record: `v=spf1 mx include:b.example include:${own} -all`, count: 4, bytes: 67 },
      added: [`include:${own}`],
      removed: [{ term: "include:_netblocks.mimecast.com" }],
      refusal: null,
    });
    const wished = await client.spf.propose({ engagement, domain: "acme.example", add: ["nothing.example"] });
    expect(wished.refusal).toContain("nothing.example has no SPF record");
    const refused = await client.spf
      .propose({ engagement, domain: "acme.example", add: ["redirect=x"] })
      .catch(errorToFailure);
    expect(refused).toMatchObject({ code: "INVALID_INPUT", happened: expect.stringContaining("redirect=x") });
  });

  test("without a region's include it asks for one, and still adds what is named", async () => {
    const { client } = program;
    const custom = await client.engagements.create({ ...newDraft(), region: "CUSTOM" });
    const call = { engagement: custom.engagement, domain: "acme.example" };
    expect(await client.spf.propose(call).catch(errorToFailure)).toMatchObject({ code: "INVALID_INPUT" });
    expect((await client.spf.propose({ ...call, add: ["ip4:192.0.2.1"] })).added).toEqual(["ip4:192.0.2.1"]);
  });

  test("prints what a hostile zone says, and silence as part of the answer", async () => {
    zone["evil.example"] = { TXT: ["v=spf1 include:\u001b[31mx -all"] };
    zone["mute.example"] = "SILENT";
    const evil = await program.client.spf.examine({ engagement, domain: "evil.example" });
    expect(JSON.stringify(evil)).not.toContain("\\u001b");
    expect(evil.problem).toContain("\\x1b[31mx");
    const mute = await program.client.spf.examine({ engagement, domain: "mute.example", ip: "192.0.2.1" });
    expect([mute.record, mute.problems[0]?.kind, mute.result?.result]).toEqual([null, "unseen", "temperror"]);
  });

  test("ends at once when the call is aborted", async () => {
    zone["slow.example"] = "SILENT";
    await program.client.settings.update({ network: { dnsTimeout: 30_000 } });
    const abort = new AbortController();
    const call = program.client.spf.examine({ engagement, domain: "slow.example" }, { signal: abort.signal });
    setTimeout(() => abort.abort(), 100);
    await expect(call).rejects.toThrow("stopped");
  });
});
