import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { fileOf, findLines, project } from "./source-lines.ts";

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
