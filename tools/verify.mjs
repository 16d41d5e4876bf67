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
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";

const MIB = 1024 * 1024;
const PROBLEMS_KEPT = 100;
const AREAS = {
  header: "The header is that of an engagement file of a known version.",
  schema: "The tables are exactly those of an engagement file.",
  pages: "Every page of the file is sound.",
  seal: "The seal, where there is one, fits every byte of the file.",
  entries: "Every entry is as its author's device signed it, and stands in its chain.",
  inbox: "Every waiting entry waits for one that is not here.",
  derived: "The derived values are what the entries say.",
  blobs: "Every stored file has the content its hash says.",
};

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const group = (map, key, make) => map.get(key) ?? map.set(key, make()).get(key);

/** Ends one part of the verification. */
function stop(code, sentence) {
  throw Object.assign(new Error(sentence), { verdict: code });
}

class Report {
  problems = [];
  /** Whether a part holds, of the parts that were looked at. */
  parts = new Map();

  add(part, code, where, sentence) {
    this.parts.set(part, false);
    if (this.problems.length < PROBLEMS_KEPT) this.problems.push({ code, where, sentence });
  }

  /** Runs one part, whatever bytes it meets, and says whether it holds. */
  look(part, code, work) {
    try {
      work();
      if (!this.parts.has(part)) this.parts.set(part, true);
    } catch (error) {
      const sentence = error.verdict ? error.message : `This part cannot be read: ${error.message}.`;
      this.add(part, error.verdict ?? code, part, sentence);
    }
    return this.parts.get(part);
  }
}

/** Reads `length` bytes at `start`; fewer where the file ends. */
function readAt(path, start, length) {
  const descriptor = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, length, start));
  } finally {
    closeSync(descriptor);
  }
}

/** Magic, marks and versions: sqlite.org/fileformat.html, section 1.3. */
function checkHeader(path) {
  const stats = statSync(path, { throwIfNoEntry: false }) ?? stop("NOT_FOUND", "There is no file at this place.");
  const header = stats.isFile() && stats.size <= 8192 * MIB ? readAt(path, 0, 100) : Buffer.alloc(0);
  const isSqlite = header.length === 100 && header.toString("latin1", 0, 16) === "SQLite format 3\0";
  if (!isSqlite || header.readUInt32BE(68) !== 0x4346626b) stop("NOT_A_FIELDBOOK", "This is no engagement file.");
  const version = header.readUInt32BE(60);
  if (version > 1) stop("NEWER_VERSION", "The file was written by a newer version of the program.");
  if (version !== 1) stop("DAMAGED", "The header names a version that never was.");
  if (header[18] !== 1 || header[19] !== 1) stop("NOT_A_FIELDBOOK", "The file is in a journal mode of other programs.");
  if (statSync(`${path}-journal`, { throwIfNoEntry: false })?.size)
    stop("UNFINISHED_WRITE", "A write was interrupted: its rollback journal lies beside the file.");
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
  const found = new Set(rows.map((row) => JSON.stringify(Object.values(row))));
  if (rows.length !== expected.length || !expected.every((row) => found.has(JSON.stringify(row))))
    stop("NOT_A_FIELDBOOK", "The tables are not exactly those of an engagement file.");
}

function checkPages(db) {
  const line = db.prepare("PRAGMA integrity_check(1)").get()?.integrity_check;
  if (line !== "ok") stop("STRUCTURE", `The page structure is damaged: ${line}.`);
}

/**
 * The seal: SHA-256 of the file, in which the seal itself (the end of its page) and the two change counters of the header
 * count as zero. All zero: the file was not closed in good order, which is no fault. Returns whether there is a seal.
 */
