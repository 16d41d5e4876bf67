#!/usr/bin/env node
/**
 * Stand-alone verifier of engagement files: a second implementation, written from the description of the format. It
 * shares no code with the program, needs Node 24 and nothing else, and never writes.
 *
 *   node verify.mjs [--json] FILE      exit code 0: everything holds, 1: something does not, 2: bad usage
 *
 * The state hash is SHA-256 over the UTF-8 bytes of this text, made by JSON.stringify without blanks:
 *   {"cells":[[name,[op id, ...],conflict], ...],"signOffs":[[id,state], ...],"entries":n,"waiting":n,"opaque":n}
 * A cell's name is `entity#field`, an op id `entryHash:index`. A cell's op ids are those of its present versions, sorted;
 * cells are sorted by name, sign-offs by id, all by UTF-16 code units as Array.prototype.sort does. `entries` counts the
 * admitted entries, `waiting` the inbox, `opaque` the ops of newer programs.
 */
import { createHash, createPublicKey, verify as isSignature } from "node:crypto";
import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";

const MIB = 1024 * 1024;
const MAX_FILE_BYTES = 8 * 1024 * MIB;
const MAX_ENTRY_BYTES = 16 * MIB;
const MAX_DEPTH = 64;
const PROBLEMS_KEPT = 100;
const AREAS = ["header", "schema", "pages", "seal", "entries", "inbox", "head table", "blobs"];

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const hex = (value) => (value instanceof Uint8Array ? Buffer.from(value).toString("hex") : "");
const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** Ends the verification of one area or, thrown outside of one, of the file. */
class Stop extends Error {
  constructor(code, sentence) {
    super(sentence);
    this.code = code;
  }
}

class Report {
  problems = [];
  /** Areas that were looked at to their end. */
  looked = new Set();
  failed = new Set();

  add(area, code, where, sentence) {
    this.failed.add(area);
    if (this.problems.length < PROBLEMS_KEPT) this.problems.push({ code, where, sentence });
  }

  /** Runs one part of the verification; whatever bytes it meets, the rest goes on. */
  look(area, code, work) {
    try {
      work();
      this.looked.add(area);
    } catch (error) {
      const sentence = error instanceof Stop ? error.message : `The ${area} cannot be read: ${error.message}.`;
      this.add(area, error instanceof Stop ? error.code : code, area, sentence);
    }
  }
}

// ---- The file around the tables ------------------------------------------------------------------------------------

const APPLICATION_ID = 0x4346626b;
const SCHEMA_VERSION = 1;

/** Reads `length` bytes at `start`; fewer where the file ends. */
function readAt(descriptor, start, length) {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(descriptor, buffer, 0, length, start));
}

