import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { calls, callsOf, FakeContents, FakeEvent } from "./fake-electron.ts";

vi.mock("electron", () => import("./fake-electron.ts"));
const { hardenContents, hardenSession, openOutside } = await import("../../../src-main/desktop/harden.ts");
const { answerRequest } = await import("../../../src-main/desktop/scheme.ts");

type As<Of> = Of extends (first: infer First, ...rest: never[]) => unknown ? First : never;

beforeEach(() => {
  calls.length = 0;
});

/** Rows of the security checklist; the number in a name is the row's. */
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
