/** Most entries of one answer; with {@link CHUNK_BYTES} the size in which entries travel everywhere. */
export const CHUNK_ENTRIES = 2000;
/** Most bytes of one answer with more than one entry. */
export const CHUNK_BYTES = 1024 * 1024;
/** An Ed25519 signature. */
export const SIGNATURE_BYTES = 64;
/** A hopeless file does not need a longer list. */
export const PROBLEMS_KEPT = 100;

/** What the parent asks for: the file once (with the key of an encrypted snapshot of our own), then one answer at a time, so that neither side piles up what the other sends. */
export type Request = { type: "open"; path: string; key?: Uint8Array } | { type: "next" };
