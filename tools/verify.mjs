#!/usr/bin/env node
/**
 * Stand-alone verifier of engagement files: a second implementation, written from the description of the format. It
 * shares no code with the program, needs Node 24 (24.4 or newer) and nothing else, and never writes.
 * Usage: node verify.mjs [--json] FILE; exit code 0: everything holds, 1: something does not, 2: bad usage.
 *
 * The state hash is SHA-256 over the UTF-8 bytes of this text, made by JSON.stringify without blanks:
 *   {"cells":[[name,[op id, ...],conflict], ...],"signOffs":[[id,state], ...],"entries":n,"waiting":n,"opaque":n}
 * A cell's name is `entity#field`, an op id `entryHash:index`, its op ids are those of its present versions. All lists are
 * sorted by UTF-16 code units as Array.prototype.sort does: op ids, cells by name, sign-offs by id. `entries` counts the
 * admitted entries, `waiting` the inbox, `opaque` the ops of newer programs.
 */
import { createHash, createPublicKey, verify as isSignature } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";

const MIB = 1024 * 1024;
/** The parts of a file: the code of their problems, and what is true when they have none. */
const PARTS = {
  header: ["IO", "The header is that of an engagement file of a known version."],
  schema: ["DAMAGED", "The tables are exactly those of an engagement file."],
  pages: ["STRUCTURE", "Every page of the file is sound."],
  seal: ["SEAL", "The seal, where there is one, fits every byte of the file."],
  entries: ["ENTRY", "Every entry is as its author's device signed it, and stands in its chain."],
  inbox: ["INBOX", "Every waiting entry waits for one that is not here."],
  derived: ["DERIVED", "The derived values are what the entries say."],
  blobs: ["BLOB", "Every stored file has the content its hash says."],
};

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const spaceOf = (entity) => (entity.startsWith("internal/") ? "internal" : "shared");
const group = (map, key, make) => map.get(key) ?? map.set(key, make()).get(key);

function stop(code, sentence) {
  throw Object.assign(new Error(sentence), { verdict: code });
}

class Report {
  problems = [];
  parts = new Map(); // whether a part holds, of those that were looked at

  add(part, where, sentence, code = PARTS[part][0]) {
    this.parts.set(part, false);
    if (this.problems.length < 100) this.problems.push({ code, where, sentence });
  }

  /** Runs one part, whatever bytes it meets; returns its result or true, undefined when it could not be ended. */
  look(part, work) {
    try {
      const result = work();
      if (!this.parts.has(part)) this.parts.set(part, true);
      return result ?? true;
    } catch ({ verdict, message }) {
      this.add(part, part, verdict ? message : `This part cannot be read: ${message}.`, verdict);
    }
  }
}

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
  if (version !== 1) stop(version > 1 ? "NEWER_VERSION" : "DAMAGED", `The file is of the unknown version ${version}.`);
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

/**
 * The seal: SHA-256 of the file, in which the seal itself (the end of its page) and the two change counters of the header
 * count as zero. All zero: the file was not closed in good order, which is no fault.
 */
