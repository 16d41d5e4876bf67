import { readSeal, type Seal, type SealReading } from "./seal.ts";

/** Larger files are refused unread: no step's document comes near it. */
const largestDocument = 64 * 1024 * 1024;

export interface DocumentVerification {
  ok: boolean;
  /** What was looked at and held, in sentences. */
  holds: string[];
  problems: { code: string; where: string; sentence: string }[];
  seal: Pick<Seal, "engagement" | "step" | "revision" | "draft" | "signOffs" | "head" | "publicKey" | "sha256"> | null;
}

/**
 * Says whether a document is, byte for byte, what a device sealed. Takes any bytes: never throws, never opens the PDF, and
 * takes time in proportion to its size. Whose key it is, the caller decides: any key can seal a file of its own.
 */
export async function verifyDocument(bytes: Uint8Array): Promise<DocumentVerification> {
  if (bytes.length > largestDocument) {
    return refuse("TOO_LARGE", "file", "The file is larger than 64 MiB; no step document is. It was not read.");
  }
  if (Buffer.from(bytes.subarray(0, 5)).toString("latin1") !== "%PDF-") {
    return refuse("NOT_A_DOCUMENT", "first bytes", "The file is not a PDF document.");
  }
  return judgeSeal(readSeal(bytes), bytes.length);
}

function judgeSeal(reading: SealReading, size: number): DocumentVerification {
  if (reading.kind === "unsealed") {
    return refuse("NOT_SEALED", "last lines", "The PDF carries no seal of this program, or the seal was removed.");
  }
  if (reading.kind === "broken") {
    return { ...refuse("SEAL_BROKEN", "seal", reading.sentence), seal: reading.seal };
  }
  const { v: _, signature: __, ...seal } = reading.seal;
  const signed = seal.signOffs.length === 1 ? "1 sign-off" : `${seal.signOffs.length} sign-offs`;
  return {
    ok: true,
    holds: [
      `All ${size.toLocaleString("en-GB")} bytes are as they were sealed (SHA-256 ${seal.sha256}).`,
      `The seal was made with device key ${seal.publicKey}. Compare it with the key the consultant gave you.`,
      `It is ${seal.draft ? "a draft" : "the signed document"}, revision ${seal.revision}, of step ${seal.step} of engagement ${seal.engagement}.`,
      `It rests on journal head ${seal.head} and ${signed}.`,
    ],
    problems: [],
    seal,
  };
}

function refuse(code: string, where: string, sentence: string): DocumentVerification {
  return { ok: false, holds: [], problems: [{ code, where, sentence }], seal: null };
}
