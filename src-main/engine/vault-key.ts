import { createCipheriv, createDecipheriv, hkdfSync, scrypt } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { type DeviceKey, type Random, removeQuietly, VAULT_KEY_BYTES } from "../journal/index.ts";
import { writeDurably } from "./settings.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SALT_BYTES = 16;

/** scrypt (RFC 7914) with N = 2^17, r = 8, p = 1: 128 MiB and about half a second for each try. */
const SLOWNESS = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };

const base64 = z.base64().max(1_000);
/** The vault key under AES-256-GCM: nonce, ciphertext, tag. */
const wrapped = z.strictObject({ box: base64 });
const slowlyWrapped = z.strictObject({ kdf: z.literal("scrypt-17-8-1"), salt: base64, box: base64 });

/**
 * What is kept of the vault key. It is there twice: behind the device key (which the system's secret store keeps), or behind
 * device key and passphrase; and behind the recovery code, for the day the device key is lost.
 */
const vaultKeyDocument = z.strictObject({
  version: z.literal(1),
  /** The form that the files of this installation have, or are being brought into. */
  encrypted: z.boolean(),
  autoLockMinutes: z.number().int().min(1).max(480),
  access: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("device"), ...wrapped.shape }),
    z.strictObject({ kind: z.literal("passphrase"), ...slowlyWrapped.shape }),
  ]),
  recovery: slowlyWrapped,
});
export type VaultKeyDocument = z.infer<typeof vaultKeyDocument>;
type Access = VaultKeyDocument["access"];

const purposes = {
  device: "connect-fieldbook vault key",
  passphrase: "connect-fieldbook vault key behind a passphrase",
  recovery: "connect-fieldbook vault key behind a recovery code",
} as const;
type Purpose = keyof typeof purposes;

function seal(key: Uint8Array, under: Uint8Array, purpose: Purpose, random: Random): string {
  const nonce = random.bytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", under, nonce).setAAD(Buffer.from(purposes[purpose]));
  const box = Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
  under.fill(0);
  return box.toString("base64");
}

/** The key in a box, or null when it is not opened by this. */
function open(box: string, under: Uint8Array, purpose: Purpose): Uint8Array | null {
  const bytes = Buffer.from(box, "base64");
  try {
    if (bytes.length !== NONCE_BYTES + VAULT_KEY_BYTES + TAG_BYTES) return null;
    const decipher = createDecipheriv("aes-256-gcm", under, bytes.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(purposes[purpose]))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    return new Uint8Array(Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]));
  } catch {
    return null;
  } finally {
    under.fill(0);
  }
}

function derive(secret: string | Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, 32, SLOWNESS, (error, derived) => (error ? reject(error) : resolve(new Uint8Array(derived))));
  });
}

/** Typed on another keyboard, the same letters may come as other code points (RFC 8265, 4.2). */
const normalize = (passphrase: string): string => passphrase.normalize("NFC");

/** Neither passphrase nor device key opens it alone: a copied disk is of no use for trying passphrases. */
async function deriveFromBoth(passphrase: string, salt: Uint8Array, device: DeviceKey): Promise<Uint8Array> {
  const slow = await derive(normalize(passphrase), salt);
  const both = hkdfSync("sha256", slow, device.derive(purposes.passphrase), purposes.passphrase, 32);
  slow.fill(0);
  return new Uint8Array(both);
}

/** Wraps the vault key for everyday use: behind the device key, and the passphrase where one is given. */
export async function wrapForUse(
  key: Uint8Array,
  { device, passphrase, random }: { device: DeviceKey; passphrase: string | null; random: Random },
): Promise<Access> {
  if (passphrase === null) return { kind: "device", box: seal(key, device.derive(purposes.device), "device", random) };
  const salt = random.bytes(SALT_BYTES);
  const under = await deriveFromBoth(passphrase, salt, device);
  const box = seal(key, under, "passphrase", random);
  return { kind: "passphrase", kdf: "scrypt-17-8-1", salt: Buffer.from(salt).toString("base64"), box };
}

/** The vault key without a passphrase; null when one is needed, or the device key is another one. */
export function unwrapWithDevice(access: Access, device: DeviceKey): Uint8Array | null {
  return access.kind === "device" ? open(access.box, device.derive(purposes.device), "device") : null;
}

/** The vault key, or null when passphrase or device key is another one. Takes about half a second either way. */
export async function unwrapWithPassphrase(
  access: Access,
  passphrase: string,
  device: DeviceKey,
): Promise<Uint8Array | null> {
  if (access.kind === "device") return null;
  const under = await deriveFromBoth(passphrase, Buffer.from(access.salt, "base64"), device);
  return open(access.box, under, "passphrase");
}

/** @param secret of a recovery code, see `readRecoveryCode`. */
export async function wrapForRecovery(
  key: Uint8Array,
  secret: Uint8Array,
  random: Random,
): Promise<VaultKeyDocument["recovery"]> {
  const salt = random.bytes(SALT_BYTES);
  const box = seal(key, await derive(secret, salt), "recovery", random);
  return { kdf: "scrypt-17-8-1", salt: Buffer.from(salt).toString("base64"), box };
}

/** The vault key, or null for another code. Takes about half a second either way. */
export async function unwrapWithRecovery(
  recovery: VaultKeyDocument["recovery"],
  secret: Uint8Array,
): Promise<Uint8Array | null> {
  return open(recovery.box, await derive(secret, Buffer.from(recovery.salt, "base64")), "recovery");
}

function readDocument(path: string): VaultKeyDocument | "unreadable" | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    // Only a file that is not there means that there is no vault key; a disk that does not answer means nothing.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    return vaultKeyDocument.parse(JSON.parse(text));
  } catch {
    return "unreadable";
  }
}

/**
 * Keeps the wrapped vault key in a file that only its owner may read, and the same beside it: without it an encrypted vault
 * is lost. The second one is for a first that cannot be read.
 */
export class VaultKeyStore {
  readonly #paths: [string, string];

  constructor(path: string) {
    this.#paths = [path, `${path}.second`];
  }

  /** Null when there is no vault key. What neither file can tell is set aside and never overwritten. */
  read(): VaultKeyDocument | null {
    const found = this.#paths.map(readDocument);
    const good = found.find((document) => document !== null && document !== "unreadable");
    for (const [index, path] of this.#paths.entries()) {
      if (found[index] === "unreadable") renameSync(path, freeName(`${path}.unreadable`));
    }
    if (typeof good !== "object" || good === null) return null;
    if (found.some((document) => !isDeepStrictEqual(document, good))) this.#writeAgain(good);
    return good;
  }

  #writeAgain(document: VaultKeyDocument): void {
    try {
      this.write(document);
    } catch {
      // One of the two is good, and the next change writes both.
    }
  }

  /** On the disk, twice, when this returns. The first one counts and comes last: until it is written, nothing has changed. */
  write(document: VaultKeyDocument): void {
    const text = `${JSON.stringify(vaultKeyDocument.parse(document), null, 2)}\n`;
    const [first, second] = this.#paths;
    const isNew = !existsSync(first) && !existsSync(second);
    try {
      for (const path of [second, first]) writeDurably(path, text, 0o600);
    } catch (error) {
      if (isNew) removeQuietly(second);
      throw error;
    }
  }

  remove(): void {
    for (const path of this.#paths) rmSync(path, { force: true });
  }
}

function freeName(path: string): string {
  let name = path;
  for (let number = 2; existsSync(name); number++) name = `${path}-${number}`;
  return name;
}