function checkSeal(db, path, result) {
  const { rootpage } = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'seal'").get();
  const start = Number(rootpage * db.prepare("PRAGMA page_size").get().page_size) - 32;
  const seal = Buffer.from(db.prepare("SELECT sha FROM seal WHERE id = 1").get()?.sha ?? []);
  result.sealed = !seal.equals(Buffer.alloc(32));
  if (!readAt(path, 24, 4).equals(readAt(path, 92, 4))) stop("SEAL", "The two change counters of the header differ.");
  if (!readAt(path, start, 32).equals(seal)) stop("SEAL", "The seal does not stand where it belongs.");
  const digest = createHash("sha256");
  const { size } = statSync(path);
  for (let at = 0; result.sealed && at < size; at += MIB) {
    const piece = readAt(path, at, MIB);
    const blank = (from, to) => piece.fill(0, Math.max(0, from - at), Math.max(0, to - at));
    blank(24, 28);
    blank(92, 96);
    blank(start, start + 32);
    digest.update(piece);
  }
  if (result.sealed && !digest.digest().equals(seal)) stop("SEAL", "The file was changed after it was closed.");
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isText = (value) => typeof value === "string";
const matching = (pattern) => (value) => isText(value) && pattern.test(value);
const isHash = matching(/^[0-9a-f]{64}$/);
const isOpId = matching(/^[0-9a-f]{64}:(0|[1-9]\d{0,6})$/);
const isName = (value) => isText(value) && value.length > 0 && value.length <= 512 && value.isWellFormed();
const BASIC = { text: isText, name: isName, object: isObject, count: isCount, hash: isHash, opId: isOpId };
const KINDS = {
  ...BASIC,
  any: () => true,
  wall: (value) => isText(value) && value.length <= 64,
  entity: (value) => isName(value) && !value.includes("#"),
  one: (value) => value === 1,
  null: (value) => value === null,
  covers: (value) => isObject(value) && Object.values(value).every((ids) => hasKind(ids, "opId*")),
  drawn: (value) => value === "drawn",
  signer: (value) => hasShape(value, "name:name role:text organisation:text email?:text"),
  user: (value) => hasShape(value, "name:text email?:text organisation?:text"),
  stream: matching(/^[0-9a-f]{32}$/),
  uuid7: matching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
};

const ENTRY =
  "v:one eng:uuid7 stream:stream seq:count prev:hash|null deps:hash* lam:count wall:wall mono:count user:user ops:object*";
const ENTRY_MEMBERS = ENTRY.replace(/:\S+/g, "");

const SIGN =
  "kind:text step:name scope:name* covers:covers evidence:hash* form:hash statement:text signer:signer method:drawn drawing:hash strokes:hash zone:text";
/** Every op this version understands; one of any other shape is opaque. The op `open` may grow. */
const OPS = new Map([
  ["set", "kind:text entity:entity field:name value:any over:opId*"],
  ["attach", "kind:text entity:entity blob:hash name:text type:text size:count meta:object over:opId*"],
  ["delete", "kind:text entity:entity over:opId*"],
  ["sign", SIGN],
  ["reopen", "kind:text step:name voids:opId* reason:name"],
  ["export", "kind:text step:name sign:opId|null sha256:hash revision:count"],
]);

/** A kind may be a list (`hash*`) or a choice (`hash|null`). */
function hasKind(value, kind) {
  if (kind.endsWith("*")) return Array.isArray(value) && value.every((item) => KINDS[kind.slice(0, -1)](item));
  return kind.split("|").some((choice) => KINDS[choice](value));
}

/** A shape is a list of `member:kind` or `member?:kind`: nothing else may be there. */
function hasShape(value, shape) {
  const left = new Set(isObject(value) ? Object.keys(value) : [""]);
  const isEach = shape.split(" ").every((part) => {
    const [, member, optional, kind] = /^(\w+)(\??):(.+)$/.exec(part);
    return left.delete(member) ? hasKind(value[member], kind) : optional === "?";
  });
  return isEach && left.size === 0;
}

const kindOf = (op) => (op.kind === "open" || hasShape(op, OPS.get(op.kind) ?? "none:drawn") ? op.kind : "opaque");

function isOpenedFirst({ seq, ops: [first, ...others] }) {
  const isOpening = first.kind === "open" && isHash(first.device) && ["shared", "internal"].includes(first.space);
  return (seq === 0 ? isOpening : first.kind !== "open") && others.every(({ kind }) => kind !== "open");
}

function isShallow(value, room = 64) {
  if (typeof value !== "object" || value === null) return true;
  return room > 0 && Object.values(value).every((item) => isShallow(item, room - 1));
}

/** Parses the bytes of an entry; `fault` says in words why they are none. */
function parseEntry(bytes) {
  let body;
  try {
    body = bytes.length > 16 * MIB ? undefined : JSON.parse(Buffer.from(bytes).toString("utf8"));
    if (!Buffer.from(JSON.stringify(body)).equals(bytes)) throw new Error("not canonical");
  } catch {
    return { fault: "Its bytes are not canonical JSON of at most 16 MiB." };
  }
  const isEntry = isShallow(body) && hasShape(body, ENTRY) && Object.keys(body).join(" ") === ENTRY_MEMBERS;
  const isSorted = isEntry && body.deps.every((hash, i) => i === 0 || body.deps[i - 1] < hash);
  if (!isSorted || (body.seq === 0) !== (body.prev === null) || body.ops.length === 0 || !isOpenedFirst(body))
    return { fault: "Its members are not those the format demands." };
  return { hash: sha256(bytes), body, causes: body.prev === null ? body.deps : [body.prev, ...body.deps] };
}

const EMPTY_PAGE = new Uint32Array(128);
const hasNumber = (pages, number) => (((pages[number >> 12] ?? EMPTY_PAGE)[(number >> 5) & 127] >>> number) & 1) === 1;

/** The causal past of an entry: entry numbers in pages of 4,096 bits that are shared and never changed once made. */
function pastOf(causes) {
  const pages = [];
  for (const { past, number } of causes) {
    past.forEach((page, i) => {
      const own = pages[i] ?? page;
      pages[i] = own === page ? own : own.map((word, at) => word | page[at]);
    });
    const page = Uint32Array.from(pages[number >> 12] ?? EMPTY_PAGE);
    page[(number >> 5) & 127] |= 1 << number;
    pages[number >> 12] = page;
  }
  return pages;
}

const keys = new Map();
function isSignedBy(device, hash, signature) {
  try {
    const x = Buffer.from(device, "hex").toString("base64url");
    const key = group(keys, x, () => createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }));
    return isSignature(null, Buffer.from(hash, "hex"), key, signature);
  } catch {
    return false;
  }
}

