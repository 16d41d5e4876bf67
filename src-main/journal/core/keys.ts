import { createPublicKey, type KeyObject, verify } from "node:crypto";

/** Whoever signs entries; see `DeviceKey`. */
export interface Signer {
  sign(data: Uint8Array): Uint8Array;
}

/** SubjectPublicKeyInfo header of an Ed25519 key (RFC 8410, section 4); the 32 raw bytes follow it. */
export const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

const publicKeys = new Map<string, KeyObject>();
const PUBLIC_KEYS_KEPT = 256;

/** Checks an Ed25519 signature; false for a key or signature of the wrong form. `publicKey` is 64 hex digits. */
export function isSignedBy(publicKey: string, data: Uint8Array, signature: Uint8Array): boolean {
  try {
    let key = publicKeys.get(publicKey);
    if (!key) {
      const der = Buffer.concat([SPKI_PREFIX, Buffer.from(publicKey, "hex")]);
      key = createPublicKey({ key: der, format: "der", type: "spki" });
      if (publicKeys.size >= PUBLIC_KEYS_KEPT) publicKeys.clear();
      publicKeys.set(publicKey, key);
    }
    return verify(null, data, key, signature);
  } catch {
    return false;
  }
}
