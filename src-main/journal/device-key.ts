import { createPrivateKey, createPublicKey, generateKeyPairSync, hkdfSync, type KeyObject, sign } from "node:crypto";
import { type Signer, SPKI_PREFIX } from "./core/keys.ts";

/** The Ed25519 key of one installation. The private half never leaves the closure. */
export interface DeviceKey extends Signer {
  /** Raw public key, 32 bytes as hex. */
  readonly publicKey: string;
  /** A 32-byte secret for another purpose, by HKDF-SHA-256 (RFC 5869) over the private key; `purpose` keeps them apart. */
  derive(purpose: string): Uint8Array;
}

function rawPublicKey(privateKey: KeyObject): string {
  const der = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return der.subarray(SPKI_PREFIX.length).toString("hex");
}

/** The 32-byte seed; in PKCS #8 it comes last (RFC 8410, section 7). */
function rawPrivateKey(privateKey: KeyObject): Buffer {
  return privateKey.export({ format: "der", type: "pkcs8" }).subarray(-32);
}

/**
 * Builds the device key from a PKCS #8 private key (PEM text or DER bytes).
 * @throws TypeError when the key is not Ed25519.
 */
export function createDeviceKey(privateKey: string | Uint8Array): DeviceKey {
  const key =
    typeof privateKey === "string"
      ? createPrivateKey(privateKey)
      : createPrivateKey({ key: Buffer.from(privateKey), format: "der", type: "pkcs8" });
  if (key.asymmetricKeyType !== "ed25519") throw new TypeError("A device key must be an Ed25519 key.");
  return {
    publicKey: rawPublicKey(key),
    sign: (data) => sign(null, data, key),
    derive: (purpose) => new Uint8Array(hkdfSync("sha256", rawPrivateKey(key), "", purpose, 32)),
  };
}

/** Makes a fresh device key; `pem` (PKCS #8) is for the secret store and nothing else. */
export function generateDeviceKey(): { key: DeviceKey; pem: string } {
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  return { key: createDeviceKey(pem), pem };
}
