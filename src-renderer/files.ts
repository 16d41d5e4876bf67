import type { FileRequest } from "../src-main/contract/bridge.ts";
import type { FileSource } from "../src-main/contract/files.ts";
import { desktop } from "./bridge.ts";
import { client } from "./client.ts";

const partSize = 512 * 1024;
type Accepted = Extract<FileRequest, { kind: "open" }>["accept"];

const endings: Record<Accepted, string> = {
  engagement: ".fieldbook,.age",
  document: ".fieldbook,.pdf",
  evidence: "",
  message: ".eml,.txt,.log,.mbox,message/rfc822",
};

export function bytesToBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

export function base64ToBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

async function uploadFile(file: File): Promise<FileSource> {
  const { upload } = await client.files.beginUpload({ name: file.name, type: file.type, size: file.size });
  for (let offset = 0; offset < file.size; offset += partSize) {
    const part = new Uint8Array(await file.slice(offset, offset + partSize).arrayBuffer());
    await client.files.appendUpload({ upload, offset, data: bytesToBase64(part) });
  }
  return { kind: "upload", upload };
}

/** A dropped or pasted file as the engine takes it: a token in the desktop, an upload in 512 KiB parts in a browser or from the clipboard. */
export async function sourceOfFile(file: File): Promise<FileSource> {
  const granted = await desktop()?.fileToken({ kind: "drop", file });
  return granted ? { kind: "token", token: granted.token } : uploadFile(file);
}

function pickInBrowser(accept: string): Promise<File | null> {
  return new Promise((resolve) => {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = accept;
    input.addEventListener("change", () => resolve(input.files?.[0] ?? null));
    input.addEventListener("cancel", () => resolve(null));
    input.click();
  });
}

export interface ChosenFile {
  name: string;
  source: FileSource;
}

/** Lets the person choose one file; null when the dialog was closed. */
export async function chooseFile(accept: Accepted): Promise<ChosenFile | null> {
  const bridge = desktop();
  if (bridge) {
    const granted = await bridge.fileToken({ kind: "open", accept });
    return granted && { name: granted.name, source: { kind: "token", token: granted.token } };
  }
  const file = await pickInBrowser(endings[accept]);
  return file && { name: file.name, source: await uploadFile(file) };
}

export interface DownloadedFile {
  name: string;
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Reads a job's file or a document whole, part by part. */
export async function readDownload(download: string): Promise<DownloadedFile> {
  const first = await client.files.readDownload({ download, offset: 0 });
  const bytes = new Uint8Array(first.size);
  let part = first;
  let offset = 0;
  for (;;) {
    bytes.set(base64ToBytes(part.data), offset);
    if (part.next === null) return { name: first.name, type: first.type, bytes };
    offset = part.next;
    part = await client.files.readDownload({ download, offset });
  }
}

function saveInBrowser({ name, type, bytes }: DownloadedFile): void {
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

const acceptByEnding: Record<string, Extract<FileRequest, { kind: "save" }>["accept"]> = {
  pdf: "document",
  json: "answers",
};
const acceptOf = (name: string) => acceptByEnding[name.split(".").at(-1) ?? ""] ?? "engagement";

/** Saves a job's file: where the save dialog says in the desktop, as a browser download otherwise. Returns its name, or null when cancelled. */
export async function saveDownload(download: string): Promise<string | null> {
  const bridge = desktop();
  if (!bridge) {
    const file = await readDownload(download);
    saveInBrowser(file);
    return file.name;
  }
  const { name } = await client.files.readDownload({ download, offset: 0 });
  const granted = await bridge.fileToken({
    kind: "save",
    name,
    accept: acceptOf(name),
  });
  return granted && (await client.files.saveDownload({ download, token: granted.token })).saved;
}
