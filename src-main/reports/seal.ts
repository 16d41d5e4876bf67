import { createHash, createPublicKey, verify } from "node:crypto";
import * as z from "zod";
import { engagementId, recordId, sha256, stepId } from "../contract/names.ts";

/**
 * The seal is one comment line before the last three lines of the file ("startxref", an offset, "%%EOF"). Readers skip
 * comments (ISO 32000-2, 7.2.4), and the end-of-file marker stays where they look for it. A PDF signature dictionary was not
 * chosen: Ed25519 in CMS (RFC 8419) is verified by hardly any reader, so it would show as "invalid" to the very people it is
 * for, and its container leaves padding that may be changed unseen. Here every byte counts: the hash covers all of the file
 * but the seal's own line, and that line must equal its canonical form.
 */
const marker = "%ConnectFieldbookSeal ";
const context = "connect-fieldbook document seal v1\n";
const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));

/** What is signed, in the order it is written. */
const claims = {
  v: z.literal(1),
  engagement: engagementId,
  step: stepId,
  revision: z.number().int().min(0).max(1_000_000),
  draft: z.boolean(),
  signOffs: z.array(recordId).max(1000),
  head: sha256,
  /** Hash of every byte of the file outside the seal's line. */
  sha256,
  publicKey: hex(32),
};
const seal = z.strictObject({ ...claims, signature: hex(64) });
export type Seal = z.infer<typeof seal>;
export type SealClaims = Omit<Seal, "v" | "sha256" | "publicKey" | "signature">;

/** The device key that seals. `sign` returns a raw Ed25519 signature of 64 bytes; `publicKey` is 32 bytes in hexadecimal. */
export interface SealKey {
  publicKey: string;
  sign(bytes: Uint8Array): Uint8Array;
}

export type SealReading =
  | { kind: "sealed"; seal: Seal }
  | { kind: "unsealed" }
  | { kind: "broken"; seal: Seal | null; sentence: string };

/**
 * Seals a finished PDF.
 *
 * @throws RangeError when the file does not end as a PDF does, or the key is not an Ed25519 key: faults of the program
 */
export function sealDocument(pdf: Uint8Array, about: SealClaims, key: SealKey): Uint8Array {
  const bytes = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
  const ending = findEnding(bytes);
  if (ending === null) throw new RangeError("The document does not end with startxref and %%EOF.");
  const [body, tail] = [bytes.subarray(0, ending), bytes.subarray(ending)];
  const { engagement, step, revision, draft, signOffs, head } = about;
  const hash = hashParts(body, tail);
  const unsigned = { v: 1, engagement, step, revision, draft, signOffs, head, sha256: hash, publicKey: key.publicKey };
  const signature = Buffer.from(key.sign(Buffer.from(context + JSON.stringify(unsigned)))).toString("hex");
  const line = JSON.stringify(seal.parse({ ...unsigned, signature }));
  return Buffer.concat([body, Buffer.from(`${marker}${line}\n`), tail]);
}

/** Reads and checks the seal; takes any bytes, never throws. */
export function readSeal(file: Uint8Array): SealReading {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const ending = findEnding(bytes);
  const start = bytes.lastIndexOf(`\n${marker}`) + 1;
  if (start === 0) return { kind: "unsealed" };
  if (ending === null || start >= ending) return broken("The end of the file is not as it was sealed.");
  const line = bytes.toString("utf8", start + marker.length, ending - 1);
  const found = parseSeal(line);
  if (found === null || `${marker}${line}\n` !== bytes.toString("utf8", start, ending)) {
    return broken("The seal itself was changed.");
  }
  if (hashParts(bytes.subarray(0, start), bytes.subarray(ending)) !== found.sha256) {
    return { ...broken("The file was changed after it was sealed."), seal: found };
  }
  if (!isSignedByKey(found)) return { ...broken("The seal's signature does not fit its key."), seal: found };
  return { kind: "sealed", seal: found };
}

function broken(sentence: string): { kind: "broken"; seal: Seal | null; sentence: string } {
  return { kind: "broken", seal: null, sentence };
}

/** Offset of the line "startxref" in the file's fixed ending; null when the file ends in any other way. */
function findEnding(bytes: Buffer): number | null {
  const tail = bytes.toString("latin1", Math.max(0, bytes.length - 64));
  const match = /\nstartxref\n(?:0|[1-9]\d{0,9})\n%%EOF\n$/.exec(tail);
  return match === null ? null : bytes.length - tail.length + match.index + 1;
}

function hashParts(body: Uint8Array, tail: Uint8Array): string {
  return createHash("sha256").update(body).update(tail).digest("hex");
}

/** Parses the one canonical form: what is accepted is written back and must give the same text. */
function parseSeal(text: string): Seal | null {
  try {
    const parsed = seal.safeParse(JSON.parse(text));
    return parsed.success && JSON.stringify(parsed.data) === text ? parsed.data : null;
  } catch {
    return null;
  }
}

function isSignedByKey({ signature, ...unsigned }: Seal): boolean {
  try {
    const x = Buffer.from(unsigned.publicKey, "hex").toString("base64url");
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    return verify(null, Buffer.from(context + JSON.stringify(unsigned)), key, Buffer.from(signature, "hex"));
  } catch {
    return false;
  }
}