function checkSeal(db, path) {
  const { rootpage } = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'seal'").get();
  const start = rootpage * db.prepare("PRAGMA page_size").get().page_size - 32;
  const seal = Buffer.from(db.prepare("SELECT sha FROM seal WHERE id = 1").get()?.sha ?? []);
  if (!readAt(path, 24, 4).equals(readAt(path, 92, 4))) stop("SEAL", "The two change counters of the header differ.");
  if (!readAt(path, start, 32).equals(seal)) stop("SEAL", "The seal does not stand where it belongs.");
  if (seal.equals(Buffer.alloc(32))) return false;
  const digest = createHash("sha256");
  const cuts = new Map([24, 25, 26, 27, 92, 93, 94, 95].map((at) => [at, 1])).set(start, 32);
  const { size } = statSync(path);
  for (let at = 0; at < size; at += MIB) {
    const piece = readAt(path, at, MIB);
    for (const [cut, length] of cuts) piece.fill(0, Math.max(0, cut - at), Math.max(0, cut + length - at));
    digest.update(piece);
  }
  if (!digest.digest().equals(seal)) stop("SEAL", "The file was changed after it was closed.");
  return true;
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isText = (value) => typeof value === "string";
const matching = (pattern) => (value) => isText(value) && pattern.test(value);
const listOf = (test) => (value) => Array.isArray(value) && value.every(test);
const isHash = matching(/^[0-9a-f]{64}$/);
const isOpId = matching(/^[0-9a-f]{64}:(0|[1-9]\d{0,6})$/);
const isName = (value) => isText(value) && value.length > 0 && value.length <= 512;

const KINDS = {
  any: () => true,
  text: isText,
  wall: (value) => isText(value) && value.length <= 64,
  name: isName,
  names: listOf(isName),
  entity: (value) => isName(value) && !value.includes("#"),
  object: isObject,
  objects: (value) => listOf(isObject)(value) && value.length > 0,
  count: isCount,
  one: (value) => value === 1,
  hash: isHash,
  hashes: listOf(isHash),
  sorted: (value) => listOf(isHash)(value) && value.every((hash, i) => i === 0 || value[i - 1] < hash),
  hashOrNull: (value) => value === null || isHash(value),
  ids: listOf(isOpId),
  idOrNull: (value) => value === null || isOpId(value),
  covers: (value) => isObject(value) && Object.values(value).every(listOf(isOpId)),
  drawn: (value) => value === "drawn",
  signer: (value) => hasShape(value, "name:name role:text organisation:text email?:text"),
  user: (value) => hasShape(value, "name:text email?:text organisation?:text"),
  stream: matching(/^[0-9a-f]{32}$/),
  uuid7: matching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
};

const ENTRY =
  "v:one eng:uuid7 stream:stream seq:count prev:hashOrNull deps:sorted lam:count wall:wall mono:count user:user ops:objects";

/** Every op this version understands; one of any other shape is opaque. The op `open` may grow. */
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

/** A shape is a list of `member:kind of value` or `member?:kind`: nothing else may be there. */
function hasShape(value, shape) {
  if (!isObject(value)) return false;
  const left = new Set(Object.keys(value));
  const isEach = shape.split(" ").every((part) => {
    const [, member, optional, kind] = /^(\w+)(\??):(\w+)$/.exec(part);
    return left.delete(member) ? KINDS[kind](value[member]) : optional === "?";
  });
  return isEach && left.size === 0;
}

const kindOf = (op) =>
  op.kind === "open" || (OPS.has(op.kind) && hasShape(op, OPS.get(op.kind))) ? op.kind : "opaque";

/** Only entry 0 of a stream opens it, with its first op. */
function isOpenOnlyFirst({ seq, ops }) {
  const [open] = ops;
  const isOpened = open.kind === "open" && isHash(open.device) && ["shared", "internal"].includes(open.space);
  return (seq > 0 || isOpened) && ops.every((op, i) => op.kind !== "open" || (seq === 0 && i === 0));
}

function isShallow(value) {
  let level = [value];
  for (let depth = 0; depth <= 64; depth++) {
    level = level.filter((item) => typeof item === "object" && item !== null).flatMap(Object.values);
    if (level.length === 0) return true;
  }
  return false;
}

/** Parses the bytes of an entry; `fault` says in words why they are none. */
function parseEntry(bytes) {
  if (!(bytes instanceof Uint8Array) || bytes.length > 16 * MIB) return { fault: "It is too large." };
  let body;
  try {
    body = JSON.parse(Buffer.from(bytes).toString("utf8"));
    if (!Buffer.from(JSON.stringify(body)).equals(bytes)) return { fault: "Its bytes are not canonical JSON." };
  } catch {
    return { fault: "Its bytes are not JSON." };
  }
  const isEntry = isShallow(body) && hasShape(body, ENTRY) && (body.seq === 0) === (body.prev === null);
  if (!isEntry || Object.keys(body).join() !== ENTRY.replace(/:\w+ ?/g, ",").slice(0, -1) || !isOpenOnlyFirst(body))
    return { fault: "Its members are not those the format demands." };
  return { hash: sha256(bytes), body, causes: body.prev === null ? body.deps : [body.prev, ...body.deps] };
}

const EMPTY_PAGE = new Uint32Array(32);
const hasNumber = (pages, number) => (((pages[number >> 10] ?? EMPTY_PAGE)[(number >> 5) & 31] >>> number) & 1) === 1;

/**
 * The causal past of an entry: a set of entry numbers in pages of 1,024 bits. A page is never changed once made, so that
 * a long chain shares nearly all of them.
 */
function pastOf(causes) {
  const pages = [];
  for (const { past, number } of causes) {
    past.forEach((page, i) => {
      const own = pages[i] ?? page;
      pages[i] = own === page ? own : own.map((word, at) => word | page[at]);
    });
    const page = Uint32Array.from(pages[number >> 10] ?? EMPTY_PAGE);
    page[(number >> 5) & 31] |= 1 << number;
    pages[number >> 10] = page;
  }
  return pages;
}

const spaceOf = (entity) => (entity.startsWith("internal/") ? "internal" : "shared");
const ED25519 = Buffer.from("302a300506032b6570032100", "hex"); // RFC 8410, section 4

function isSignedBy(device, hash, signature) {
  try {
    const key = createPublicKey({
      key: Buffer.concat([ED25519, Buffer.from(device, "hex")]),
      format: "der",
      type: "spki",
    });
    return isSignature(null, Buffer.from(hash, "hex"), key, signature);
  } catch {
    return false;
  }
}

class Journal {
  entries = new Map();

  isComplete({ causes }) {
    return causes.every((hash) => this.entries.has(hash));
  }

  /** Whether the author of one entry had seen the other. */
  knows(later, hash) {
    const earlier = this.entries.get(hash);
    return earlier !== undefined && hasNumber(later.past, earlier.number);
  }

  /** Takes in a parsed entry, or says in words which rule it breaks. */
  admit(parsed, signature) {
    const { body, hash } = parsed;
    this.engagement ??= body.eng;
    if (!this.isComplete(parsed)) return "It rests on an entry that does not stand before it.";
    const causes = parsed.causes.map((cause) => this.entries.get(cause));
    const prev = body.prev === null ? undefined : causes[0];
    const { device, space } = prev ?? body.ops[0];
    const entry = { ...parsed, device, space, number: this.entries.size, past: pastOf(causes) };
    const fault = this.findFault(entry, causes, prev);
    if (fault) return fault;
    if (!isSignedBy(device, hash, signature)) return "The signature is not that of the device of its stream.";
    this.genesis ??= hash;
    this.entries.set(hash, entry);
    return undefined;
  }

  findFault({ body, hash, space, past }, causes, prev) {
    if (body.eng !== this.engagement) return "It belongs to another engagement.";
    if (this.entries.has(hash)) return "It stands here twice.";
    if (causes.length === 0 && this.genesis) return "It is a second beginning of the engagement.";
    if (prev && (prev.body.stream !== body.stream || prev.body.seq + 1 !== body.seq))
      return "It does not continue the chain of its stream.";
    if (body.lam !== 1 + causes.reduce((depth, cause) => Math.max(depth, cause.body.lam), 0))
      return "Its depth is not one more than that of the entries it rests on.";
    if (space === "internal" ? causes.length === 0 : causes.some((cause) => cause.space === "internal"))
      return "The shared space must be whole without the internal one.";
    if (body.ops.some(({ entity }) => isText(entity) && spaceOf(entity) !== space))
      return "It writes content of the other space.";
    const isSeen = (id) => {
      const [target, index] = isOpId(id) ? id.split(":") : [];
      return this.knows({ past }, target) && Number(index) < this.entries.get(target).body.ops.length;
    };
    if (!body.ops.every(({ over }) => !Array.isArray(over) || over.every(isSeen)))
      return "It replaces a version that its author had not seen.";
    return undefined;
  }

  /** Fixes the whole journal: the one entry nothing rests on, or SHA-256 over all of them. */
  head() {
    const named = new Set([...this.entries.values()].flatMap(({ causes }) => causes));
    const loose = [...this.entries.keys()].filter((hash) => !named.has(hash)).sort();
    return loose.length === 1 ? loose[0] : sha256(Buffer.from(loose.join(""), "hex"));
  }
}

/** Equal texts for equal values, whatever the order of their keys. */
function meaningOf({ isDeleted, value }) {
  const sort = (_, part) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => byText(a, b))) : part;
  return isDeleted ? "deleted" : JSON.stringify(value, sort);
}

