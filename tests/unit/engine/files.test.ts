import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Files, hashBytes, slicePart, typeOfName } from "../../../src-main/engine/files.ts";
import { Refusal, toRefusal } from "../../../src-main/engine/refusal.ts";
import { createSystemWorld } from "../../../src-main/engine/world.ts";

let folder: string;
let files: Files;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fieldbook-files-"));
  files = new Files(createSystemWorld());
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return "accepted";
  } catch (error) {
    return toRefusal(error)?.code ?? "bug";
  }
};
const offer = (bytes: Uint8Array, replace = false) =>
  files.offer({
    name: "copy",
    type: "text/plain",
    sha256: hashBytes(bytes),
    size: bytes.length,
    replace,
    read: () => bytes,
  });

describe("files from outside", () => {
  test("are named by token only: a path is no token, and a token works once and for its purpose", () => {
    const path = join(folder, "a.txt");
    writeFileSync(path, "contents");
    expect(codeOf(() => files.take({ kind: "token", token: path }))).toBe("TOKEN_UNKNOWN");
    const token = files.grant(path, "open");
    expect(codeOf(() => files.save(offer(new Uint8Array([1])), token))).toBe("TOKEN_UNKNOWN");
    expect(Buffer.from(files.take({ kind: "token", token }).bytes).toString()).toBe("contents");
    expect(codeOf(() => files.take({ kind: "token", token }))).toBe("TOKEN_UNKNOWN");
  });

  test("a chosen file that has gone says so", () => {
    const token = files.grant(join(folder, "gone.txt"), "open");
    expect(codeOf(() => files.take({ kind: "token", token }))).toBe("FILE_MISSING");
  });

  test("arrive in parts, in order, never longer than declared", () => {
    const upload = files.beginUpload({ name: "../../evil.png", type: "image/png", size: 6 });
    expect(codeOf(() => files.take({ kind: "upload", upload }))).toBe("INVALID_INPUT");
    expect(files.appendUpload(upload, 0, Buffer.from("abc").toString("base64"))).toBe(3);
    expect(codeOf(() => files.appendUpload(upload, 0, "YWJj"))).toBe("INVALID_INPUT");
    expect(codeOf(() => files.appendUpload(upload, 3, Buffer.from("defg").toString("base64")))).toBe("TOO_LARGE");
    files.appendUpload(upload, 3, Buffer.from("def").toString("base64"));
    const file = files.take({ kind: "upload", upload });
    expect(file).toMatchObject({ name: "evil.png", type: "image/png", path: null });
    expect(Buffer.from(file.bytes).toString()).toBe("abcdef");
  });

  test("types come from the name, never from the sender", () => {
    expect(typeOfName("PHOTO.JPG")).toBe("image/jpeg");
    expect(typeOfName("page.html")).toBe("application/octet-stream");
    expect(typeOfName("drawing.svg")).toBe("application/octet-stream");
    expect(typeOfName("file.constructor")).toBe("application/octet-stream");
  });
});

describe("files that leave", () => {
  test("are read in parts that join to the whole", () => {
    const bytes = new Uint8Array(1_300_000).map((_, index) => index % 251);
    const parts: Buffer[] = [];
    for (let offset: number | null = 0; offset !== null; ) {
      const part = slicePart(bytes, offset);
      parts.push(Buffer.from(part.data, "base64"));
      offset = part.next;
    }
    expect(Buffer.concat(parts).equals(Buffer.from(bytes))).toBe(true);
  });

  test("never replace an existing engagement file, and leave nothing half-written", () => {
    const target = join(folder, "hand-over.fieldbook");
    writeFileSync(target, "somebody else's");
    expect(codeOf(() => files.save(offer(new Uint8Array([1, 2])), files.grant(target, "save")))).toBe("ALREADY_EXISTS");
    expect(readFileSync(target, "utf8")).toBe("somebody else's");
    expect(readdirSync(folder)).toEqual(["hand-over.fieldbook"]);
  });

  test("replace an existing document when the dialog said so", () => {
    const target = join(folder, "step.pdf");
    writeFileSync(target, "old");
    files.save(offer(new TextEncoder().encode("new"), true), files.grant(target, "save"));
    expect(readFileSync(target, "utf8")).toBe("new");
  });

  test("into a folder that is not there fail with words and leave nothing", () => {
    const target = join(folder, "missing", "x.fieldbook");
    expect(codeOf(() => files.save(offer(new Uint8Array([1])), files.grant(target, "save")))).toBe("FILE_MISSING");
    expect(existsSync(join(folder, "missing"))).toBe(false);
  });

  test("whose bytes are not what was promised are not handed out", () => {
    const target = join(folder, "x.fieldbook");
    const download = files.offer({
      name: "x",
      type: "",
      sha256: "0".repeat(64),
      size: 1,
      replace: false,
      read: () => new Uint8Array([1]),
    });
    expect(codeOf(() => files.save(download, files.grant(target, "save")))).toBe("IO");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a refusal is a Refusal with sentences", () => {
    try {
      files.readPart("nothing", 0);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Refusal);
    }
  });
});
