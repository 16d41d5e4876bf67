import { bytesToHex } from "../bytes.ts";

/** What the bytes of a key record are. Sizes in bits; `form` says how an RSA key is wrapped. */
export type PublicKey =
  | { kind: "rsa"; bits: number; form: "wrapped" | "bare" }
  /** 32 bytes as RFC 8463 3 has them, or the same in a wrapping that it does not have. */
  | { kind: "ed25519"; form: "wrapped" | "bare" }
  | { kind: "unreadable"; problem: string };

/** Tags of DER (X.690) that keys are made of. */
const [integer, bitString, objectId, sequence] = [0x02, 0x03, 0x06, 0x30];
const rsaId = "2a864886f70d010101";
const ed25519Id = "2b6570";
const ed25519Size = 32;

/** The bytes do not follow DER. The message says how. */
class NotDer extends Error {}

interface Element {
  tag: number;
  content: Uint8Array;
  rest: Uint8Array;
}

/** The first element of some bytes. Lengths have at most three bytes, which is more than a DNS answer can hold. */
function readElement(bytes: Uint8Array): Element {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) throw new NotDer("the key ends too early");
  const count = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || count > 3) throw new NotDer("a length in the key cannot be read");
  const length = count === 0 ? first : bytes.subarray(2, 2 + count).reduce((sum, byte) => sum * 256 + byte, 0);
  const start = 2 + count;
  if (bytes.length < start + length) throw new NotDer("the key is cut short");
  return { tag, content: bytes.subarray(start, start + length), rest: bytes.subarray(start + length) };
}

function readTagged(bytes: Uint8Array, tag: number, what: string): Element {
  if (bytes.length > 0 && bytes[0] !== tag) throw new NotDer(`the key has no ${what} where one belongs`);
  return readElement(bytes);
}

/**
 * Reads the bytes of a DKIM key: a SubjectPublicKeyInfo (RFC 5280 4.1), a bare RSAPublicKey (RFC 8017 A.1.1) or the 32 bytes of an
 * Ed25519 key (RFC 8463 3). Hostile bytes give a problem in words; the work is bounded by their number.
 */
export function readPublicKey(bytes: Uint8Array): PublicKey {
  if (bytes.length === ed25519Size) return { kind: "ed25519", form: "bare" };
  try {
    const outer = readTagged(bytes, sequence, "sequence");
    if (outer.rest.length > 0) throw new NotDer(`${outer.rest.length} bytes follow the key`);
    const first = readElement(outer.content);
    if (first.tag === integer) return { kind: "rsa", form: "bare", bits: readModulus(outer.content) };
    if (first.tag !== sequence) throw new NotDer("the key has no sequence where one belongs");
    const algorithm = bytesToHex(readTagged(first.content, objectId, "algorithm").content);
    const key = readTagged(first.rest, bitString, "bit string").content;
    if (key[0] !== 0) throw new NotDer("the key is not a whole number of bytes");
    return readWrapped(algorithm, key.subarray(1));
  } catch (error) {
    if (error instanceof NotDer) return { kind: "unreadable", problem: error.message };
    throw error;
  }
}

function readWrapped(algorithm: string, key: Uint8Array): PublicKey {
  if (algorithm === rsaId)
    return { kind: "rsa", form: "wrapped", bits: readModulus(readTagged(key, sequence, "sequence").content) };
  if (algorithm === ed25519Id && key.length === ed25519Size) return { kind: "ed25519", form: "wrapped" };
  throw new NotDer("the key is of an algorithm that DKIM does not have");
}

/** Bits of the modulus; the exponent is only checked to be there and odd. */
function readModulus(content: Uint8Array): number {
  const modulus = readTagged(content, integer, "modulus");
  const exponent = readTagged(modulus.rest, integer, "exponent").content;
  if (((exponent.at(-1) ?? 0) & 1) === 0 || (exponent.length === 1 && exponent[0] === 1))
    throw new NotDer("the exponent of the key cannot be one of RSA");
  const start = modulus.content.findIndex((byte) => byte !== 0);
  if (start < 0) throw new NotDer("the modulus of the key is zero");
  const significant = modulus.content.subarray(start);
  return (significant.length - 1) * 8 + (32 - Math.clz32(significant[0] ?? 0));
}
