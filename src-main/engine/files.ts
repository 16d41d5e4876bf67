import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { type FileSource, largestFile } from "../contract/files.ts";
import { moveIntoPlace, removeQuietly } from "../journal/index.ts";
import { refuse } from "./refusal.ts";
import { createId, type World } from "./world.ts";

export interface IncomingFile {
  name: string;
  type: string;
  bytes: Uint8Array;
  /** Set when the file was chosen in a dialog; an upload has no place on this disk. */
  path: string | null;
}
export interface Download {
  name: string;
  type: string;
  sha256: string;
  size: number;
  /** Whether an existing file of the chosen name may be replaced: documents yes, engagement files never. */
  replace: boolean;
  read(): Uint8Array;
}
interface Upload {
  name: string;
  type: string;
  size: number;
  parts: Uint8Array[];
  received: number;
}
interface Grant {
  path: string;
  purpose: "open" | "save";
}

const partSize = 512 * 1024;
const mostUploads = 8;

const typesByEnding = new Map([
  ["png", "image/png"],
  ["jpg", "image/jpeg"],
  ["jpeg", "image/jpeg"],
  ["webp", "image/webp"],
  ["gif", "image/gif"],
  ["pdf", "application/pdf"],
  ["txt", "text/plain"],
  ["log", "text/plain"],
  ["csv", "text/csv"],
  ["json", "application/json"],
  ["fieldbook", "application/vnd.connect-fieldbook"],
]);
/** Media type by file ending; anything unknown is inert bytes. */
export const typeOfName = (name: string): string =>
  typesByEnding.get(name.split(".").at(-1)?.toLowerCase() ?? "") ?? "application/octet-stream";

/** A person's text as part of a file name: letters, digits and hyphens, on every system. */
export function toFileName(text: string, otherwise = "engagement"): string {
  const plain = text.normalize("NFKD").replace(/[^A-Za-z0-9-]+/g, "-");
  return plain.replace(/^-+|-+$/g, "").slice(0, 60) || otherwise;
}

export const hashBytes = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The contents of a file that a person named. A folder cannot be read, and a pipe would keep the engine waiting: both are refused. */
export function readPlainFile(path: string): Uint8Array {
  requirePlainFile(path);
  return readFileSync(path);
}

function requirePlainFile(path: string): void {
  if (!statSync(path).isFile()) refuse("FILE_MISSING", { happened: `${basename(path)} is not a file.` });
}

/** Files that enter and leave the engine. A page names them by token or upload, never by path; hosts grant tokens. */
export class Files {
  readonly #uploads = new Map<string, Upload>();
  readonly #grants = new Map<string, Grant>();
  readonly #downloads = new Map<string, Download>();
  readonly #world: World;
  constructor(world: World) {
    this.#world = world;
  }

  /** For hosts only: lets the page use a file that a person chose. */
  grant(path: string, purpose: Grant["purpose"], token = createId(this.#world.random)): string {
    this.#grants.set(token, { path, purpose });
    return token;
  }

  beginUpload(upload: { name: string; type: string; size: number }): string {
    if (this.#uploads.size >= mostUploads) this.#uploads.delete(this.#uploads.keys().next().value ?? "");
    const id = createId(this.#world.random);
    this.#uploads.set(id, { ...upload, name: basename(upload.name), parts: [], received: 0 });
    return id;
  }

  appendUpload(id: string, offset: number, data: string): number {
    const upload = this.#uploads.get(id) ?? refuse("TOKEN_UNKNOWN");
    const part = new Uint8Array(Buffer.from(data, "base64"));
    if (offset !== upload.received) refuse("INVALID_INPUT", { details: [`offset: expected ${upload.received}`] });
    if (upload.received + part.length > upload.size) refuse("TOO_LARGE");
    upload.parts.push(part);
    upload.received += part.length;
    return upload.received;
  }

  /** The contents of a chosen or sent file. Each source can be taken once. */
  take(source: FileSource): IncomingFile {
    if (source.kind === "token") return this.#takeChosen(source.token);
    const upload = this.#uploads.get(source.upload) ?? refuse("TOKEN_UNKNOWN");
    if (upload.received !== upload.size)
      refuse("INVALID_INPUT", { details: [`upload: ${upload.received} of ${upload.size} bytes arrived`] });
    this.#uploads.delete(source.upload);
    return { name: upload.name, type: typeOfName(upload.name), bytes: Buffer.concat(upload.parts), path: null };
  }

  /** Copies a chosen or sent file of any size to `target`, without reading it; the source is left as it is. `giveBack` makes it good for one more try. */
  fetch(source: FileSource, target: string): { name: string; path: string | null; giveBack: () => void } {
    if (source.kind === "upload") {
      const upload = this.#uploads.get(source.upload);
      const { name, bytes } = this.take(source);
      writeFileSync(target, bytes, { flag: "wx", mode: 0o600 });
      return { name, path: null, giveBack: () => upload && this.#uploads.set(source.upload, upload) };
    }
    const { path } = this.#spend(source.token, "open");
    requirePlainFile(path);
    copyFileSync(path, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    return { name: basename(path), path, giveBack: () => this.grant(path, "open", source.token) };
  }

  #takeChosen(token: string): IncomingFile {
    const { path } = this.#spend(token, "open");
    const { size } = statSync(path);
    if (size > largestFile)
      refuse("TOO_LARGE", { happened: `${basename(path)} is larger than ${largestFile / 1024 / 1024} MiB.` });
    return { name: basename(path), type: typeOfName(path), bytes: readPlainFile(path), path };
  }

  #spend(token: string, purpose: Grant["purpose"]): Grant {
    const grant = this.#grants.get(token);
    if (grant?.purpose !== purpose) return refuse("TOKEN_UNKNOWN");
    this.#grants.delete(token);
    return grant;
  }

  offer(download: Download, id = createId(this.#world.random)): string {
    this.#downloads.set(id, download);
    return id;
  }

  #download(id: string): Download {
    return (
      this.#downloads.get(id) ??
      refuse("NOT_FOUND", { happened: "The file made earlier is no longer held.", todo: "Make it again." })
    );
  }

  readPart(id: string, offset: number) {
    const { name, type, sha256, size, read } = this.#download(id);
    return { name, type, sha256, ...slicePart(read(), offset), size };
  }

  /** Writes beside the target, syncs, reads back and compares, then renames. */
  save(id: string, token: string): string {
    const download = this.#download(id);
    const { path } = this.#spend(token, "save");
    const beside = join(dirname(path), `.${basename(path)}.${createId(this.#world.random).slice(0, 8)}.part`);
    try {
      writeFileSync(beside, download.read(), { flag: "wx" });
      syncFile(beside);
      if (hashBytes(readFileSync(beside)) !== download.sha256)
        refuse("IO", { happened: "The file read back differs from what was written." });
      if (download.replace) renameSync(beside, path);
      else moveIntoPlace(beside, path);
    } catch (error) {
      removeQuietly(beside);
      throw error;
    }
    return path;
  }
}

function syncFile(path: string): void {
  const handle = openSync(path, "r+");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** One part of a file as base64, with the offset of the next part. */
export function slicePart(bytes: Uint8Array, offset: number): { data: string; size: number; next: number | null } {
  const end = Math.min(offset + partSize, bytes.length);
  return {
    data: Buffer.from(bytes.subarray(offset, end)).toString("base64"),
    size: bytes.length,
    next: end < bytes.length ? end : null,
  };
}
