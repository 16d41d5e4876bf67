import type { FileSource } from "../src-main/contract/files.ts";
import { desktop } from "./bridge.ts";
import { client } from "./client.ts";

const partSize = 512 * 1024;

function bytesToBase64(bytes: Uint8Array): string {
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

/** A chosen or dropped file as the engine takes it: a token in the desktop, an upload in 512 KiB parts in a browser. */
export async function sourceOfFile(file: File): Promise<FileSource> {
  const bridge = desktop();
  return bridge ? { kind: "token", token: await bridge.fileToken(file) } : uploadFile(file);
}

/** Asks for one file; null when the dialog was closed. `accept` is a list of endings such as ".fieldbook". */
export function chooseFile(accept: string): Promise<File | null> {
  return new Promise((resolve) => {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = accept;
    input.addEventListener("change", () => resolve(input.files?.[0] ?? null));
    input.addEventListener("cancel", () => resolve(null));
    input.click();
  });
}

/** Lets the user choose an engagement file and opens it. Returns the engagement, or null when nothing was chosen. */
export async function openEngagementFile(): Promise<string | null> {
  const file = await chooseFile(".fieldbook");
  if (!file) return null;
  const { engagement } = await client.engagements.open({ source: await sourceOfFile(file) });
  return engagement;
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

/** Saves a job's file: where the save dialog says in the desktop, as a browser download otherwise. Returns where, or null when cancelled. */
export async function saveDownload(download: string, name: string): Promise<string | null> {
  const bridge = desktop();
  if (bridge) {
    const token = await bridge.chooseSave(name);
    return token === null ? null : (await client.files.saveDownload({ download, token })).saved;
  }
  const file = await readDownload(download);
  const address = URL.createObjectURL(new Blob([file.bytes], { type: file.type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return file.name;
}
