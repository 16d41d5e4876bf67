import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeContents, FakeEvent, fakeSafeStorage } from "./fake-electron.ts";

vi.mock("electron", () => import("./fake-electron.ts"));
const stored = { preferences: undefined as unknown, isFull: false };
vi.mock("electron-store", () => ({
  default: class {
    get = () => stored.preferences;
    set(_key: string, value: unknown) {
      if (stored.isFull) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      stored.preferences = value;
    }
  },
}));
const { readDeviceKey, storeDeviceKey } = await import("../../../src-main/desktop/device-key.ts");
const { OpenQueue } = await import("../../../src-main/desktop/documents.ts");
const { Log } = await import("../../../src-main/desktop/log.ts");
const { fitToDisplay, PreferenceStore } = await import("../../../src-main/desktop/preferences.ts");
const { QuitNegotiation } = await import("../../../src-main/desktop/quit.ts");
const { restoreAfterCrash } = await import("../../../src-main/desktop/windows.ts");

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fieldbook-windows-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("fitToDisplay", () => {
  const area = { x: 0, y: 0, width: 1_920, height: 1_040 };
  it("keeps bounds that fit", () => {
    const saved = { x: 10, y: 20, width: 900, height: 700 };
    expect(fitToDisplay(saved, area)).toEqual(saved);
  });
  it("brings a window back from a display that is gone", () => {
    expect(fitToDisplay({ x: 3_000, y: -900, width: 900, height: 700 }, area)).toEqual({
      x: 1_020,
      y: 0,
      width: 900,
      height: 700,
    });
  });
  it("shrinks to a smaller display, and centres the first window", () => {
    expect(fitToDisplay({ x: 0, y: 0, width: 4_000, height: 4_000 }, area)).toEqual(area);
    expect(fitToDisplay(null, area)).toEqual({ x: 320, y: 110, width: 1_280, height: 820 });
  });
});

describe("PreferenceStore", () => {
  const usual = { bounds: null, maximized: false, recent: [] };
  it("keeps what is changed beside what was there", () => {
    const preferences = new PreferenceStore();
    expect(preferences.get()).toEqual(usual);
    preferences.set({ maximized: true });
    preferences.set({ recent: ["/a.fieldbook"] });
    expect(preferences.get()).toEqual({ ...usual, maximized: true, recent: ["/a.fieldbook"] });
  });
  it.each([null, 1, "x", {}, { ...usual, extra: 1 }, { ...usual, recent: [1] }])("takes %j for nothing", (found) => {
    stored.preferences = found;
    expect(new PreferenceStore().get()).toEqual(usual);
  });
  it("lets a window close on a full disk", () => {
    stored.isFull = true;
    expect(() => new PreferenceStore().set({ maximized: true })).not.toThrow();
    stored.isFull = false;
  });
});