class Journal {
  entries = new Map();

  /** Whether the author of one entry had seen the other. */
  knows(later, hash) {
    return hasNumber(later.past, this.entries.get(hash)?.number ?? -1);
  }

  knowsOp(later, id) {
    const [hash, index] = isOpId(id) ? id.split(":") : [];
    return this.knows(later, hash) && Number(index) < this.entries.get(hash).body.ops.length;
  }

  /** Takes in a parsed entry, or says in words which rule it breaks. */
  admit({ body, hash, causes: hashes }, signature) {
    this.engagement ??= body.eng;
    const causes = hashes.map((cause) => this.entries.get(cause));
    if (causes.includes(undefined)) return "It rests on an entry that does not stand before it.";
    const prev = body.prev === null ? { body: { ...body, seq: -1 }, ...body.ops[0] } : causes[0];
    const { device, space } = prev;
    const entry = { body, hash, causes: hashes, device, space, number: this.entries.size, past: pastOf(causes) };
    const isApart = space === "internal" ? causes.length > 0 : causes.every((cause) => cause.space === "shared");
    const isOwn = ({ entity }) => !isText(entity) || spaceOf(entity) === space;
    const isSeen = ({ over }) => !Array.isArray(over) || over.every((id) => this.knowsOp(entry, id));
    const isNext = prev.body.stream === body.stream && prev.body.seq + 1 === body.seq;
    const depth = causes.reduce((deepest, cause) => Math.max(deepest, cause.body.lam), 0);
    const rules = [
      [!this.entries.has(hash), "It stands here twice."],
      [body.eng === this.engagement && (causes.length > 0 || !this.genesis), "It does not belong to this engagement."],
      [isNext, "It does not continue the chain of its stream."],
      [body.lam === depth + 1, "Its depth is not one more than that of the entries it rests on."],
      [isApart && body.ops.every(isOwn), "The shared space must be whole without the internal one."],
      [body.ops.every(isSeen), "It replaces a version that its author had not seen."],
      [isSignedBy(device, hash, signature), "The signature is not that of the device of its stream."],
    ];
    const broken = rules.find(([isKept]) => !isKept);
    if (broken) return broken[1];
    this.genesis ??= hash;
    this.entries.set(hash, entry);
  }