/** All ops by kind; those that write cells by id, with what they write. */
function collectOps(journal) {
  const ops = { writes: new Map(), sign: [], reopen: [], export: [], open: [], opaque: [] };
  for (const entry of journal.entries.values()) {
    for (const [index, op] of entry.body.ops.entries()) {
      const kind = kindOf(op);
      const { blob, name, type, size, meta } = op;
      const item = { id: `${entry.hash}:${index}`, entry, op, isDeleted: kind === "delete" };
      if (kind === "set") Object.assign(item, { field: op.field, value: op.value });
      if (kind === "attach") Object.assign(item, { field: "attachment", value: { blob, name, type, size, meta } });
      if (ops[kind]) ops[kind].push(item);
      else ops.writes.set(item.id, { ...item, meaning: meaningOf(item) });
    }
  }
  return ops;
}

/** The present versions of each cell: the ops that write it and that no other such op replaces. A deletion writes every cell. */
function computeCells(writes) {
  const cells = new Map();
  const deletions = new Map();
  for (const write of writes.values()) {
    const { op, field, isDeleted } = write;
    const { entity } = op;
    const name = `${entity}#${field}`;
    const make = () => ({ name, entity, field, list: [], replaced: new Set() });
    const { list, replaced } = isDeleted ? group(deletions, entity, make) : group(cells, name, make);
    list.push(write);
    for (const id of op.over) replaced.add(id);
  }
  for (const gone of deletions.values()) gone.list = gone.list.filter(({ id }) => !gone.replaced.has(id));
  for (const cell of cells.values()) {
    const gone = deletions.get(cell.entity) ?? { list: [], replaced: new Set() };
    cell.heads = [...cell.list, ...gone.list].filter(({ id }) => !cell.replaced.has(id) && !gone.replaced.has(id));
    cell.conflict = new Set(cell.heads.map(({ meaning }) => meaning)).size > 1;
  }
  return cells;
}

