import { beforeEach, describe, expect, it, vi } from "vitest";
import { app, calls, callsOf, FakeContents, FakeEvent, fakeSafeStorage } from "./fake-electron.ts";
import { findLines } from "./source-lines.ts";

vi.mock("electron", () => import("./fake-electron.ts"));
vi.mock("electron-store", () => ({ default: class {} }));

const { filesInArguments } = await import("../../../src-main/desktop/documents.ts");
const { readDeviceKey } = await import("../../../src-main/desktop/device-key.ts");
const { startUtilityEngine } = await import("../../../src-main/desktop/engine-process.ts");
const { registerScheme } = await import("../../../src-main/desktop/scheme.ts");
const { createWindow } = await import("../../../src-main/desktop/windows.ts");

type As<Of> = Of extends (first: infer First, ...rest: never[]) => unknown ? First : never;

beforeEach(() => {
  calls.length = 0;
});

/** Rows of the security checklist; the number in a name is the row's. */
describe("before Electron is ready", () => {
  it("row 9: the sandbox is on for every process", async () => {
    expect(findLines(/app\.enableSandbox\(\)/, "src-main/desktop/harden.ts")).toHaveLength(1);
    await import("../../../src-main/desktop/main.ts");
    const order = calls.map(({ name }) => name);
    expect(order.indexOf("enableSandbox")).toBeGreaterThanOrEqual(0);
    expect(order.indexOf("enableSandbox")).toBeLessThan(order.indexOf("whenReady"));
    expect(order.indexOf("registerSchemesAsPrivileged")).toBeLessThan(order.indexOf("whenReady"));
    expect(order.indexOf("requestSingleInstanceLock")).toBeLessThan(order.indexOf("whenReady"));
  });

  it("row 19: the scheme has the least privileges", () => {
    registerScheme();
    expect(callsOf("registerSchemesAsPrivileged")).toEqual([
      [[{ scheme: "app", privileges: { standard: true, secure: true, supportFetchAPI: true } }]],
    ]);
  });

  it("row 21: navigation is denied on every page that is ever made", async () => {
    const contents = new FakeContents();
    app.emit("web-contents-created", {}, contents);
    for (const name of ["will-navigate", "will-redirect", "will-frame-navigate", "will-attach-webview"]) {
      const event = new FakeEvent();
      contents.emit(name, event, "https://evil.test/");
      expect([name, event.wasPrevented]).toEqual([name, true]);
    }
  });
});

describe("the engine process", () => {
  it("row 29: gets no arguments, an explicit list of variables, and no secret", () => {
    startUtilityEngine("/opt/program/resources/app.asar/dist/engine/engine.mjs", {
      PATH: "/bin",
      HOME: "/home/a",
      AWS_SECRET_ACCESS_KEY: "secret",
      NODE_OPTIONS: "--require evil",
      ELECTRON_RUN_AS_NODE: "1",
    });
    const [script, args, options] = callsOf("fork")[0] ?? [];
    expect(script).toBe("/opt/program/resources/app.asar.unpacked/dist/engine/engine.mjs");
    expect(args).toEqual([]);
    expect(options).toMatchObject({ env: { PATH: "/bin", HOME: "/home/a" }, execArgv: [] });
    expect(JSON.stringify(options)).not.toMatch(/secret|NODE_OPTIONS|RUN_AS_NODE/);
  });

  it("row 30: without a real secret store no key is unwrapped or stored here, and the engine is told so", async () => {
    fakeSafeStorage.backend = "basic_text";
    const platform = Object.getOwnPropertyDescriptor(process, "platform");
    Object.defineProperty(process, "platform", { value: "linux" });
    try {
      expect(await readDeviceKey("/nowhere")).toEqual({ protection: "file" });
    } finally {
      if (platform) Object.defineProperty(process, "platform", platform);
      fakeSafeStorage.backend = "gnome_libsecret";
    }
  });
});

describe("row 31: developer tools", () => {
  const preferences = { get: () => ({ bounds: null, maximized: false, recent: [] }), set: () => undefined };
  it.each([
    [true, false],
    [false, true],
  ])("packaged %s: available %s", (packaged, available) => {
    app.isPackaged = packaged;
    createWindow(preferences as unknown as As<typeof createWindow>);
    app.isPackaged = false;
    expect(callsOf("new BrowserWindow")[0]?.[0]).toMatchObject({
      webPreferences: { devTools: available, sandbox: true, contextIsolation: true, nodeIntegration: false },
    });
  });
});

describe("row 33: arguments from outside", () => {
  it.each([
    "fieldbook://job/123.fieldbook",
    `${"file"}:///home/a/x.fieldbook`,
    "https://evil.test/x.fieldbook",
    "\\\\server\\share\\x.fieldbook",
    "//server/share/x.fieldbook",
    "--user-data-dir=x.fieldbook",
    "/home/a/x\n.fieldbook",
    "/home/a/x\0.fieldbook",
    `/${"x".repeat(10_000)}.fieldbook`,
    "/home/a/x.exe",
    "",
  ])("opens nothing: case %#", (argument) => {
    expect(filesInArguments([argument], "/home/a")).toEqual([]);
  });
  it("local engagement files are taken, relative ones from the folder they were named in", () => {
    expect(filesInArguments(["a.fieldbook", "/b/C.FIELDBOOK", "--x"], "/home/a")).toEqual([
      "/home/a/a.fieldbook",
      "/b/C.FIELDBOOK",
    ]);
  });
});