  /** Fixes the whole journal: the one entry nothing rests on, or SHA-256 over all of them. */
  head() {
    const named = new Set([...this.entries.values()].flatMap(({ causes }) => causes));
    const loose = [...this.entries.keys()].filter((hash) => !named.has(hash)).sort();
    return loose.length === 1 ? loose[0] : sha256(Buffer.from(loose.join(""), "hex"));
  }
}

/** Equal texts for equal values, whatever the order of their keys. */
const meaningOf = (value) =>
  JSON.stringify(value, (_, part) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => byText(a, b))) : part,
  );

/** All ops by kind; those that write cells by id, with what they write. */
function collectOps(journal) {
  const ops = { writes: new Map(), sign: [], reopen: [], export: [], open: [], opaque: [] };
  for (const entry of journal.entries.values()) {
    for (const [index, op] of entry.body.ops.entries()) {
      const kind = kindOf(op);
      const { blob, name, type, size, meta } = op;
      const { field, value } =
        kind === "attach" ? { field: "attachment", value: { blob, name, type, size, meta } } : op;
      const item = { id: `${entry.hash}:${index}`, entry, op, field, value, isDeleted: kind === "delete" };
      if (ops[kind]) ops[kind].push(item);
      else ops.writes.set(item.id, { ...item, meaning: item.isDeleted ? "deleted" : meaningOf(value) });
    }
  }
  return ops;
}

/** The present versions of each cell: the ops that write it and that no other such op replaces. A deletion writes every cell. */
function computeCells(writes) {
  const cells = new Map();
  const deletions = new Map();
  for (const write of writes.values()) {
    const { field, isDeleted } = write;
    const { entity, over } = write.op;
    const name = `${entity}#${field}`;
    const make = () => ({ name, entity, field, list: [], replaced: new Set() });
    const { list, replaced } = isDeleted ? group(deletions, entity, make) : group(cells, name, make);
    list.push(write);
    for (const id of over) replaced.add(id);
  }
  for (const cell of cells.values()) {
    const gone = deletions.get(cell.entity) ?? { list: [], replaced: new Set() };
    cell.heads = [...cell.list, ...gone.list].filter(({ id }) => !cell.replaced.has(id) && !gone.replaced.has(id));
    cell.conflict = new Set(cell.heads.map(({ meaning }) => meaning)).size > 1;
  }
  return cells;
}

/** The state of a sign-off. A scope names cells (`entity#field`) or beginnings of entity ids; nothing internal is signed. */
function judge(journal, { id, entry, op }, { writes, reopen }, cells) {
  if (reopen.some((other) => other.op.voids.includes(id) && journal.knows(other.entry, entry.hash))) return "reopened";
  let state = "valid";
  for (const { name, entity, heads } of cells.values()) {
    const listed = Object.hasOwn(op.covers, name) ? op.covers[name] : undefined;
    const isInScope = op.scope.some((item) => (item.includes("#") ? item === name : entity.startsWith(item)));
    if (spaceOf(entity) === "internal" || !(isInScope || listed)) continue;
    const covered = (listed ?? []).filter((version) => journal.knows(entry, version.slice(0, 64)));
    const signed = new Set(covered.length > 0 ? covered.map((version) => writes.get(version)?.meaning) : ["deleted"]);
    for (const head of heads) {
      if (covered.includes(head.id) || signed.has(head.meaning)) continue;
      if (journal.knows(head.entry, entry.hash)) return "stale";
      state = "contested";
    }
  }
  return state;
}

