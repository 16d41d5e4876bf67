import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Bridge } from "../../../src-main/contract/bridge.ts";
import { bundlePreload, DroppedFile, PagePort, runPreload } from "./built-preload.ts";
import { FakeContents, FakePort, fakeDialog, handlers, listeners } from "./fake-electron.ts";
import { findLines } from "./source-lines.ts";

vi.mock("electron", () => import("./fake-electron.ts"));
const { requestFileToken } = await import("../../../src-main/desktop/file-tokens.ts");
const { listenToPages } = await import("../../../src-main/desktop/ipc.ts");
const { PagePorts } = await import("../../../src-main/desktop/page-port.ts");

type As<Of> = Of extends (first: infer First, ...rest: never[]) => unknown ? First : never;

/** Rows of the security checklist; the number in a name is the row's. */
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
  const acceptsSealed = { name: "Engagement", extensions: ["fieldbook", "age"] };
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
  it("sealed copies of engagements can be chosen and saved too", async () => {
    const window = {} as Parameters<typeof requestFileToken>[1];
    const dialogs = [vi.spyOn(fakeDialog, "showOpenDialog"), vi.spyOn(fakeDialog, "showSaveDialog")];
    await requestFileToken({ kind: "open", accept: "engagement" }, window, vi.fn());
    await requestFileToken({ kind: "save", accept: "engagement", name: "copy.fieldbook.age" }, window, vi.fn());
    for (const { mock } of dialogs)
      expect(mock.calls).toEqual([[window, expect.objectContaining({ filters: [acceptsSealed] })]]);
    vi.restoreAllMocks();
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
