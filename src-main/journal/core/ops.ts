import { type Hash, isHash, isOpId } from "./ids.ts";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";

interface Signer {
  name: string;
  role: string;
  organisation: string;
  email?: string;
}

/** A part of the journal with streams of its own, so that it can be handed over without the other. */
export type Space = "shared" | "internal";

/** First op of entry 0 of every stream: who writes here, with what. */
export interface OpenOp {
  kind: "open";
  /** Raw Ed25519 public key, 64 hex digits. */
  device: string;
  certificate: Hash | null;
  app: string;
  forms: Hash[];
  clock: string;
  zone: string;
  /** Last entry this device had written to the engagement, as far as the file knows. */
  last: Hash | null;
  /** Entries of one space can be handed over without the other. */
  space: Space;
  application_id: number;
  user_version: number;
}
export interface SetOp {
  kind: "set";
  entity: string;
  field: string;
  value: Json;
  over: string[];
}
export interface AttachOp {
  kind: "attach";
  entity: string;
  blob: Hash;
  name: string;
  type: string;
  size: number;
  meta: JsonObject;
  over: string[];
}
export interface DeleteOp {
  kind: "delete";
  entity: string;
  over: string[];
}
export interface SignOp {
  kind: "sign";
  step: string;
  /** Entity prefixes (`step/outbound/`) or exact cells (`rfi/outbound#ips`). */
  scope: string[];
  /** The head op ids of every cell in scope that were signed, by cell (`entity#field`). */
  covers: { [cell: string]: string[] };
  evidence: Hash[];
  form: Hash;
  statement: string;
  signer: Signer;
  method: "drawn";
  drawing: Hash;
  strokes: Hash;
  zone: string;
}
export interface ReopenOp {
  kind: "reopen";
  step: string;
  voids: string[];
  reason: string;
}
export interface ExportOp {
  kind: "export";
  step: string;
  sign: string | null;
  sha256: Hash;
  revision: number;
}

export type Op = OpenOp | SetOp | AttachOp | DeleteOp | SignOp | ReopenOp | ExportOp;
/** An op of a newer program: kept, chained and counted, without effect here. */
export interface OpaqueOp {
  kind: "opaque";
  raw: JsonObject;
}

/** The field an `attach` op writes. */
export const ATTACHMENT_FIELD = "attachment";

/** What an `attach` op puts into its cell. */
export function attachValue(op: Omit<AttachOp, "kind" | "over" | "entity">): JsonObject {
  return { blob: op.blob, name: op.name, type: op.type, size: op.size, meta: op.meta };
}

/** Entities of the internal space; a copy for the customer has none of them. */
const INTERNAL_PREFIX = "internal/";

export function spaceOfEntity(entity: string): Space {
  return entity.startsWith(INTERNAL_PREFIX) ? "internal" : "shared";
}

export function cellKey(entity: string, field: string): string {
  return `${entity}#${field}`;
}

type Check = (value: Json | undefined) => boolean;

const isText: Check = (value) => typeof value === "string";
/** Half a surrogate pair has no UTF-8 form, so a table could not give such a name back. */
const isName: Check = (value) =>
  typeof value === "string" && value.length > 0 && value.length <= 512 && !/\p{Surrogate}/u.test(value);
/** `#` parts entity and field in a cell key, so no entity holds it. */
const isEntityId: Check = (value) => isName(value) && !(value as string).includes("#");
const isCount: Check = (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
const isListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every((item) => check(item));
const isOpIds = isListOf(isOpId);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

function isClosed(shape: { [key: string]: Check }, optional: { [key: string]: Check } = {}): Check {
  return (value) => {
    if (!isJsonObject(value)) return false;
    for (const key of Object.keys(value)) if (!Object.hasOwn(shape, key) && !Object.hasOwn(optional, key)) return false;
    for (const key in shape) if (!Object.hasOwn(value, key) || !shape[key]?.(value[key])) return false;
    for (const key in optional) if (Object.hasOwn(value, key) && !optional[key]?.(value[key])) return false;
    return true;
  };
}

const shapes: { [kind: string]: Check } = {
  set: isClosed({ kind: isText, entity: isEntityId, field: isName, value: () => true, over: isOpIds }),
  attach: isClosed({
    kind: isText,
    entity: isEntityId,
    blob: isHash,
    name: isText,
    type: isText,
    size: isCount,
    meta: isJsonObject,
    over: isOpIds,
  }),
  delete: isClosed({ kind: isText, entity: isEntityId, over: isOpIds }),
  sign: isClosed({
    kind: isText,
    step: isName,
    scope: isListOf(isName),
    covers: (value) => isJsonObject(value) && Object.values(value).every(isOpIds),
    evidence: isListOf(isHash),
    form: isHash,
    statement: isText,
    signer: isClosed({ name: isName, role: isText, organisation: isText }, { email: isText }),
    method: (value) => value === "drawn",
    drawing: isHash,
    strokes: isHash,
    zone: isText,
  }),
  reopen: isClosed({ kind: isText, step: isName, voids: isOpIds, reason: isName }),
  export: isClosed({ kind: isText, step: isName, sign: orNull(isOpId), sha256: isHash, revision: isCount }),
};

const isPublicKey: Check = (value) => isHash(value);
const isSpace: Check = (value) => value === "shared" || value === "internal";

/** True for an `open` op that names a usable device key and space; other members may grow in newer versions. */
export function isOpenOp(raw: JsonObject): boolean {
  return raw.kind === "open" && isPublicKey(raw.device) && isSpace(raw.space);
}

/**
 * Reads one stored op. Anything that is not exactly a known shape is opaque, never an error: a newer program may have
 * written it, and refusing it would cut this reader off from all later entries.
 */
export function readOp(raw: JsonObject): Op | OpaqueOp {
  const kind = typeof raw.kind === "string" ? raw.kind : "";
  if (kind === "open") return raw as unknown as OpenOp;
  const isKnown = Object.hasOwn(shapes, kind) && shapes[kind]?.(raw);
  return isKnown ? (raw as unknown as Op) : { kind: "opaque", raw };
}
