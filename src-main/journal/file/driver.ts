/// <reference path="./ciphers.d.ts" />
import Plain from "better-sqlite3";
import Ciphers from "better-sqlite3-multiple-ciphers";
import { createFailure } from "./failure.ts";

/** An open database, whichever of the two libraries opened it: they are the same but for the cipher. */
export type Connection = Plain.Database;

/** Ending of an engagement file that is encrypted. It is never handed over: others get a plain copy made from it. */
export const VAULT_ENDING = ".fieldbook-vault";
export const PLAIN_ENDING = ".fieldbook";

/** Length of a vault key in bytes. */
export const VAULT_KEY_BYTES = 32;

export const isVaultPath = (path: string): boolean => path.endsWith(VAULT_ENDING);

/**
 * The key a file of this name is opened with: undefined for a plain file, which needs none.
 * @throws JournalFailure ENCRYPTED when the name says that it is encrypted and there is no key.
 */
export function keyFor(path: string, vaultKey: Uint8Array | undefined): Uint8Array | undefined {
  if (!isVaultPath(path)) return undefined;
  if (!vaultKey) throw createFailure("ENCRYPTED");
  return vaultKey;
}

/** ChaCha20-Poly1305 for each page (utelle.github.io/SQLite3MultipleCiphers). "raw:" takes the key as it is, without derivation. */
function setKey(db: InstanceType<typeof Ciphers>, key: Uint8Array): void {
  if (key.length !== VAULT_KEY_BYTES) throw new RangeError(`A vault key has ${VAULT_KEY_BYTES} bytes.`);
  const text = Buffer.from(`raw:${Buffer.from(key).toString("hex")}`, "latin1");
  try {
    db.pragma("cipher = 'chacha20'");
    db.key(text);
    // What a query puts aside would lie on the disk in plain text.
    db.pragma("temp_store = MEMORY");
  } finally {
    text.fill(0);
  }
}

/** Opens a database: with a key through the library that has the cipher, without one through the other. */
export function openConnection(path: string, options: Plain.Options, key?: Uint8Array): Connection {
  if (!key) return new Plain(path, options);
  const db = new Ciphers(path, options);
  try {
    setKey(db, key);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** True for a connection whose pages lie encrypted on the disk. They carry a MAC each, so that the file has no seal. */
export function isEncrypted(db: Connection): boolean {
  return db instanceof Ciphers;
}
