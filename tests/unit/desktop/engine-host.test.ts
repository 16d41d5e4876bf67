import { describe, expect, it, vi } from "vitest";
import type { EngineState } from "../../../src-main/contract/bridge.ts";
import type { EngineProcess } from "../../../src-main/desktop/engine-process.ts";

vi.mock("electron", () => import("./fake-electron.ts"));
const { EngineHost } = await import("../../../src-main/desktop/engine-host.ts");

class FakeEngine implements EngineProcess {
  readonly sent: Record<string, unknown>[] = [];
  readonly ports: unknown[] = [];
  isKilled = false;
  #message: (message: unknown) => void = () => undefined;
  readonly #exits: ((code: number) => void)[] = [];
  send(message: unknown, port?: unknown): void {
    this.sent.push(message as Record<string, unknown>);
    if (port) this.ports.push(port);
  }
  onMessage(listener: (message: unknown) => void): void {
    this.#message = listener;
  }
  onExit(listener: (code: number) => void): void {
    this.#exits.push(listener);
  }
  kill(): void {
    this.isKilled = true;
    this.exit(137);
  }
  say(message: unknown): void {
    this.#message(message);
  }
  exit(code: number): void {
    for (const listener of this.#exits) listener(code);
  }
}

interface Fakes {
  init?: () => Promise<Record<string, unknown>>;
  onState?: (state: EngineState) => void;
}

function createHost({ init = async () => ({ home: "/home/a" }), onState = () => undefined }: Fakes = {}) {
  const engines: FakeEngine[] = [];
  const states: EngineState[] = [];
  const said: Record<string, unknown[]> = { jobs: [], givenUp: [], keys: [], ended: [], notices: [] };
  const delays: number[] = [];
  const scheduled: (() => void)[] = [];
  const clock = { now: 0 };
  const host = new EngineHost({
    start: () => {
      const engine = new FakeEngine();
      engines.push(engine);
      return engine;
    },
    init,
    onState: (state) => {
      states.push(state);
      onState(state);
    },
    onEnded: (code) => said.ended?.push(code),
    onDeviceKey: (pem) => said.keys?.push(pem),
    onJobs: (...jobs) => said.jobs?.push(jobs),
    onNotice: (...notice) => said.notices?.push(notice),
    onGivenUp: (sentence) => said.givenUp?.push(sentence),
    schedule: (work, delay) => {
      delays.push(delay);
      scheduled.push(work);
    },
    now: () => clock.now,
  });
  const last = () => engines.at(-1) as FakeEngine;
  const restart = () => scheduled.shift()?.();
  return { host, engines, states, said, delays, clock, last, restart };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("EngineHost", () => {
  it("tells the engine where things are before anything else, and waits for its ready", async () => {
    const { host, last, states } = createHost();
    host.start();
    host.grant("t", "/home/a/x.fieldbook", "open");
    await settled();
    expect(last().sent).toEqual([{ type: "init", home: "/home/a" }]);
    last().say({ type: "ready", version: "1" });
    expect(last().sent.at(-1)).toEqual({ type: "grant", token: "t", path: "/home/a/x.fieldbook", purpose: "open" });
    expect(states).toEqual(["starting", "ready"]);
  });

  it("sends one end of a channel to the engine and keeps the other", () => {
    const { host, last } = createHost();
    host.start();
    last().say({ type: "ready", version: "1" });
    const [first, second] = [host.connect(), host.connect()];
    expect(first).not.toBe(second);
    expect(last().ports).toHaveLength(2);
    expect(last().sent.map(({ id }) => id)).toEqual(["page-1", "page-2"]);
  });

  it("passes on what the engine says, and ignores what it cannot have said", () => {
    const { host, last, said } = createHost();
    host.start();
    for (const message of [
      null,
      1,
      "ready",
      {},
      { type: "ready" },
      { type: "jobs", running: "1", fraction: 0 },
      { type: "other" },
      { type: "notice", title: "x".repeat(301), text: "" },
    ])
      last().say(message);
    last().say({ type: "jobs", running: 1, fraction: 0.5 });
    last().say({ type: "device-key", pem: "PEM" });
    last().say({ type: "notice", title: "Acme Ltd", text: "It is over." });
    expect(said).toEqual({
      jobs: [[1, 0.5]],
      givenUp: [],
      keys: ["PEM"],
      ended: [],
      notices: [["Acme Ltd", "It is over."]],
    });
  });

  it("restarts an engine that ended, each time later, and gives up after five starts in a minute", () => {
    const { host, engines, states, said, delays, last, restart } = createHost();
    host.start();
    for (let ended = 0; ended < 5; ended += 1) {
      last().exit(1);
      restart();
    }
    expect(engines).toHaveLength(5);
    expect(delays).toEqual([200, 400, 800, 1_600]);
    expect(said.ended).toEqual([1, 1, 1, 1, 1]);
    expect(states.at(-1)).toBe("gone");
    expect(said.givenUp).toHaveLength(1);
    expect(String(said.givenUp?.[0])).toContain("5 times within a minute");
  });

  it("does not count what happened more than a minute ago", () => {
    const { host, engines, said, clock, last, restart } = createHost();
    host.start();
    for (let ended = 0; ended < 20; ended += 1) {
      clock.now += 61_000;
      last().exit(1);
      restart();
    }
    expect(engines).toHaveLength(21);
    expect(said.givenUp).toEqual([]);
  });

  it("does not restart an engine that said why it cannot go on", () => {
    const { host, said, delays, last } = createHost();
    host.start();
    last().say({ type: "fatal", sentence: "The playbook cannot be read." });
    expect(last().isKilled).toBe(true);
    expect(said.givenUp).toEqual(["The playbook cannot be read."]);
    expect(delays).toEqual([]);
  });

  it("gives up in words when it cannot tell the engine where things are", async () => {
    const { host, said, last } = createHost({ init: () => Promise.reject(new Error("no key")) });
    host.start();
    await settled();
    expect(last().isKilled).toBe(true);
    expect(String(said.givenUp?.[0])).toContain("no key");
  });

  it("tells a new engine of a file chosen during the restart before it has a page", () => {
    const { host, last, restart, states } = createHost({
      onState: (state) => void (state === "ready" && host.connect()),
    });
    host.start();
    last().say({ type: "ready", version: "1" });
    last().exit(1);
    host.grant("token", "/a.png", "open");
    restart();
    last().say({ type: "ready", version: "1" });
    expect(last().sent.map(({ type }) => type)).toEqual(["grant", "connect"]);
    expect(states).toEqual(["starting", "ready", "restarting", "ready"]);
  });

  it("starts no engine again once the program is ending", async () => {
    const { host, engines, last, restart } = createHost();
    host.start();
    last().exit(1);
    await host.stop();
    restart();
    expect(engines).toHaveLength(1);
  });

  it("stops when the engine has ended, and ends it when it does not", async () => {
    const willing = createHost();
    willing.host.start();
    const stopped = willing.host.stop();
    expect(willing.last().sent.at(-1)).toEqual({ type: "shutdown" });
    willing.last().exit(0);
    await stopped;
    expect(willing.states).toEqual(["starting"]);
    const stubborn = createHost();
    stubborn.host.start();
    await stubborn.host.stop(10);
    expect(stubborn.last().isKilled).toBe(true);
    expect(stubborn.delays).toEqual([]);
  });
});
