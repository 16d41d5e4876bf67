import { closeSync, createReadStream, createWriteStream, openSync, readSync } from "node:fs";
import { Readable, Writable } from "node:stream";
import { bech32 } from "@scure/base";
import { Decrypter, Encrypter, identityToRecipient } from "age-encryption";
import type { HandOverSeal } from "../contract/copies.ts";
import type { DeviceKey } from "../journal/index.ts";
import { refuse } from "./refusal.ts";

/** First line of a file in the age format, version 1 (age-encryption.org/v1). */
const AGE_HEADER = Buffer.from("age-encryption.org/v1\n", "latin1");

/** Ending of a sealed hand-over copy. */
export const SEALED_ENDING = ".fieldbook.age";

/** The age identity of this installation. It follows from the device key, so that there is one secret to keep and none to lose besides. */
function identityOf(device: DeviceKey): string {
  const secret = device.derive("connect-fieldbook age identity");
  return bech32.encodeFromBytes("AGE-SECRET-KEY-", secret).toUpperCase();
}

/** What others seal a hand-over copy for: `age1…`. */
export function recipientOf(device: DeviceKey): Promise<string> {
  return identityToRecipient(identityOf(device));
}

export function isSealedFile(path: string): boolean {
  const descriptor = openSync(path, "r");
  try {
    const start = Buffer.alloc(AGE_HEADER.length);
    readSync(descriptor, start, 0, start.length, 0);
    return start.equals(AGE_HEADER);
  } finally {
    closeSync(descriptor);
  }
}

/** Seals a file for the named recipients or with a passphrase. */
export async function sealFile(
  from: string,
  to: string,
  seal: Exclude<HandOverSeal, { kind: "open" }>,
  signal: AbortSignal,
): Promise<void> {
  const encrypter = new Encrypter();
  if (seal.kind === "passphrase") encrypter.setPassphrase(seal.passphrase);
  else for (const recipient of seal.recipients) addRecipient(encrypter, recipient);
  await pass(from, to, (content) => encrypter.encrypt(content), signal);
}

function addRecipient(encrypter: Encrypter, recipient: string): void {
  try {
    encrypter.addRecipient(recipient);
  } catch {
    refuse("INVALID_INPUT", { happened: "A recipient is not of the form age1….", details: [recipient] });
  }
}

/** Opens a sealed file with this installation's identity, or with a passphrase. */
export async function openSealedFile(
  from: string,
  to: string,
  { device, passphrase, signal }: { device: DeviceKey; passphrase: string | undefined; signal: AbortSignal },
): Promise<void> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identityOf(device));
  if (passphrase !== undefined) decrypter.addPassphrase(passphrase);
  try {
    await pass(from, to, (content) => decrypter.decrypt(content), signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && "errno" in error) throw error;
    // The library tells a wrong key and a damaged file apart by words only.
    const isKeyless = error instanceof Error && /no identity matched/i.test(error.message);
    if (!isKeyless) refuse("DAMAGED", { happened: "The sealed file is damaged or incomplete." });
    refuse(passphrase === undefined ? "SEALED_FILE" : "WRONG_PASSPHRASE");
  }
}

async function pass(
  from: string,
  to: string,
  transform: (content: ReadableStream<Uint8Array>) => Promise<ReadableStream<Uint8Array>>,
  signal: AbortSignal,
): Promise<void> {
  // Node's and the web's types of the same stream differ; the library takes the web's.
  const content = Readable.toWeb(createReadStream(from)) as unknown as ReadableStream<Uint8Array>;
  const changed = await transform(content);
  await changed.pipeTo(Writable.toWeb(createWriteStream(to, { flags: "wx", mode: 0o600, flush: true })), { signal });
}
