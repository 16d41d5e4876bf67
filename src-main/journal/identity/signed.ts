import * as z from "zod";
import { isSignedBy, type Signer } from "../core/keys.ts";

/** Raw Ed25519 public key in hex. */
export const publicKey = z.string().regex(/^[0-9a-f]{64}$/);
export const claimedTime = z.iso.datetime();

/** Larger statements are refused before they are parsed. */
const MOST_BYTES = 256 * 1024;

/**
 * A statement and the issuer's Ed25519 signature over its exact text: `{"statement":"…","sig":"hex"}`. The text is kept
 * as it was signed, so that nobody has to agree on a way to write JSON.
 */
const envelope = z.strictObject({ statement: z.string(), sig: z.string().regex(/^[0-9a-f]{128}$/) });

export function issueStatement(statement: object, issuer: Signer): Uint8Array {
  const text = JSON.stringify(statement);
  const sig = Buffer.from(issuer.sign(Buffer.from(text))).toString("hex");
  return Buffer.from(JSON.stringify({ statement: text, sig }));
}

/** Reads a statement and checks the signature of the issuer it names; undefined for anything else. Never throws. */
export function readStatement<T extends { issuer: string }>(bytes: Uint8Array, shape: z.ZodType<T>): T | undefined {
  if (bytes.length > MOST_BYTES) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const { statement, sig } = envelope.parse(JSON.parse(text));
    // One statement has one spelling: a second one that means the same would have another hash.
    if (JSON.stringify({ statement, sig }) !== text) return undefined;
    const read = shape.parse(JSON.parse(statement));
    const isSigned = isSignedBy(read.issuer, Buffer.from(statement), Buffer.from(sig, "hex"));
    return isSigned ? read : undefined;
  } catch {
    return undefined;
  }
}
