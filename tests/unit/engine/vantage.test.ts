import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { EngineEvent } from "../../../src-main/contract/jobs.ts";
import type { NetworkSettings } from "../../../src-main/contract/settings.ts";
import { startTestEngine, type TestEngine } from "../../support/engine.ts";
import { loopbackNetwork, writeSettings } from "../../support/settings.ts";
import { type FakeDns, startFakeDns } from "../checks/fake-dns.ts";

let home: string;
let own: FakeDns;
let program: TestEngine;
/** Addresses that the machine is made to have. */
let addresses: string[];
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "fieldbook-vantage-"));
  own = await startFakeDns({});
  addresses = ["10.1.2.7"];
});
afterEach(async () => {
  vi.useRealTimers();
  await program.close();
  own.stop();
  rmSync(home, { recursive: true, force: true });
});

/** An engine on a machine whose only resolver is the test's own. */
function start(network: Partial<NetworkSettings> = {}): TestEngine {
  writeSettings(home, { ...loopbackNetwork, resolver: own.endpoint, dnsTimeout: 500, ...network });
  program = startTestEngine(home);
  program.engine.context.world.machine.addresses = () => addresses;
  return program;
}
const finish = async ({ client, engine }: TestEngine) => {
  const { job } = await client.vantage.test({});
  await engine.context.jobs.finished(job);
  return client.vantage.get({});
};

describe("the look at this network", () => {
  test("is nothing before the first, then kept with its time and findings", async () => {
    const { client } = start();
    expect(await client.vantage.get({})).toEqual({ latest: null, running: null });
    const { latest, running } = await finish(program);
    expect(running).toBeNull();
    expect(latest).toMatchObject({ resolvers: [own.endpoint], isStale: false });
    expect(latest?.findings.map(({ subject }) => subject)).toContain("resolver");
    expect(latest?.transcript).toContain("(beside the own resolver)");
  });

  test("is a job that others join, and open screens are told of its end", async () => {
    const { client, engine } = start();
    const seen: EngineEvent[] = [];
    engine.context.jobs.events.subscribe("event", (event) => seen.push(event));
    const [first, second] = await Promise.all([client.vantage.test({}), client.vantage.test({})]);
    expect(second).toEqual(first);
    expect((await client.vantage.get({})).running).toBe(first.job);
    await engine.context.jobs.finished(first.job);
    expect(seen).toContainEqual(expect.objectContaining({ type: "changed", topics: ["vantage"] }));
    expect((await client.vantage.test({})).job).not.toBe(first.job);
  });

  test("cancelled before it begins, it does not count as running for ever", async () => {
    const { client, engine } = start();
    const { job } = await client.vantage.test({});
    await client.jobs.cancel({ job });
    await engine.context.jobs.finished(job);
    expect(await client.vantage.get({})).toEqual({ latest: null, running: null });
  });

  test("is stale once the machine has other addresses", async () => {
    start();
    await finish(program);
    expect((await program.client.vantage.get({})).latest?.isStale).toBe(false);
    addresses = ["10.9.9.9"];
    expect((await program.client.vantage.get({})).latest?.isStale).toBe(true);
  });

  test("starts by itself only where the settings say so, and again after a move", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const count = () => program.engine.context.jobs.list().length;
    const { engine, client } = start();
    engine.context.vantage.watch();
    vi.advanceTimersByTime(120_000);
    expect(count()).toBe(0);

    await client.settings.update({ network: { selfTest: "at-start" } });
    vi.advanceTimersByTime(31_000);
    expect(count()).toBe(1);
    await engine.context.jobs.finished(engine.context.jobs.list()[0]?.job ?? "");
    vi.advanceTimersByTime(300_000);
    expect(count()).toBe(1);
    addresses = ["10.9.9.9"];
    vi.advanceTimersByTime(31_000);
    expect(count()).toBe(2);
  });

  test("does not start without a host that asks for it", async () => {
    const { engine } = start({ selfTest: "at-start" });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(engine.context.jobs.list()).toEqual([]);
    expect(own.asked).toEqual([]);
  });

  test("puts the resolver by HTTPS in place of one that is intercepted, here and nowhere else", async () => {
    const bystander = await startFakeDns({});
    const dohResolver = "https://dns.example/dns-query";
    const { engine } = start({ dohResolver, selfTestUnused: bystander.endpoint });
    const { network } = engine.context.settings.get();
    expect(engine.context.vantage.adjust(network)).toEqual(network);
    const { latest } = await finish(program);
    expect(latest?.findings).toContainEqual(expect.objectContaining({ word: "port 53 intercepted" }));
    expect(engine.context.vantage.adjust(network)).toMatchObject({ resolver: null, dohResolver });
    addresses = ["10.9.9.9"];
    expect(engine.context.vantage.adjust(network)).toEqual(network);
    bystander.stop();
  });
});