function readEntries(db, report, result) {
  const journal = new Journal();
  for (const { pos, hash, bytes, sig } of db.prepare("SELECT * FROM entry ORDER BY pos").iterate()) {
    const fail = (sentence) => report.add("entries", `entry ${pos}`, sentence);
    if (pos !== BigInt(++result.entries)) fail("An entry is missing before this one, or it was moved.");
    const parsed = parseEntry(bytes);
    const fault = parsed.fault ?? journal.admit(parsed, sig);
    if (fault) fail(fault);
    else if (parsed.hash !== hex(hash)) fail("It is filed under another hash.");
  }
  return journal.genesis ? journal : stop("ENTRY", "There is no first entry.");
}

function checkInbox(db, journal, report) {
  let waiting = 0;
  for (const { hash, bytes } of db.prepare("SELECT hash, bytes FROM inbox ORDER BY hash").iterate()) {
    const fail = (sentence) => report.add("inbox", `waiting entry ${hex(hash)}`, sentence);
    const parsed = parseEntry(bytes);
    if (parsed.fault) fail(parsed.fault);
    else if (parsed.hash !== hex(hash) || parsed.body.eng !== journal.engagement) fail("It does not belong here.");
    else if (parsed.causes.every((cause) => journal.entries.has(cause))) fail("It need not wait.");
    else waiting++;
  }
  return waiting;
}

/** The derived table must say what the journal says, byte by byte: no row more, none less. */
function checkDerived(db, cells, report) {
  const expected = new Set();
  for (const { entity, field, heads } of cells.values()) {
    for (const { id, entry, value, isDeleted } of heads) {
      const text = isDeleted ? "-" : hex(JSON.stringify(value));
      expected.add([hex(entity), hex(field), hex(id), entry.body.lam, text].join());
    }
  }
  const columns = "hex(entity), hex(field), hex(op), lam, iif(value IS NULL, '-', hex(value))";
  for (const { row, entity, field } of db
    .prepare(`SELECT lower(concat_ws(',', ${columns})) AS row, entity, field FROM head`)
    .iterate())
    if (!expected.delete(row))
      report.add("derived", `cell ${entity}#${field}`, "The derived value is not what the entries say.");
  if (expected.size > 0) report.add("derived", "head table", "Derived values are missing.");
}

/** Returns the stored files by hash. Each lies in parts of 1 MiB, of which only the last may be shorter. */
function checkBlobs(db, report) {
  const files = new Map();
  const sql = `SELECT hash, part, length(bytes) AS size, iif(length(bytes) > ${MIB}, x'', bytes) AS bytes FROM blob`;
  for (const row of db.prepare(`${sql} ORDER BY hash, part`).iterate()) {
    const file = group(files, hex(row.hash), () => ({ digest: createHash("sha256"), parts: 0n, isFull: true }));
    file.isBroken ||= row.part !== file.parts++ || !file.isFull || row.size > MIB;
    file.isFull = Number(row.size) === MIB;
    file.digest.update(row.bytes);
  }
  for (const [hash, { digest, isBroken }] of files) {
    const isRight = digest.digest("hex") === hash && !isBroken;
    if (!isRight) report.add("blobs", `file ${hash}`, "Its content is not what its hash says, or cut up wrongly.");
  }
  return files;
}

function namedBlobs({ writes, sign, open }) {
  const attached = [...writes.values()].flatMap(({ op }) => (op.kind === "attach" ? op.blob : []));
  const certificates = open.map(({ op }) => op.certificate).filter((value) => isHash(value));
  return new Set([...attached, ...certificates, ...sign.flatMap(({ op }) => [...op.evidence, op.drawing, op.strokes])]);
}

function computeState(journal, ops, cells, waiting) {
  const signOffs = ops.sign.map((sign) => {
    const { step, signer } = sign.op;
    const state = judge(journal, sign, ops, cells);
    return { id: sign.id, step, state, signer: signer.name, claimed: sign.entry.body.wall };
  });
  signOffs.sort((a, b) => byText(a.id, b.id));
  const rows = [...cells.values()].map((cell) => [cell.name, cell.heads.map(({ id }) => id).sort(), cell.conflict]);
  rows.sort(([a], [b]) => byText(a, b));
  const counts = { entries: journal.entries.size, waiting, opaque: ops.opaque.length };
  const content = { cells: rows, signOffs: signOffs.map(({ id, state }) => [id, state]), ...counts };
  return { state: sha256(JSON.stringify(content)), signOffs };
}

