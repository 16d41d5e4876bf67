import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import type { Bridge } from "../../../src-main/contract/bridge.ts";
import { bundlePreload, DroppedFile, PagePort, runPreload } from "./built-preload.ts";
import {
  app,
  calls,
  callsOf,
  FakeContents,
  FakeEvent,
  FakePort,
  fakeDialog,
  fakeSafeStorage,
  handlers,
  listeners,
} from "./fake-electron.ts";
import { fileOf, findLines, project } from "./source-lines.ts";

vi.mock("electron", () => import("./fake-electron.ts"));
vi.mock("electron-store", () => ({ default: class {} }));

const { filesInArguments } = await import("../../../src-main/desktop/documents.ts");
const { readDeviceKey } = await import("../../../src-main/desktop/device-key.ts");
const { startUtilityEngine } = await import("../../../src-main/desktop/engine-process.ts");
const { requestFileToken } = await import("../../../src-main/desktop/file-tokens.ts");
const { hardenContents, hardenSession, openOutside } = await import("../../../src-main/desktop/harden.ts");
const { listenToPages } = await import("../../../src-main/desktop/ipc.ts");
const { PagePorts } = await import("../../../src-main/desktop/page-port.ts");
const { answerRequest, registerScheme } = await import("../../../src-main/desktop/scheme.ts");
const { createWindow } = await import("../../../src-main/desktop/windows.ts");

type As<Of> = Of extends (first: infer First, ...rest: never[]) => unknown ? First : never;

beforeEach(() => {
  calls.length = 0;
});