/** A scope names cells (`entity#field`) or beginnings of entity ids; nothing internal is ever signed. */
function isSignedCell({ name, entity }, { scope, covers }) {
  const isInScope = scope.some((item) => (item.includes("#") ? item === name : entity.startsWith(item)));
  return spaceOf(entity) === "shared" && (isInScope || Object.hasOwn(covers, name));
}

/** The state of a sign-off: does a present version say something else than was signed, and did its author know? */
function judge(journal, { id, entry, op }, { writes, reopen }, cells) {
  if (reopen.some((other) => other.op.voids.includes(id) && journal.knows(other.entry, entry.hash))) return "reopened";
  let state = "valid";
  for (const cell of cells.values()) {
    if (!isSignedCell(cell, op)) continue;
    const listed = Object.hasOwn(op.covers, cell.name) ? op.covers[cell.name] : [];
    const covered = listed.filter((version) => journal.knows(entry, version.slice(0, 64)));
    const signed = new Set(covered.map((version) => writes.get(version)?.meaning));
    if (covered.length === 0) signed.add("deleted");
    for (const head of cell.heads) {
      if (covered.includes(head.id) || signed.has(head.meaning)) continue;
      if (journal.knows(head.entry, entry.hash)) return "stale";
      state = "contested";
    }
  }
  return state;
}

function* readRows(db, sql) {
  const statement = db.prepare(sql);
  statement.setReadBigInts(true);
  yield* statement.iterate();
}

function readEntries(db, report) {
  const journal = new Journal();
  let row = 0;
  for (const { pos, hash, bytes, sig } of readRows(db, "SELECT pos, hash, bytes, sig FROM entry ORDER BY pos")) {
    const fail = (sentence) => report.add("entries", "ENTRY", `entry ${pos}`, sentence);
    if (pos !== BigInt(++row)) fail("An entry is missing before this one, or it was moved.");
    const parsed = parseEntry(bytes);
    const fault = parsed.fault ?? journal.admit(parsed, sig);
    if (fault) fail(fault);
    else if (parsed.hash !== hex(hash)) fail("It is filed under another hash.");
  }
  if (!journal.genesis) stop("ENTRY", "There is no first entry.");
  return { journal, entries: row };
}