function verifyTables(db, path, report, result) {
  // Rows of a file with foreign tables or broken pages could keep a reader busy for ever.
  if (!report.look("schema", () => checkSchema(db))) return undefined;
  const pages = report.look("pages", () => db.prepare("PRAGMA integrity_check(1)").get().integrity_check);
  if (pages !== "ok") return report.add("pages", "pages", `The page structure is damaged: ${pages}.`);
  report.look("seal", () => checkSeal(db, path, result));
  const journal = report.look("entries", () => readEntries(db, report, result));
  if (!journal) return undefined;
  const ops = collectOps(journal);
  const cells = computeCells(ops.writes);
  const waiting = report.look("inbox", () => checkInbox(db, journal, report));
  report.look("derived", () => checkDerived(db, cells, report));
  const stored = report.look("blobs", () => checkBlobs(db, report)) ?? new Map();
  result.blobs = stored.size;
  result.missingBlobs = [...namedBlobs(ops)].filter((hash) => !stored.has(hash)).length;
  Object.assign(result, { engagement: journal.engagement, genesis: journal.genesis, head: journal.head() });
  return Object.assign(result, computeState(journal, ops, cells, waiting));
}

/** Verifies the engagement file at `path` without changing it. Damaged and hostile bytes become problems; never throws. */
export function verify(path) {
  const report = new Report();
  const result = { entries: 0, blobs: 0, missingBlobs: 0, sealed: false, engagement: null, genesis: null, head: null };
  Object.assign(result, { state: null, signOffs: [] });
  const file = resolve(path);
  if (report.look("header", () => checkHeader(file))) {
    let db;
    report.look("schema", () => {
      db = new DatabaseSync(file, { readOnly: true, readBigInts: true, limits: { length: 64 * MIB } });
      db.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0");
      verifyTables(db, file, report, result);
    });
    db?.close();
  }
  const { problems, parts } = report;
  return {
    ok: problems.length === 0,
    problems,
    ...result,
    holds: Object.keys(PARTS).filter((part) => parts.get(part)),
  };
}

function describe(path, { ok, holds, problems, sealed, ...rest }) {
  const lines = [`${basename(path)} ${ok ? "holds" : "does not hold"}.`];
  for (const part of holds) lines.push(`  + ${PARTS[part][1]}`);
  for (const { code, where, sentence } of problems) lines.push(`  - ${where}: ${sentence} (${code})`);
  if (rest.state !== null) {
    lines.push(`  ${rest.entries} entries, ${rest.blobs} stored files, ${rest.missingBlobs} more named but not here`);
    lines.push(`  ${sealed ? "sealed" : "not sealed: the bytes between the stored values were not checked"}`);
    for (const name of ["engagement", "genesis", "head", "state"]) lines.push(`  ${name.padEnd(10)} ${rest[name]}`);
  }
  for (const { step, signer, claimed, state } of rest.signOffs)
    lines.push(`  step ${step}: signed by ${signer}, at ${claimed} as claimed: ${state}`);
  // What comes out of a file must not steer the terminal.
  return lines.map((line) => line.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\u{fffd}")).join("\n");
}

if (import.meta.main) {
  const [path = "-", ...others] = process.argv.slice(2).filter((value) => value !== "--json");
  if (path.startsWith("-") || others.length > 0) {
    process.stderr.write("Usage: node verify.mjs [--json] FILE\n");
    process.exit(2);
  }
  const { holds, ...report } = verify(path);
  const text = process.argv.includes("--json") ? JSON.stringify(report) : describe(path, { holds, ...report });
  process.stdout.write(`${text}\n`, () => process.exit(report.ok ? 0 : 1));
}