/** Rows of the security checklist; the number in a name is the row's. */
describe("what the source may say", () => {
  it("row 1: only src-main/desktop imports Electron", () => {
    const lines = findLines(/from ['"]electron/, "src-main", "src-renderer");
    expect(lines.filter((line) => !line.startsWith("src-main/desktop/"))).toEqual([]);
    expect(lines).not.toEqual([]);
  });

  it("row 2: one module listens to pages", () => {
    expect(new Set(findLines(/ipcMain/, "src-main").map(fileOf))).toEqual(new Set(["src-main/desktop/ipc.ts"]));
  });

  it("row 6: every schema of the contract is closed", () => {
    expect(findLines(/z\.(object|looseObject|any|unknown)\(/, "src-main/contract")).toEqual([]);
  });

  it("row 10: no preference of a window is weakened", () => {
    const weakened =
      /(nodeIntegration(InWorker|InSubFrames)?|webviewTag|allowRunningInsecureContent|experimentalFeatures|navigateOnDragDrop): *true|(contextIsolation|sandbox|webSecurity): *false|enableBlinkFeatures/;
    expect(findLines(weakened, "src-main")).toEqual([]);
  });

  it("row 11: windows are made in one place", () => {
    expect(findLines(/new BrowserWindow\(/, "src-main")).toHaveLength(1);
  });

  it("row 15: the page holds no inline code", () => {
    const inline = /<script(>| [^>]*>[^<])|\son[a-z]+=|javascript:/;
    expect(findLines(inline, "src-renderer/index.html")).toEqual([]);
  });

  it("row 16: nothing writes code or markup from text", () => {
    const sinks =
      /dangerouslySetInnerHTML|\.innerHTML|\beval\(|new Function|executeJavaScript|insertCSS|document\.write/;
    expect(findLines(sinks, "src-renderer", "src-main")).toEqual([]);
  });

  it("row 17: pages come from the program's own scheme, never from files", () => {
    expect(findLines(/\bloadFile\(|file:\/\//, "src-main", "src-renderer")).toEqual([]);
  });

  it("row 23: addresses are opened outside in one place", () => {
    expect(findLines(/openExternal/, "src-main")).toHaveLength(1);
  });

  it("row 30: secrets are wrapped by the asynchronous interface", () => {
    expect(findLines(/\.(en|de)cryptString\(/, "src-main")).toEqual([]);
  });

  it("row 31: no debugging switches", () => {
    const switches = /remote-debugging|ignore-certificate-errors|disable-web-security|no-sandbox/;
    expect(findLines(switches, "src-main", "package.json")).toEqual([]);
  });

  it("row 32: certificates are not softened, but for the checks that look at bad ones on purpose", () => {
    const soft = /certificate-error|setCertificateVerifyProc|rejectUnauthorized: *false|NODE_TLS_REJECT/;
    const files = new Set(findLines(soft, "src-main").map(fileOf));
    // A check connects to whatever certificate a server shows, records it, and judges it; it sends no secret over that connection.
    expect([...files].filter((path) => !path.startsWith("src-main/checks/"))).toEqual([]);
  });
});

describe("row 3: the sender of every message is checked", () => {
  const reached: unknown[] = [];
  beforeAll(() => {
    listenToPages({
      fileToken: async (request) => {
        reached.push(request);
        return { token: "t", name: "n" };
      },
      hello: (event) => reached.push(event),
    });
  });
  beforeEach(() => {
    reached.length = 0;
  });

  const ownUrl = "app://fieldbook/index.html#/e/1";
  const strangers = {
    "no frame": null,
    "a frame inside ours": { url: ownUrl, parent: { url: ownUrl } },
    "a web page": { url: "https://evil.test/", parent: null },
    "another host of the scheme": { url: "app://other/", parent: null },
    "a host that begins like ours": { url: "app://fieldbook.evil.test/", parent: null },
    "a blank page": { url: "about:blank", parent: null },
  };
  it.each(Object.entries(strangers))("%s gets nothing", async (_name, senderFrame) => {
    expect([...handlers.keys(), ...listeners.keys()]).toHaveLength(2);
    for (const handler of handlers.values())
      expect(await handler({ senderFrame }, { kind: "open", accept: "evidence" })).toBeNull();
    for (const listener of listeners.values()) listener({ senderFrame });
    expect(reached).toEqual([]);
  });

  it("our own page is heard", async () => {
    const event = { senderFrame: { url: ownUrl, parent: null } };
    expect(await handlers.get("fieldbook:file-token")?.(event, { kind: "open", accept: "evidence" })).not.toBeNull();
    listeners.get("fieldbook:hello")?.(event);
    expect(reached).toHaveLength(2);
  });

  it("row 36: a path in place of a token is refused, and so is any request of another shape", async () => {
    const event = { senderFrame: { url: ownUrl, parent: null } };
    const asked = [
      undefined,
      null,
      [],
      {},
      "/etc/passwd",
      { kind: "open", path: "/etc/passwd" },
      { kind: "open", accept: "evidence", path: "/etc/passwd" },
      { kind: "save", accept: "document", name: "" },
      { kind: "save", accept: "document", name: "x".repeat(1_000_000) },
      { kind: "drop", path: "x".repeat(1_000_000) },
      JSON.parse('{"kind":"open","accept":"evidence","__proto__":{"path":"/etc/passwd"}}'),
    ];
    for (const request of asked) expect(await handlers.get("fieldbook:file-token")?.(event, request)).toBeNull();
    expect(reached).toEqual([]);
  });
});

describe("row 4: the port to the engine", () => {
  const createPorts = () => {
    const made: FakePort[] = [];
    const ports = new PagePorts(() => {
      const port = new FakePort();
      made.push(port);
      return port as unknown as ReturnType<ConstructorParameters<typeof PagePorts>[0]>;
    });
    const add = (contents: FakeContents) => ports.add(contents as unknown as As<typeof ports.add>);
    return { ports, made, add };
  };

  it("goes to our page and to no other", () => {
    const { ports, made, add } = createPorts();
    ports.engineIsReady();
    const [own, blank, evil] = ["app://fieldbook/index.html", "about:blank", "https://evil.test/"].map(
      (url) => new FakeContents(url),
    );
    for (const contents of [own, blank, evil]) if (contents) add(contents);
    expect(own?.posted).toEqual([{ channel: "fieldbook:port", ports: [made[0]] }]);
    expect(blank?.posted).toEqual([]);
    expect(evil?.posted).toEqual([]);
    expect(made).toHaveLength(1);
  });

  it("is pushed once when the engine becomes ready after the page", () => {
    const { ports, made, add } = createPorts();
    const page = new FakeContents();
    add(page);
    expect(page.posted).toEqual([]);
    ports.engineIsReady();
    expect(page.posted).toHaveLength(1);
    expect(made[0]?.isClosed).toBe(false);
  });

  it.each(["render-process-gone", "destroyed"])("is closed on %s", (event) => {
    const { ports, made, add } = createPorts();
    ports.engineIsReady();
    const page = new FakeContents();
    add(page);
    page.emit(event, {}, { reason: "crashed" });
    expect(made[0]?.isClosed).toBe(true);
  });

  it("is closed on a reload, and the reloaded page gets a new one", () => {
    const { ports, made, add } = createPorts();
    ports.engineIsReady();
    const page = new FakeContents();
    add(page);
    page.emit("did-start-navigation", { isMainFrame: true, isSameDocument: false });
    expect(made[0]?.isClosed).toBe(true);
    add(page);
    expect(made[1]?.isClosed).toBe(false);
    expect(page.posted.at(-1)?.ports).toEqual([made[1]]);
  });

  it("stays while the page moves between its own screens", () => {
    const { ports, made, add } = createPorts();
    ports.engineIsReady();
    const page = new FakeContents();
    add(page);
    page.emit("did-start-navigation", { isMainFrame: true, isSameDocument: true });
    expect(made[0]?.isClosed).toBe(false);
  });

  it("is closed when the engine ends and replaced when it is back", () => {
    const { ports, made, add } = createPorts();
    ports.engineIsReady();
    const page = new FakeContents();
    add(page);
    ports.engineIsGone();
    expect(made[0]?.isClosed).toBe(true);
    ports.engineIsReady();
    expect(page.posted).toHaveLength(2);
  });
});

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

describe("row 22: new windows and webviews", () => {
  it("are denied", () => {
    const contents = new FakeContents();
    hardenContents(contents as unknown as As<typeof hardenContents>);
    for (const url of ["https://example.com/", "app://fieldbook/index.html", "about:blank"])
      expect(contents.openHandler({ url })).toEqual({ action: "deny" });
    const event = new FakeEvent();
    contents.emit("will-attach-webview", event);
    expect(event.wasPrevented).toBe(true);
  });
});

describe("row 23: addresses opened outside", () => {
  it.each(["https://example.com/a?b#c", "mailto:a@example.com"])("%s is opened", (address) => {
    expect(openOutside(address)).toBe(true);
    expect(callsOf("openExternal")).toEqual([[address]]);
  });
  it.each([
    `${"file"}:///etc/passwd`,
    "smb://host/share",
    `${"java"}script:alert(1)`,
    "data:text/html,x",
    "ms-msdt:/id",
    "vbscript:x",
    "http://example.com/",
    "https://user:password@example.com/",
    "not an address",
    "",
  ])("%s is not", (address) => {
    expect(openOutside(address)).toBe(false);
    expect(callsOf("openExternal")).toEqual([]);
  });
});

describe("the page's session", () => {
  type Answer = (allowed: boolean) => void;
  type RequestAnswer = (answer: { cancel: boolean }) => void;
  const given: {
    request?: (contents: unknown, permission: string, answer: Answer) => void;
    check?: (contents: unknown, permission: string) => boolean;
    device?: () => boolean;
    before?: (details: { url: string; resourceType: string }, answer: RequestAnswer) => void;
    download?: (event: FakeEvent) => void;
  } = {};
  beforeAll(() => {
    hardenSession({
      setPermissionRequestHandler: (handler: typeof given.request) => Object.assign(given, { request: handler }),
      setPermissionCheckHandler: (handler: typeof given.check) => Object.assign(given, { check: handler }),
      setDevicePermissionHandler: (handler: typeof given.device) => Object.assign(given, { device: handler }),
      webRequest: { onBeforeRequest: (handler: typeof given.before) => Object.assign(given, { before: handler }) },
      on: (_name: string, handler: typeof given.download) => Object.assign(given, { download: handler }),
    } as unknown as As<typeof hardenSession>);
  });

  const permissions =
    "clipboard-read,deprecated-sync-clipboard-read,display-capture,mediaKeySystem,geolocation,notifications,midi,midiSysex,pointerLock,fullscreen,openExternal,window-management,storage-access,top-level-storage-access,idle-detection,fileSystem,hid,serial,usb,media,accessibility-events,background-sync,speaker-selection,unknown,__proto__,constructor";
  it.each(permissions.split(","))("row 20: refuses %s", (permission) => {
    let answered: boolean | null = null;
    given.request?.(null, permission, (allowed) => {
      answered = allowed;
    });
    expect(answered).toBe(false);
    expect(given.check?.(null, permission)).toBe(false);
  });
  it("row 20: refuses devices, and lets the page write text to the clipboard", () => {
    expect(given.device?.()).toBe(false);
    expect(given.check?.(null, "clipboard-sanitized-write")).toBe(true);
  });

  const isCancelled = (url: string, resourceType = "xhr") => {
    let cancelled: boolean | null = null;
    given.before?.({ url, resourceType }, ({ cancel }) => {
      cancelled = cancel;
    });
    return cancelled;
  };
  it.each([
    ["http://example.com/", "xhr"],
    ["https://example.com/", "mainFrame"],
    ["ws://example.com/", "webSocket"],
    ["wss://127.0.0.1/", "webSocket"],
    [`${"file"}:///etc/passwd`, "image"],
    ["data:text/html,x", "mainFrame"],
    ["data:image/svg+xml,x", "mainFrame"],
    ["blob:app://fieldbook/1", "mainFrame"],
    ["app://fieldbook.evil.test/", "script"],
    ["app://other/x.js", "script"],
    ["blob:https://evil.test/1", "image"],
  ])("row 24: cancels %s as %s", (url, resourceType) => {
    expect(isCancelled(url, resourceType)).toBe(true);
  });
  it("row 24: lets our own files and our own pictures through, and no downloads", () => {
    expect(isCancelled("app://fieldbook/index.html", "mainFrame")).toBe(false);
    expect(isCancelled("data:image/png;base64,AA==", "image")).toBe(false);
    expect(isCancelled("blob:app://fieldbook/1", "image")).toBe(false);
    const event = new FakeEvent();
    given.download?.(event);
    expect(event.wasPrevented).toBe(true);
  });
});

describe("the scheme", () => {
  let root = "";
  let outside = "";
  beforeAll(() => {
    outside = realpathSync(mkdtempSync(join(tmpdir(), "fieldbook-scheme-")));
    root = join(outside, "pages");
    mkdirSync(join(root, "assets"), { recursive: true });
    writeFileSync(join(outside, "secret.txt"), "secret");
    writeFileSync(join(root, "index.html"), '<meta name="csp-nonce" content="__CSP_NONCE__">');
    writeFileSync(join(root, "assets", "main.js"), "1");
    symlinkSync(join(outside, "secret.txt"), join(root, "assets", "link.txt"));
  });
  afterAll(() => rmSync(outside, { recursive: true }));
  const ask = (url: string, method = "GET") => answerRequest(root, { url, method });

  it.each(["index.html", "assets/main.js", "missing.js"])("row 14: %s comes with the strict policy", async (path) => {
    const policy = (await ask(`app://fieldbook/${path}`)).headers.get("Content-Security-Policy") ?? "";
    const nonce = /'nonce-([A-Za-z0-9+/=]{22,})'/.exec(policy)?.[1];
    expect(nonce).toBeDefined();
    expect(policy.replace(nonce ?? "", "N")).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-N'; img-src 'self' data: blob:; font-src 'self'; worker-src 'self'; connect-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(policy).not.toContain("unsafe-");
  });

  it("row 14: the nonce is fresh each time and the same in header and page", async () => {
    const answers = await Promise.all([1, 2, 3].map(() => ask("app://fieldbook/index.html")));
    const nonces = await Promise.all(
      answers.map(async (answer) => {
        const nonce = /content="([^"]+)"/.exec(await answer.text())?.[1] ?? "";
        expect(answer.headers.get("Content-Security-Policy")).toContain(`'nonce-${nonce}'`);
        return nonce;
      }),
    );
    expect(new Set(nonces).size).toBe(3);
    expect(nonces).not.toContain("__CSP_NONCE__");
  });

  it.each([
    ["app://fieldbook/../secret.txt", 400],
    ["app://fieldbook/assets/../../secret.txt", 400],
    ["app://fieldbook/%2e%2e/secret.txt", 400],
    ["app://fieldbook/%2E%2E%2Fsecret.txt", 400],
    ["app://fieldbook/..%2fsecret.txt", 403],
    ["app://fieldbook/..%5csecret.txt", 400],
    ["app://fieldbook/..\\secret.txt", 400],
    ["app://fieldbook/index.html%00.png", 400],
    ["app://fieldbook/%E0%A4%A", 400],
    ["app://fieldbook//etc/passwd", 404],
    ["app://fieldbook/etc/passwd", 404],
    ["app://fieldbook/assets/link.txt", 403],
    ["app://fieldbook/assets", 404],
    ["app://fieldbook/", 403],
    ["app://other/index.html", 400],
    ["https://fieldbook.evil.test/index.html", 400],
    ["not an address", 400],
  ])("row 18: %s is answered %i without a byte of a file", async (url, status) => {
    const answer = await ask(url);
    expect([url, answer.status]).toEqual([url, status]);
    expect(await answer.text()).toBe("");
  });

  it.each(["POST", "PUT", "DELETE", "HEAD"])("row 18: %s is refused", async (method) => {
    expect((await ask("app://fieldbook/index.html", method)).status).toBe(405);
  });
});

describe("the preload script", () => {
  let code = "";
  beforeAll(async () => {
    code = await bundlePreload();
  });

  it("row 12: exposes one object with exactly four names", () => {
    const { exposed } = runPreload(code);
    expect([...exposed.keys()]).toEqual(["fieldbook"]);
    expect(Object.keys(exposed.get("fieldbook") ?? {}).sort()).toEqual(["fileToken", "platform", "post", "subscribe"]);
    expect(findLines(/exposeInMainWorld/, "src-main")).toHaveLength(1);
  });

  it("row 13: gives the page functions and plain data, never an event, a port or ipcRenderer", () => {
    const page = runPreload(code);
    const bridge = page.exposed.get("fieldbook") as unknown as Bridge;
    const heard: unknown[] = [];
    bridge.subscribe((...args: unknown[]) => heard.push(...args));
    const port = new PagePort();
    page.pushPort(port);
    port.onmessage?.({ data: "frame" });
    page.deliver("fieldbook:message", { kind: "command", id: "show-palette" });
    expect(heard).toEqual([
      { kind: "engine", state: "ready" },
      { kind: "frame", data: "frame" },
      { kind: "command", id: "show-palette" },
    ]);
    expect(isPlain(heard)).toBe(true);
    expect(isPlain(bridge)).toBe(true);
    expect(JSON.stringify(heard)).not.toContain("senderSecret");
  });

  it("row 36: takes the path of a real file object only", async () => {
    const page = runPreload(code);
    const bridge = page.exposed.get("fieldbook") as unknown as Bridge;
    const invented = { name: "passwd", path: "/etc/passwd", secretPath: "/etc/passwd" };
    expect(await bridge.fileToken({ kind: "drop", file: invented })).toBeNull();
    expect(page.invoked).toEqual([]);
    await bridge.fileToken({ kind: "drop", file: new DroppedFile("/home/a/picture.png") });
    expect(page.invoked).toEqual([
      { channel: "fieldbook:file-token", request: { kind: "drop", path: "/home/a/picture.png" } },
    ]);
  });
});

/** True for functions, text, numbers, and plain objects and lists of them. */
function isPlain(value: unknown): boolean {
  if (value === null || ["string", "number", "boolean", "undefined", "function"].includes(typeof value)) return true;
  if (Array.isArray(value)) return value.every(isPlain);
  const kind = Object.prototype.toString.call(value);
  const maker = Object.getPrototypeOf(value)?.constructor?.name;
  return kind === "[object Object]" && maker === "Object" && Object.values(value as object).every(isPlain);
}

describe("row 36: files by token", () => {
  it("the page learns a random token and a name; the path goes to the engine only", async () => {
    const granted: unknown[][] = [];
    fakeDialog.openPaths = ["/home/a/evidence.png"];
    const answer = await requestFileToken(
      { kind: "open", accept: "evidence" },
      {} as Parameters<typeof requestFileToken>[1],
      (...grant) => granted.push(grant),
    );
    expect(answer?.name).toBe("evidence.png");
    expect(answer?.token).toMatch(/^[0-9a-f]{32}$/);
    expect(granted).toEqual([[answer?.token, "/home/a/evidence.png", "open"]]);
  });
  it("nothing is granted when the dialog is closed or a path is relative", async () => {
    const grant = vi.fn();
    fakeDialog.openPaths = [];
    const window = {} as Parameters<typeof requestFileToken>[1];
    expect(await requestFileToken({ kind: "open", accept: "evidence" }, window, grant)).toBeNull();
    expect(await requestFileToken({ kind: "drop", path: "../a.png" }, window, grant)).toBeNull();
    expect(grant).not.toHaveBeenCalled();
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

describe("the packages", () => {
  const builder = parse(readFileSync(join(project, "electron-builder.yml"), "utf8")) as Record<string, unknown>;
  it("row 25: every fuse is set", () => {
    expect(builder.electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
  });
  it("row 39: nothing is published or updated over an insecure way", () => {
    const text = readFileSync(join(project, "electron-builder.yml"), "utf8");
    expect(builder.publish).toBeNull();
    expect(text).not.toMatch(/http:|verifyUpdateCodeSignature: *false|allowDowngrade/);
  });
});