/** Returns the number of entries that rightly wait. */
function checkInbox(db, journal, report) {
  let waiting = 0;
  for (const { hash, bytes } of readRows(db, "SELECT hash, bytes FROM inbox ORDER BY hash")) {
    const fail = (sentence) => report.add("inbox", "INBOX", `waiting entry ${hex(hash)}`, sentence);
    const parsed = parseEntry(bytes);
    if (parsed.fault) fail(parsed.fault);
    else if (parsed.hash !== hex(hash)) fail("It is filed under another hash.");
    else if (parsed.body.eng !== journal.engagement) fail("It belongs to another engagement.");
    else if (journal.isComplete(parsed)) fail("It need not wait.");
    else waiting++;
  }
  return waiting;
}

/** The derived table must say what the journal says: no row more, none less. */
function checkDerived(db, cells, report) {
  const expected = new Map();
  for (const { entity, field, heads } of cells.values()) {
    for (const { id, entry, value, isDeleted } of heads) {
      const content = [entry.body.lam, isDeleted ? null : JSON.stringify(value)];
      expected.set(JSON.stringify([entity, field, id]), JSON.stringify(content));
    }
  }
  // Raw bytes, because a broken character must not be read as its replacement.
  const sql =
    "SELECT CAST(entity AS BLOB) e, CAST(field AS BLOB) f, CAST(op AS BLOB) o, lam, CAST(value AS BLOB) v FROM head";
  for (const { e, f, o, lam, v } of readRows(db, sql)) {
    const texts = [e, f, o, v].map((raw) => (raw === null ? null : Buffer.from(raw).toString("utf8")));
    const isText = [e, f, o, v].every((raw, i) => raw === null || Buffer.from(texts[i]).equals(raw));
    const key = JSON.stringify(texts.slice(0, 3));
    if (!isText || expected.get(key) !== JSON.stringify([Number(lam), texts[3]]))
      report.add(
        "derived",
        "DERIVED",
        `cell ${texts[0]}#${texts[1]}`,
        "The derived value is not what the entries say.",
      );
    expected.delete(key);
  }
  if (expected.size > 0) report.add("derived", "DERIVED", "head table", "Derived values are missing.");
}

/** Returns the hashes of the stored files. Each lies in parts of 1 MiB, of which only the last may be shorter. */
function checkBlobs(db, report) {
  const files = new Map();
  const sql =
    "SELECT hash, part, length(bytes) size, iif(length(bytes) > 1048576, x'', bytes) bytes FROM blob ORDER BY hash, part";
  for (const { hash, part, size, bytes } of readRows(db, sql)) {
    const file = group(files, hex(hash), () => ({ digest: createHash("sha256"), parts: 0n, isFull: true }));
    file.isBroken ||= part !== file.parts++ || !file.isFull || size > MIB;
    file.isFull = Number(size) === MIB;
    file.digest.update(bytes);
  }
  for (const [hash, { digest, isBroken }] of files) {
    if (isBroken) report.add("blobs", "BLOB", `file ${hash}`, "A part is missing, misplaced or too large.");
    if (digest.digest("hex") !== hash)
      report.add("blobs", "BLOB", `file ${hash}`, "Its content does not have its hash.");
  }
  return files;
}

function namedBlobs({ writes, sign, open }) {
  const attached = [...writes.values()].flatMap(({ op }) => (op.kind === "attach" ? op.blob : []));
  const certificates = open.map(({ op }) => op.certificate).filter(isHash);
  return new Set([...attached, ...certificates, ...sign.flatMap(({ op }) => [...op.evidence, op.drawing, op.strokes])]);
}