function withFile(path, work) {
  const descriptor = openSync(path, "r");
  try {
    return work(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Magic, marks and versions, sqlite.org/fileformat.html#the_database_header. */
function checkHeader(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw new Stop("NOT_FOUND", "There is no file at this place.");
  if (!stats.isFile() || stats.size > MAX_FILE_BYTES) throw new Stop("NOT_A_FIELDBOOK", "This is no engagement file.");
  const header = withFile(path, (descriptor) => readAt(descriptor, 0, 100));
  const isOurs = header.length === 100 && header.toString("latin1", 0, 16) === "SQLite format 3\0";
  if (!isOurs || header.readUInt32BE(68) !== APPLICATION_ID)
    throw new Stop("NOT_A_FIELDBOOK", "The header is not that of an engagement file.");
  const version = header.readUInt32BE(60);
  if (version > SCHEMA_VERSION) throw new Stop("NEWER_VERSION", "The file was written by a newer version.");
  if (version !== SCHEMA_VERSION) throw new Stop("DAMAGED", "The header names a version that never was.");
  if (header[18] !== 1 || header[19] !== 1) throw new Stop("NOT_A_FIELDBOOK", "The file is in another journal mode.");
  const sibling = `${path}-journal`;
  if (existsSync(sibling) && statSync(sibling).size > 0)
    throw new Stop("UNFINISHED_WRITE", "A write was interrupted: a rollback journal lies beside the file.");
}

const SCHEMA = [
  "CREATE TABLE entry (pos INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL, sig BLOB NOT NULL) STRICT",
  "CREATE TABLE inbox (hash BLOB NOT NULL PRIMARY KEY, bytes BLOB NOT NULL, sig BLOB NOT NULL) STRICT",
  "CREATE TABLE blob (hash BLOB NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (hash, part)) STRICT",
  "CREATE TABLE head (entity TEXT NOT NULL, field TEXT NOT NULL, op TEXT NOT NULL, lam INTEGER NOT NULL, value TEXT, PRIMARY KEY (entity, field, op)) STRICT, WITHOUT ROWID",
  "CREATE TABLE seal (id INTEGER PRIMARY KEY CHECK (id = 1), sha BLOB NOT NULL) STRICT",
];

/** The schema must equal the known one letter by letter: no view, trigger or generated column can hide in it. */
function checkSchema(db) {
  const expected = SCHEMA.map((sql) => ["table", sql.split(" ")[2], sql.split(" ")[2], sql]);
  for (const table of ["entry", "inbox", "blob"]) expected.push(["index", `sqlite_autoindex_${table}_1`, table, null]);
  const rows = db.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema").all();
  const found = new Set(rows.map((row) => JSON.stringify([row.type, row.name, row.tbl_name, row.sql])));
  const isKnown = rows.length === expected.length && expected.every((row) => found.has(JSON.stringify(row)));
  if (!isKnown) throw new Stop("NOT_A_FIELDBOOK", "The tables are not exactly those of an engagement file.");
}

function checkPages(db) {
  const [first] = db.prepare("PRAGMA integrity_check(1)").all();
  if (first?.integrity_check !== "ok")
    throw new Stop("STRUCTURE", `The page structure is damaged: ${first?.integrity_check}`);
}

/**
 * The seal: SHA-256 of the file, in which the seal itself (the end of its page) and the two change counters of the header
 * count as zero. All zero: the file was not closed in good order, which is no fault. Returns whether there is a seal.
 */
function checkSeal(db, path) {
  const root = Number(db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'seal'").get()?.rootpage);
  const pageSize = Number(db.prepare("PRAGMA page_size").get()?.page_size);
  const seal = Buffer.from(db.prepare("SELECT sha FROM seal WHERE id = 1").get()?.sha ?? []);
  const start = root * pageSize - 32;
  const { size } = statSync(path);
  return withFile(path, (descriptor) => {
    if (!readAt(descriptor, 24, 4).equals(readAt(descriptor, 92, 4)))
      throw new Stop("SEAL", "The two change counters of the header differ.");
    if (!readAt(descriptor, start, 32).equals(seal))
      throw new Stop("SEAL", "The seal does not stand where it belongs.");
    if (seal.equals(Buffer.alloc(32))) return false;
    const digest = createHash("sha256");
    let position = 0;
    for (const [cut, length] of [
      [24, 4],
      [92, 4],
      [start, 32],
      [size, 0],
    ]) {
      while (position < cut) {
        const piece = readAt(descriptor, position, Math.min(MIB, cut - position));
        if (piece.length === 0) throw new Stop("SEAL", "The file ended while it was read.");
        digest.update(piece);
        position += piece.length;
      }
      digest.update(Buffer.alloc(length));
      position += length;
    }
    if (!digest.digest().equals(seal)) throw new Stop("SEAL", "The file was changed after it was closed.");
    return true;
  });
}

// ---- The shape of entries and ops ----------------------------------------------------------------------------------

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value) => typeof value === "string";
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isHash = (value) => isText(value) && /^[0-9a-f]{64}$/.test(value);
const isOpId = (value) => isText(value) && /^[0-9a-f]{64}:(0|[1-9]\d{0,6})$/.test(value);
const isName = (value) => isText(value) && value.length > 0 && value.length <= 512;
const listOf = (test) => (value) => Array.isArray(value) && value.every(test);

const KINDS = {
  text: isText,
  name: isName,
  entity: (value) => isName(value) && !value.includes("#"),
  any: () => true,
  object: isObject,
  count: isCount,
  hash: isHash,
  ids: listOf(isOpId),
  hashes: listOf(isHash),
  names: listOf(isName),
  idOrNull: (value) => value === null || isOpId(value),
  covers: (value) => isObject(value) && Object.values(value).every(listOf(isOpId)),
  drawn: (value) => value === "drawn",
  signer: (value) => hasShape(value, "name:name role:text organisation:text email?:text"),
};

/** Every op this version understands: `member:kind of value`, nothing missing and nothing else. */
const OPS = new Map([
  ["set", "kind:text entity:entity field:name value:any over:ids"],
  ["attach", "kind:text entity:entity blob:hash name:text type:text size:count meta:object over:ids"],
  ["delete", "kind:text entity:entity over:ids"],
  [
    "sign",
    "kind:text step:name scope:names covers:covers evidence:hashes form:hash statement:text signer:signer method:drawn drawing:hash strokes:hash zone:text",
  ],
  ["reopen", "kind:text step:name voids:ids reason:name"],
  ["export", "kind:text step:name sign:idOrNull sha256:hash revision:count"],
]);

function hasShape(value, shape) {
  if (!isObject(value)) return false;
  const left = new Set(Object.keys(value));
  const isEach = shape.split(" ").every((member) => {
    const [key, kind] = member.split(":");
    const name = key.replace("?", "");
    return left.delete(name) ? KINDS[kind](value[name]) : key !== name;
  });
  return isEach && left.size === 0;
}

const kindOf = (op) => (op.kind === "open" || hasShape(op, OPS.get(op.kind) ?? "kind:drawn") ? op.kind : "opaque");

function depthOf(value) {
  let depth = 0;
  for (let level = [value]; depth <= MAX_DEPTH; depth++) {
    const containers = level.filter((item) => typeof item === "object" && item !== null);
    if (containers.length === 0) break;
    level = containers.flatMap((item) => Object.values(item));
  }
  return depth;
}

const isUser = (user) =>
  isObject(user) &&
  isText(user.name) &&
  Object.entries(user).every(([key, value]) => ["name", "email", "organisation"].includes(key) && isText(value));

/** Only entry 0 of a stream opens it, with its first op. */
function isOpenedRight({ seq, ops }) {
  return ops.every((op, index) => {
    const isOpen = op.kind === "open";
    if (isOpen !== (seq === 0 && index === 0)) return false;
    return !isOpen || (isHash(op.device) && ["shared", "internal"].includes(op.space));
  });
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const BODY = [
  ["v", (v) => v === 1],
  ["eng", (eng) => isText(eng) && UUID_V7.test(eng)],
  ["stream", (stream) => isText(stream) && /^[0-9a-f]{32}$/.test(stream)],
  ["seq", isCount],
  ["prev", (prev, { seq }) => (seq === 0 ? prev === null : isHash(prev))],
  ["deps", (deps) => listOf(isHash)(deps) && deps.every((hash, i) => i === 0 || deps[i - 1] < hash)],
  ["lam", isCount],
  ["wall", (wall) => isText(wall) && wall.length <= 64],
  ["mono", isCount],
  ["user", isUser],
  ["ops", (ops, body) => listOf(isObject)(ops) && ops.length > 0 && isOpenedRight(body)],
];

/** Parses the bytes of an entry; `fault` says in words why they are none. */
function parseEntry(bytes) {
  if (!(bytes instanceof Uint8Array) || bytes.length > MAX_ENTRY_BYTES) return { fault: "It is too large." };
  let body;
  try {
    body = JSON.parse(Buffer.from(bytes).toString("utf8"));
    if (!Buffer.from(JSON.stringify(body)).equals(bytes)) return { fault: "Its bytes are not canonical JSON." };
  } catch {
    return { fault: "Its bytes are not JSON." };
  }
  if (!isObject(body) || depthOf(body) > MAX_DEPTH) return { fault: "It is no object of allowed depth." };
  const keys = Object.keys(body);
  if (keys.length !== BODY.length) return { fault: "Its members are not those of an entry." };
  const wrong = BODY.find(([key, test], i) => keys[i] !== key || !test(body[key], body));
  if (wrong) return { fault: `Its member ${wrong[0]} is not as the format demands.` };
  return { hash: sha256(bytes), body, causes: [...(body.prev === null ? [] : [body.prev]), ...body.deps] };
}

// ---- The journal: who knew what ------------------------------------------------------------------------------------

/**
 * A set of entry numbers in pages of 1,024 bits. Pages are never changed once made, so that the past of an entry shares
 * nearly all of them with the past of the entry before.
 */
const EMPTY_PAGE = new Uint32Array(32);
const holds = (pages, number) => ((pages[number >> 10]?.[(number >> 5) & 31] ?? 0) & (1 << (number & 31))) !== 0;

function unite(a = EMPTY_PAGE, b = EMPTY_PAGE) {
  if (a === b || b === EMPTY_PAGE) return a;
  return a === EMPTY_PAGE ? b : a.map((word, i) => word | b[i]);
}

/** Everything in the causal past of an entry with these causes. */
function pastOf(causes) {
  const pages = [];
  for (const { past, number } of causes) {
    for (let i = 0; i < past.length; i++) if (pages[i] !== past[i]) pages[i] = unite(pages[i], past[i]);
    if (holds(pages, number)) continue;
    const page = Uint32Array.from(pages[number >> 10] ?? EMPTY_PAGE);
    page[(number >> 5) & 31] |= 1 << (number & 31);
    pages[number >> 10] = page;
  }
  return pages;
}

const spaceOf = (entity) => (entity.startsWith("internal/") ? "internal" : "shared");
const ED25519_SPKI = Buffer.from("302a300506032b6570032100", "hex"); // RFC 8410, section 4

class Journal {
  entries = new Map();
  keys = new Map();

  isSigned(device, hash, signature) {
    try {
      if (!this.keys.has(device)) {
        const key = Buffer.concat([ED25519_SPKI, Buffer.from(device, "hex")]);
        this.keys.set(device, createPublicKey({ key, format: "der", type: "spki" }));
      }
      return isSignature(null, Buffer.from(hash, "hex"), this.keys.get(device), signature);
    } catch {
      return false;
    }
  }

  missing({ causes }) {
    return causes.filter((hash) => !this.entries.has(hash));
  }

  knows(later, earlierHash) {
    const earlier = this.entries.get(earlierHash);
    return earlier !== undefined && holds(later.past, earlier.number);
  }

  /** Takes in a parsed entry, or says in words which rule it breaks. */
  admit(parsed, signature) {
    const { body, hash } = parsed;
    this.engagement ??= body.eng;
    if (body.eng !== this.engagement) return "It belongs to another engagement.";
    if (this.missing(parsed).length > 0) return "It rests on an entry that does not stand before it.";
    if (this.entries.has(hash)) return "It stands here twice.";
    if (parsed.causes.length === 0 && this.genesis) return "It is a second beginning of the engagement.";
    const causes = parsed.causes.map((cause) => this.entries.get(cause));
    const prev = body.prev === null ? undefined : causes[0];
    if (prev && (prev.body.stream !== body.stream || prev.body.seq + 1 !== body.seq))
      return "It does not continue the chain of its stream.";
    if (body.lam !== 1 + Math.max(0, ...causes.map((cause) => cause.body.lam))) return "Its depth is not what follows.";
    const { device, space } = prev ?? body.ops[0];
    const fault = this.spaceFault(body, causes, space);
    if (fault) return fault;
    const entry = { ...parsed, device, space, number: this.entries.size, past: pastOf(causes), signature };
    if (!body.ops.every((op) => this.isOverKnown(entry, op))) return "It replaces a version its author had not seen.";
    if (!this.isSigned(device, hash, signature)) return "The signature is not that of the device of its stream.";
    entry.kinds = body.ops.map(kindOf);
    this.genesis ??= hash;
    this.entries.set(hash, entry);
    return undefined;
  }

  /** The shared space is whole without the internal one. */
  spaceFault({ ops }, causes, space) {
    if (causes.length === 0 && space !== "shared") return "The engagement begins in the internal space.";
    if (space === "shared" && causes.some((cause) => cause.space !== "shared"))
      return "It is shared, but rests on an internal entry.";
    const strays = ops.some(({ entity }) => isText(entity) && spaceOf(entity) !== space);
    return strays ? `It is ${space}, but writes content of the other space.` : undefined;
  }

  isOverKnown(entry, { over }) {
    if (!Array.isArray(over)) return true;
    return over.every((id) => {
      const [hash, index] = isOpId(id) ? id.split(":") : [];
      return this.knows(entry, hash) && Number(index) < this.entries.get(hash).body.ops.length;
    });
  }

  /** Fixes the whole journal: the one entry nothing rests on, or SHA-256 over all of them. */
  head() {
    const loose = new Set(this.entries.keys());
    for (const { causes } of this.entries.values()) for (const cause of causes) loose.delete(cause);
    const hashes = [...loose].sort();
    return hashes.length === 1 ? hashes[0] : sha256(Buffer.from(hashes.join(""), "hex"));
  }
}

// ---- What the journal says -----------------------------------------------------------------------------------------

/** Equal texts for equal values, whatever the order of their keys. */
function meaningOf(write) {
  if (write.isDeleted) return "deleted";
  return JSON.stringify(write.value, (_, value) =>
    isObject(value) ? Object.entries(value).sort(([a], [b]) => byText(a, b)) : [value].flat(0)[0],
  );
}

/** All writes by op id, and all other known ops by kind. */
function collectOps(journal) {
  const ops = { writes: new Map(), sign: [], reopen: [], opaque: [], export: [], open: [] };
  for (const entry of journal.entries.values()) {
    for (const [index, op] of entry.body.ops.entries()) {
      const kind = entry.kinds[index];
      const id = `${entry.hash}:${index}`;
      if (kind === "set") ops.writes.set(id, { id, entry, op, field: op.field, value: op.value });
      else if (kind === "attach") {
        const { blob, name, type, size, meta } = op;
        ops.writes.set(id, { id, entry, op, field: "attachment", value: { blob, name, type, size, meta } });
      } else if (kind === "delete") ops.writes.set(id, { id, entry, op, value: null, isDeleted: true });
      else ops[kind].push({ id, entry, op });
    }
  }
  return ops;
}

/** The present versions of a cell: its writes and the deletions of its entity that none of them replaces. */
function computeCells(writes) {
  const cells = new Map();
  const deletions = new Map();
  for (const write of writes.values()) {
    const { entity } = write.op;
    const name = `${entity}#${write.field}`;
    const [group, key, fresh] = write.isDeleted
      ? [deletions, entity, { list: [], over: new Set() }]
      : [cells, name, { name, entity, field: write.field, list: [], over: new Set() }];
    if (!group.has(key)) group.set(key, fresh);
    const { list, over } = group.get(key);
    list.push(write);
    for (const id of write.op.over) over.add(id);
  }
  for (const { list, over } of deletions.values())
    list.splice(0, list.length, ...list.filter(({ id }) => !over.has(id)));
  for (const cell of cells.values()) {
    const gone = deletions.get(cell.entity) ?? { list: [], over: new Set() };
    cell.heads = [...cell.list, ...gone.list].filter(({ id }) => !cell.over.has(id) && !gone.over.has(id));
    cell.conflict = new Set(cell.heads.map(meaningOf)).size > 1;
  }
  return cells;
}

/** A scope names cells (`entity#field`) or beginnings of entity ids; nothing internal is ever signed. */
function isSignedCell({ name, entity }, { scope, covers }) {
  if (spaceOf(entity) !== "shared") return false;
  if (Object.hasOwn(covers, name)) return true;
  return scope.some((item) => (item.includes("#") ? item === name : entity.startsWith(item)));
}

/** The state of a sign-off: does any present version say something else than was signed, and did its author know? */
function judge(journal, { id, entry, op }, ops, cells) {
  const isReopened = ops.reopen.some(
    (reopen) => reopen.op.voids.includes(id) && journal.knows(reopen.entry, entry.hash),
  );
  if (isReopened) return "reopened";
  let state = "valid";
  for (const cell of cells.values()) {
    if (!isSignedCell(cell, op)) continue;
    const listed = Object.hasOwn(op.covers, cell.name) ? op.covers[cell.name] : [];
    const covered = new Set(listed.filter((version) => journal.knows(entry, version.slice(0, 64))));
    const signed = new Set([...covered].map((version) => ops.writes.get(version)).map((w) => (w ? meaningOf(w) : "")));
    if (covered.size === 0) signed.add("deleted");
    for (const head of cell.heads) {
      if (covered.has(head.id) || signed.has(meaningOf(head))) continue;
      if (journal.knows(head.entry, entry.hash)) return "stale";
      state = "contested";
    }
  }
  return state;
}

// ---- The tables ----------------------------------------------------------------------------------------------------

function* readRows(db, sql, ...values) {
  const statement = db.prepare(sql);
  statement.setReadBigInts(true);
  yield* statement.iterate(...values);
}

function readEntries(db, report) {
  const journal = new Journal();
  let row = 0;
  for (const { pos, hash, bytes, sig } of readRows(db, "SELECT pos, hash, bytes, sig FROM entry ORDER BY pos")) {
    const where = `entry ${pos}`;
    const fail = (sentence) => report.add("entries", "ENTRY", where, sentence);
    if (pos !== BigInt(++row)) fail("An entry is missing before this one, or it was moved.");
    const parsed = parseEntry(bytes);
    const fault = parsed.fault ?? journal.admit(parsed, sig);
    if (fault) fail(fault);
    else if (parsed.hash !== hex(hash)) fail("It is filed under another hash.");
  }
  if (row === 0) throw new Stop("ENTRY", "There is no entry.");
  return { journal, rows: row };
}

/** Returns the number of entries that rightly wait. */
function checkInbox(db, journal, report) {
  let row = 0;
  let waiting = 0;
  for (const { hash, bytes } of readRows(db, "SELECT hash, bytes FROM inbox ORDER BY hash")) {
    row++;
    const { fault, ...parsed } = parseEntry(bytes);
    const sentence =
      fault ??
      (parsed.hash !== hex(hash)
        ? "It is filed under another hash."
        : parsed.body.eng !== journal.engagement
          ? "It belongs to another engagement."
          : journal.missing(parsed).length === 0 || journal.entries.has(parsed.hash)
            ? "It need not wait."
            : undefined);
    if (sentence) report.add("inbox", "INBOX", `waiting entry ${row}`, sentence);
    else waiting++;
  }
  return waiting;
}

/** The derived table must say what the journal says: no row more, none less. */
function checkHeadTable(db, cells, report) {
  const expected = new Map();
  for (const { entity, field, heads } of cells.values()) {
    for (const { id, entry, value, isDeleted } of heads) {
      const text = isDeleted ? null : JSON.stringify(value);
      expected.set(JSON.stringify([entity, field, id]), JSON.stringify([entry.body.lam, text]));
    }
  }
  const columns = "CAST(entity AS BLOB) AS e, CAST(field AS BLOB) AS f, op, lam, CAST(value AS BLOB) AS v";
  for (const { e, f, op, lam, v } of readRows(db, `SELECT ${columns} FROM head`)) {
    const [entity, field, value] = [e, f, v].map((raw) => (raw === null ? null : Buffer.from(raw).toString("utf8")));
    const isWellFormed = [
      [e, entity],
      [f, field],
      [v, value],
    ].every(([raw, text]) => text === null || Buffer.from(text).equals(raw));
    const key = JSON.stringify([entity, field, op]);
    if (!isWellFormed || expected.get(key) !== JSON.stringify([Number(lam), value]))
      report.add("head table", "DERIVED", `cell ${entity}#${field}`, "The derived value is not what the entries say.");
    expected.delete(key);
  }
  if (expected.size > 0) report.add("head table", "DERIVED", "head table", "Derived values are missing.");
}

/** Returns the hashes of the stored files. Each lies in parts of 1 MiB, of which only the last may be shorter. */
function checkBlobs(db, report) {
  const found = new Set();
  let open;
  const close = () => {
    if (open && open.digest.digest("hex") !== open.hash)
      report.add("blobs", "BLOB", `file ${open.hash}`, "Its content does not have its hash.");
  };
  for (const { hash, part, length, bytes } of readRows(
    db,
    `SELECT hash, part, length(bytes) AS length, iif(length(bytes) <= ${MIB}, bytes, x'') AS bytes FROM blob ORDER BY hash, part`,
  )) {
    if (open?.hash !== hex(hash)) {
      close();
      open = { hash: hex(hash), digest: createHash("sha256"), parts: 0n, isComplete: true };
      found.add(open.hash);
    }
    if (part !== open.parts++ || !open.isComplete || length > MIB)
      report.add("blobs", "BLOB", `file ${open.hash}`, "A part is missing, misplaced or too large.");
    open.isComplete = length === BigInt(MIB);
    open.digest.update(bytes);
  }
  close();
  return found;
}

function namedBlobs({ writes, sign, open }) {
  const named = open.flatMap(({ op }) => (isHash(op.certificate) ? [op.certificate] : []));
  for (const { op } of writes.values()) if (op.kind === "attach") named.push(op.blob);
  for (const { op } of sign) named.push(...op.evidence, op.drawing, op.strokes);
  return new Set(named);
}

// ---- All of it -----------------------------------------------------------------------------------------------------

function computeState(journal, ops, cells, waiting) {
  const signOffs = ops.sign
    .map((sign) => ({
      id: sign.id,
      step: sign.op.step,
      state: judge(journal, sign, ops, cells),
      signer: sign.op.signer.name,
      claimed: sign.entry.body.wall,
    }))
    .sort((a, b) => byText(a.id, b.id));
  const text = JSON.stringify({
    cells: [...cells.values()]
      .map(({ name, heads, conflict }) => [name, heads.map(({ id }) => id).sort(), conflict])
      .sort(([a], [b]) => byText(a, b)),
    signOffs: signOffs.map(({ id, state }) => [id, state]),
    entries: journal.entries.size,
    waiting,
    opaque: ops.opaque.length,
  });
  return { state: sha256(Buffer.from(text)), signOffs };
}

function verifyTables(db, path, report, result) {
  report.look("schema", "DAMAGED", () => checkSchema(db));
  if (report.looked.has("schema")) report.look("pages", "STRUCTURE", () => checkPages(db));
  // Rows of a file with foreign tables or broken pages could keep a reader busy for ever.
  if (!report.looked.has("pages")) return;
  report.look("seal", "SEAL", () => {
    result.sealed = checkSeal(db, path);
  });
  report.look("entries", "ENTRY", () => {
    const { journal, rows } = readEntries(db, report);
    Object.assign(result, { entries: rows, engagement: journal.engagement, genesis: journal.genesis });
    const ops = collectOps(journal);
    const cells = computeCells(ops.writes);
    let waiting = 0;
    report.look("inbox", "INBOX", () => {
      waiting = checkInbox(db, journal, report);
    });
    report.look("head table", "DERIVED", () => checkHeadTable(db, cells, report));
    report.look("blobs", "BLOB", () => {
      const stored = checkBlobs(db, report);
      result.blobs = stored.size;
      result.missingBlobs = [...namedBlobs(ops)].filter((hash) => !stored.has(hash)).length;
    });
    Object.assign(result, { head: journal.head() }, computeState(journal, ops, cells, waiting));
  });
}

/**
 * Verifies the engagement file at `path` without changing it. Damaged and hostile bytes become problems; never throws.
 */
export function verify(path) {
  const report = new Report();
  const result = { entries: 0, blobs: 0, missingBlobs: 0, sealed: false, engagement: null, genesis: null };
  Object.assign(result, { head: null, state: null, signOffs: [] });
  const file = resolve(path);
  report.look("header", "IO", () => checkHeader(file));
  if (report.looked.has("header")) {
    let db;
    try {
      db = new DatabaseSync(file, { readOnly: true, limits: { length: 64 * MIB, attach: 0 } });
      for (const setting of ["trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"])
        db.exec(`PRAGMA ${setting}`);
      verifyTables(db, file, report, result);
    } catch (error) {
      report.add("pages", "DAMAGED", "file", `The file cannot be read: ${error.message}.`);
    } finally {
      db?.close();
    }
  }
  const holds = AREAS.filter((area) => report.looked.has(area) && !report.failed.has(area));
  return { ok: report.problems.length === 0, problems: report.problems, ...result, holds };
}

const SENTENCES = {
  header: "The header is that of an engagement file of a known version.",
  schema: "The tables are exactly those of an engagement file.",
  pages: "Every page of the file is sound.",
  seal: "The seal, where there is one, fits every byte of the file.",
  entries: "Every entry is as its author's device signed it, and stands in its chain.",
  inbox: "Every waiting entry waits for one that is not here.",
  "head table": "The derived values are what the entries say.",
  blobs: "Every stored file has the content its hash says.",
};

/** What comes out of a file must not steer the terminal. */
const printable = (text) => String(text).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\u{fffd}");

function describe(path, report) {
  const lines = [`${printable(basename(path))} ${report.ok ? "holds" : "does not hold"}.`];
  for (const area of report.holds) lines.push(`  + ${SENTENCES[area]}`);
  for (const { code, where, sentence } of report.problems)
    lines.push(`  - ${printable(`${where}: ${sentence} (${code})`)}`);
  if (report.state === null) return lines;
  const { entries, blobs, missingBlobs, sealed } = report;
  lines.push(`  ${entries} entries, ${blobs} stored files, ${missingBlobs} more named but not here`);
  lines.push(sealed ? "  sealed" : "  not sealed: the bytes between the stored values were not checked");
  lines.push(`  engagement   ${report.engagement}`, `  genesis      ${report.genesis}`);
  lines.push(`  journal head ${report.head}`, `  state hash   ${report.state}`);
  for (const { step, signer, claimed, state } of report.signOffs)
    lines.push(`  step ${printable(`${step}: signed by ${signer}, at ${claimed} as claimed: ${state}`)}`);
  return lines;
}

if (import.meta.main) {
  const values = process.argv.slice(2);
  const isJson = values.includes("--json");
  const files = values.filter((value) => value !== "--json");
  if (files.length !== 1 || files[0].startsWith("-")) {
    process.stderr.write("Usage: node verify.mjs [--json] FILE\n");
    process.exitCode = 2;
  } else {
    const report = verify(files[0]);
    const { holds: _, ...json } = report;
    process.stdout.write(`${isJson ? JSON.stringify(json) : describe(files[0], report).join("\n")}\n`);
    process.exitCode = report.ok ? 0 : 1;
  }
}