describe("QuitNegotiation", () => {
  const createQuit = (answers: boolean[], isBusy = true) => {
    const done: string[] = [];
    let finish: () => void = () => undefined;
    const quit = new QuitNegotiation({
      isBusy: () => isBusy,
      confirm: () => {
        done.push("ask");
        return answers.shift() ?? false;
      },
      stop: () => {
        done.push("stop");
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
      quit: () => done.push("quit"),
    });
    const ask = (way: "beforeQuit" | "beforeClose") => {
      const event = new FakeEvent();
      quit[way](event);
      return event.wasPrevented;
    };
    return { quit, done, ask, finish: () => finish() };
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it("asks once when work is running, stops the engine, then quits", async () => {
    const { done, ask, finish } = createQuit([true]);
    expect(ask("beforeQuit")).toBe(true);
    expect(ask("beforeQuit")).toBe(true);
    expect(done).toEqual(["ask", "stop"]);
    finish();
    await settled();
    expect(done).toEqual(["ask", "stop", "quit"]);
    expect(ask("beforeQuit")).toBe(false);
  });
  it("keeps working when told to, and asks again the next time", () => {
    const { done, ask } = createQuit([false, false]);
    expect([ask("beforeQuit"), ask("beforeQuit")]).toEqual([true, true]);
    expect(done).toEqual(["ask", "ask"]);
  });
  it("asks nothing when nothing is running", () => {
    const { done, ask } = createQuit([], false);
    expect(ask("beforeClose")).toBe(false);
    expect(ask("beforeQuit")).toBe(true);
    expect(done).toEqual(["stop"]);
  });
  it("turns the closing of a busy window into quitting", () => {
    const { done, ask } = createQuit([false]);
    expect(ask("beforeClose")).toBe(true);
    expect(done).toEqual(["quit"]);
  });
  it("asks nothing when the system shuts down", () => {
    const { quit, done, ask } = createQuit([]);
    quit.endSession();
    expect(done).toEqual(["stop"]);
    expect(ask("beforeClose")).toBe(false);
  });
});

describe("restoreAfterCrash", () => {
  it("reloads a crashed page, and gives up when it keeps crashing", () => {
    const contents = new FakeContents();
    const noted: string[] = [];
    const giveUp = vi.fn();
    const clock = { now: 0 };
    restoreAfterCrash({ webContents: contents } as unknown as Parameters<typeof restoreAfterCrash>[0], {
      note: (reason) => noted.push(reason),
      giveUp,
      now: () => clock.now,
    });
    contents.emit("render-process-gone", {}, { reason: "clean-exit" });
    expect(contents.reloads).toBe(0);
    for (let crash = 0; crash < 3; crash += 1) contents.emit("render-process-gone", {}, { reason: "crashed" });
    expect([contents.reloads, giveUp.mock.calls.length]).toEqual([3, 0]);
    clock.now = 61_000;
    contents.emit("render-process-gone", {}, { reason: "oom" });
    expect(contents.reloads).toBe(4);
    for (let crash = 0; crash < 3; crash += 1) contents.emit("render-process-gone", {}, { reason: "crashed" });
    expect(giveUp).toHaveBeenCalledOnce();
    expect(noted).toContain("oom");
  });
});

describe("OpenQueue", () => {
  it("opens files asked for before, between and after, in their order", () => {
    const opened: string[] = [];
    const queue = new OpenQueue();
    queue.add("a");
    queue.add("b");
    queue.drainInto((path) => opened.push(path));
    queue.add("c");
    expect(opened).toEqual(["a", "b", "c"]);
  });
});

describe("Log", () => {
  it("writes one line per event and keeps one older file", () => {
    const path = join(folder, "log", "fieldbook.log");
    const log = new Log(path);
    log.write("one\ntwo");
    expect(readFileSync(path, "utf8")).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z one two\n$/);
    writeFileSync(path, "x".repeat(600 * 1024));
    log.write("three");
    expect(statSync(`${path}.old`).size).toBe(600 * 1024);
    expect(readFileSync(path, "utf8")).toContain("three");
  });
  it("never fails its caller", () => {
    const log = new Log(join(folder, "log", "fieldbook.log"));
    rmSync(join(folder, "log"), { recursive: true });
    expect(() => log.write("lost")).not.toThrow();
  });
});

describe("the device key in the system's secret store", () => {
  const pem = "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n";
  it("comes back as it was stored, and never lies open in the file", async () => {
    expect(await readDeviceKey(folder)).toEqual({ protection: "os-store" });
    await storeDeviceKey(folder, pem);
    expect(await readDeviceKey(folder)).toEqual({ protection: "os-store", pem });
    const file = join(folder, "device.key.sealed");
    expect(readFileSync(file, "utf8")).not.toContain("BEGIN");
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
  it("is wrapped anew when the system asks for it", async () => {
    await storeDeviceKey(folder, pem);
    fakeSafeStorage.shouldReEncrypt = true;
    fakeSafeStorage.sealed = 0;
    try {
      expect(await readDeviceKey(folder)).toEqual({ protection: "os-store", pem });
      expect(fakeSafeStorage.sealed).toBe(1);
    } finally {
      fakeSafeStorage.shouldReEncrypt = false;
    }
    expect(await readDeviceKey(folder)).toEqual({ protection: "os-store", pem });
  });
  it("is set aside, not overwritten, when it cannot be unwrapped", async () => {
    writeFileSync(join(folder, "device.key.sealed"), "of another machine");
    expect(await readDeviceKey(folder)).toEqual({ protection: "os-store" });
    expect(() => statSync(join(folder, "device.key.sealed"))).toThrow();
  });
  it("is kept by the engine in a file when the store is not there", async () => {
    fakeSafeStorage.isAvailable = false;
    try {
      expect(await readDeviceKey(folder)).toEqual({ protection: "file" });
    } finally {
      fakeSafeStorage.isAvailable = true;
    }
  });
});
