import { type Hash, hashBytes, isHash, isUuidV7 } from "./ids.ts";
import { isJsonObject, type Json, type JsonObject, MAX_DEPTH, nestingDepth } from "./json.ts";
import { isSignedBy, type Signer } from "./keys.ts";
import { isOpenOp, type Op, type OpaqueOp, readOp } from "./ops.ts";

/** Version of the entry format, the `v` of every entry. */
export const ENTRY_VERSION = 1;
/** Larger entries are refused; large content belongs into blobs. */
export const MAX_ENTRY_BYTES = 16 * 1024 * 1024;

export interface Author {
  name: string;
  email?: string;
  organisation?: string;
}

/** One user action as it is written. The order of the members is part of the format. */
export interface EntryBody {
  v: number;
  eng: string;
  stream: string;
  seq: number;
  prev: Hash | null;
  deps: Hash[];
  lam: number;
  wall: string;
  mono: number;
  user: Author;
  ops: JsonObject[];
}

/** An entry as it is stored and exchanged: immutable bytes and the Ed25519 signature over their SHA-256. */
export interface SignedBytes {
  bytes: Uint8Array;
  sig: Uint8Array;
}

/** A parsed entry. `ops` holds what this program understands of `body.ops`, place by place. */
export interface Entry {
  hash: Hash;
  body: EntryBody;
  ops: (Op | OpaqueOp)[];
}

type RejectionCode =
  | "TOO_LARGE"
  | "NOT_JSON"
  | "NOT_CANONICAL"
  | "NEWER_VERSION"
  | "BAD_SHAPE"
  | "WRONG_ENGAGEMENT"
  | "WRONG_GENESIS"
  | "BAD_CHAIN"
  | "BAD_LAM"
  | "BAD_SPACE"
  | "NOT_IN_PAST"
  | "BAD_SIGNATURE";

export interface Rejection {
  rejected: RejectionCode;
}

const MEMBERS = "v,eng,stream,seq,prev,deps,lam,wall,mono,user,ops";
const STREAM = /^[0-9a-f]{32}$/;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const isIndex = (value: Json | undefined): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

function isAuthor(value: Json | undefined): boolean {
  if (!isJsonObject(value) || typeof value.name !== "string") return false;
  return Object.keys(value).every(
    (key) => (key === "name" || key === "email" || key === "organisation") && typeof value[key] === "string",
  );
}

function isSortedHashes(value: Json | undefined): boolean {
  return Array.isArray(value) && value.every((item, i) => isHash(item) && (i === 0 || (value[i - 1] as string) < item));
}

/** A stream starts with one `open` op, in front, and has no other. */
function isOpenWhereItBelongs(seq: Json | undefined, ops: JsonObject[]): boolean {
  return ops.every((op, i) => (op.kind === "open") === (seq === 0 && i === 0) && (op.kind !== "open" || isOpenOp(op)));
}

function isBody(raw: JsonObject): boolean {
  return (
    Object.keys(raw).join() === MEMBERS &&
    isUuidV7(raw.eng) &&
    typeof raw.stream === "string" &&
    STREAM.test(raw.stream) &&
    isIndex(raw.seq) &&
    (raw.prev === null ? raw.seq === 0 : isHash(raw.prev) && raw.seq !== 0) &&
    isSortedHashes(raw.deps) &&
    isIndex(raw.lam) &&
    typeof raw.wall === "string" &&
    raw.wall.length <= 64 &&
    isIndex(raw.mono) &&
    isAuthor(raw.user) &&
    Array.isArray(raw.ops) &&
    raw.ops.length > 0 &&
    raw.ops.every(isJsonObject) &&
    isOpenWhereItBelongs(raw.seq, raw.ops)
  );
}

function parseJson(bytes: Uint8Array): { value: Json } | Rejection {
  try {
    const text = decoder.decode(bytes);
    if (nestingDepth(text) > MAX_DEPTH) return { rejected: "BAD_SHAPE" };
    const value: Json = JSON.parse(text);
    // Duplicate keys, odd numbers, blanks and escapes do not survive the round trip, so one meaning has one spelling.
    return JSON.stringify(value) === text ? { value } : { rejected: "NOT_CANONICAL" };
  } catch {
    return { rejected: "NOT_JSON" };
  }
}

export function isRejection(value: object): value is Rejection {
  return "rejected" in value;
}

/** Parses stored bytes; checks everything that needs no other entry. Never throws on hostile bytes. */
export function readEntry(bytes: Uint8Array): Entry | Rejection {
  if (bytes.length > MAX_ENTRY_BYTES) return { rejected: "TOO_LARGE" };
  const parsed = parseJson(bytes);
  if (isRejection(parsed)) return parsed;
  const raw = parsed.value;
  if (!isJsonObject(raw)) return { rejected: "BAD_SHAPE" };
  if (typeof raw.v === "number" && raw.v > ENTRY_VERSION) return { rejected: "NEWER_VERSION" };
  if (raw.v !== ENTRY_VERSION || !isBody(raw)) return { rejected: "BAD_SHAPE" };
  const body = raw as unknown as EntryBody;
  return { hash: hashBytes(bytes), body, ops: body.ops.map(readOp) };
}

/** Writes an entry and signs the 32 bytes of its SHA-256 with the device key. */
export function signEntry(body: EntryBody, device: Signer): SignedBytes {
  const { v, eng, stream, seq, prev, deps, lam, wall, mono, user, ops } = body;
  const bytes = Buffer.from(JSON.stringify({ v, eng, stream, seq, prev, deps, lam, wall, mono, user, ops }));
  return { bytes, sig: device.sign(Buffer.from(hashBytes(bytes), "hex")) };
}

export function isEntrySignedBy(publicKey: string, hash: Hash, sig: Uint8Array): boolean {
  return isSignedBy(publicKey, Buffer.from(hash, "hex"), sig);
}