function computeState(journal, ops, cells, waiting) {
  const signOffs = ops.sign.map((sign) => {
    const { step, signer } = sign.op;
    const state = judge(journal, sign, ops, cells);
    return { id: sign.id, step, state, signer: signer.name, claimed: sign.entry.body.wall };
  });
  signOffs.sort((a, b) => byText(a.id, b.id));
  const rows = [...cells.values()].map(({ name, heads, conflict }) => [
    name,
    heads.map(({ id }) => id).sort(),
    conflict,
  ]);
  const content = {
    cells: rows.sort(([a], [b]) => byText(a, b)),
    signOffs: signOffs.map(({ id, state }) => [id, state]),
    entries: journal.entries.size,
    waiting,
    opaque: ops.opaque.length,
  };
  return { head: journal.head(), state: sha256(JSON.stringify(content)), signOffs };
}

function verifyTables(db, path, report, result) {
  // Rows of a file with foreign tables or broken pages could keep a reader busy for ever.
  if (!report.look("schema", "DAMAGED", () => checkSchema(db))) return;
  if (!report.look("pages", "STRUCTURE", () => checkPages(db))) return;
  report.look("seal", "SEAL", () => Object.assign(result, { sealed: checkSeal(db, path) }));
  report.look("entries", "ENTRY", () => {
    const { journal, entries } = readEntries(db, report);
    Object.assign(result, { entries, engagement: journal.engagement, genesis: journal.genesis });
    const ops = collectOps(journal);
    const cells = computeCells(ops.writes);
    let waiting = 0;
    report.look("inbox", "INBOX", () => {
      waiting = checkInbox(db, journal, report);
    });
    report.look("derived", "DERIVED", () => checkDerived(db, cells, report));
    report.look("blobs", "BLOB", () => {
      const stored = checkBlobs(db, report);
      const missing = [...namedBlobs(ops)].filter((hash) => !stored.has(hash));
      Object.assign(result, { blobs: stored.size, missingBlobs: missing.length });
    });
    Object.assign(result, computeState(journal, ops, cells, waiting));
  });
}

/** Verifies the engagement file at `path` without changing it. Damaged and hostile bytes become problems; never throws. */
export function verify(path) {
  const report = new Report();
  const result = { entries: 0, blobs: 0, missingBlobs: 0, sealed: false, engagement: null, genesis: null, head: null };
  Object.assign(result, { state: null, signOffs: [] });
  const file = resolve(path);
  if (report.look("header", "IO", () => checkHeader(file))) {
    let db;
    report.look("file", "DAMAGED", () => {
      db = new DatabaseSync(file, { readOnly: true, limits: { length: 64 * MIB, attach: 0 } });
      db.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0");
      verifyTables(db, file, report, result);
    });
    db?.close();
  }
  const holds = Object.keys(AREAS).filter((part) => report.parts.get(part));
  return { ok: report.problems.length === 0, problems: report.problems, ...result, holds };
}

function describe(path, { ok, holds, problems, entries, blobs, missingBlobs, sealed, ...rest }) {
  const lines = [`${basename(path)} ${ok ? "holds" : "does not hold"}.`, ...holds.map((part) => `  + ${AREAS[part]}`)];
  for (const { code, where, sentence } of problems) lines.push(`  - ${where}: ${sentence} (${code})`);
  if (rest.state !== null) {
    lines.push(`  ${entries} entries, ${blobs} stored files, ${missingBlobs} more named but not here`);
    lines.push(sealed ? "  sealed" : "  not sealed: the bytes between the stored values were not checked");
    lines.push(`  engagement   ${rest.engagement}`, `  genesis      ${rest.genesis}`);
    lines.push(`  journal head ${rest.head}`, `  state hash   ${rest.state}`);
  }
  for (const { step, signer, claimed, state } of rest.signOffs)
    lines.push(`  step ${step}: signed by ${signer}, at ${claimed} as claimed: ${state}`);
  // What comes out of a file must not steer the terminal.
  return lines.map((line) => line.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\u{fffd}")).join("\n");
}

if (import.meta.main) {
  const values = process.argv.slice(2);
  const isJson = values.includes("--json");
  const files = values.filter((value) => value !== "--json");
  if (files.length !== 1 || files[0].startsWith("-")) {
    process.stderr.write("Usage: node verify.mjs [--json] FILE\n");
    process.exitCode = 2;
  } else {
    const { holds, ...report } = verify(files[0]);
    process.stdout.write(`${isJson ? JSON.stringify(report) : describe(files[0], { holds, ...report })}\n`);
    process.exitCode = report.ok ? 0 : 1;
  }
}
