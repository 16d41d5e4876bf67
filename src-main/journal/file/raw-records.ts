import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { findEntryTexts } from "./carve.ts";

/**
 * Rows of an engagement file, read from its raw bytes without SQLite: header, schema, inner pages and pointer arrays may all
 * be gone. A row is found by the header of its record (sqlite.org/fileformat.html, 2.1), whose column types are fixed
 * by the schema; whether it is genuine is for the caller to find out by its hash.
 */
export type RawRow = EntryRow | { table: "blob"; hash: Buffer; part: number; bytes: Buffer };

export interface EntryRow {
  table: "entry" | "inbox";
  /** As stored beside it; undefined for an entry that was found by its text. */
  hash: Buffer | undefined;
  bytes: Buffer;
  sig: Buffer;
  /** True when its shape alone tells of it, and no cell of a page: it may be a piece of some content. */
  isCarved: boolean;
}

/** The program writes pages of this size and no other. */
const PAGE_BYTES = 4096;
const PAGES_AT_ONCE = 256;
/** Serial types (2.1): a blob of n bytes is 12 + 2n. */
const HASH_TYPE = 12 + 2 * 32;
const SIG_TYPE = 12 + 2 * 64;
/** No row is longer: an entry has at most 16 MiB. */
const MOST_ROW_BYTES = 17 * 1024 * 1024;
/** First byte of a page that holds rows (1.6). That of an overflow page is 0 in files below 64 GiB. */
const LEAF = 0x0d;
/** What looks like a long row may be none. In all, so many times the file are read for the sake of such rows. */
const EFFORT = 8;

interface Varint {
  value: number;
  length: number;
}

/** A variable-length integer (1.6); undefined when it runs over the end or beyond what a row can hold. */
function readVarint(bytes: Buffer, at: number): Varint | undefined {
  let value = 0;
  for (let length = 1; length <= 4; length++) {
    const byte = bytes[at + length - 1];
    if (byte === undefined) return undefined;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, length };
  }
  return undefined;
}

const isBlob = (type: number): boolean => type >= 12 && type % 2 === 0;
const sizeOfBlob = (type: number): number => (type - 12) / 2;
/** Bytes of the integer types 0 to 9; 0, 8 and 9 are NULL and the constants 0 and 1. */
const integerSizes: { [type: number]: number } = { 1: 1, 2: 2, 3: 3, 4: 4, 8: 0, 9: 0 };

interface Header {
  table: RawRow["table"];
  /** Bytes of the record header. */
  length: number;
  /** Serial types of the columns. */
  types: number[];
  /** Bytes of header and columns. */
  total: number;
}

/** Reads a record header that begins here, if one of the three tables' does. */
function readHeader(page: Buffer, at: number): Header | undefined {
  const length = page[at] ?? 0;
  // Three or four columns; the longest header has a varint of four bytes among them.
  if (length < 4 || length > 9) return undefined;
  const types: number[] = [];
  let next = at + 1;
  while (next < at + length) {
    const type = readVarint(page, next);
    if (!type) return undefined;
    types.push(type.value);
    next += type.length;
  }
  if (next !== at + length) return undefined;
  const table = tableOf(types);
  if (!table) return undefined;
  const columns = types.reduce((sum, type) => sum + (isBlob(type) ? sizeOfBlob(type) : (integerSizes[type] ?? 0)), 0);
  const total = length + columns;
  return total <= MOST_ROW_BYTES ? { table, length, types, total } : undefined;
}

function tableOf([first, second, third, fourth, ...more]: number[]): RawRow["table"] | undefined {
  if (more.length > 0) return undefined;
  const isContent = (type: number | undefined) => type !== undefined && isBlob(type);
  if (first === 0 && second === HASH_TYPE && isContent(third) && fourth === SIG_TYPE) return "entry";
  if (fourth !== undefined || first !== HASH_TYPE) return undefined;
  if (isContent(second) && third === SIG_TYPE) return "inbox";
  return second !== undefined && second in integerSizes && isContent(third) ? "blob" : undefined;
}

/** How much of a row lies in its leaf page before it goes on in overflow pages (1.6, table b-tree leaf cell). */
function localBytes(total: number): number {
  const most = PAGE_BYTES - 35;
  if (total <= most) return total;
  const least = Math.floor(((PAGE_BYTES - 12) * 32) / 255) - 23;
  const wanted = least + ((total - least) % (PAGE_BYTES - 4));
  return wanted <= most ? wanted : least;
}

function split({ table, length, types }: Header, record: Buffer, isCarved: boolean): RawRow {
  let at = length;
  const take = (type: number): Buffer => {
    const size = isBlob(type) ? sizeOfBlob(type) : (integerSizes[type] ?? 0);
    at += size;
    return record.subarray(at - size, at);
  };
  const [a = 0, b = 0, c = 0, d = 0] = types;
  if (table === "entry") {
    take(a);
    return { table, hash: take(b), bytes: take(c), sig: take(d), isCarved };
  }
  if (table === "inbox") return { table, hash: take(a), bytes: take(b), sig: take(c), isCarved };
  const hash = take(a);
  const number = take(b);
  const part = b === 9 ? 1 : number.length === 0 ? 0 : number.readUIntBE(0, number.length);
  return { table, hash, part, bytes: take(c) };
}

/** Where the records of a leaf page begin, as its cell pointers say, with their sizes. Empty where they say nothing usable. */
function findCells(page: Buffer): Map<number, number> {
  const cells = new Map<number, number>();
  if (page[0] !== LEAF || page.length < PAGE_BYTES) return cells;
  const count = Math.min(page.readUInt16BE(3), (PAGE_BYTES - 8) / 2);
  for (let i = 0; i < count; i++) {
    const cell = page.readUInt16BE(8 + 2 * i);
    const total = readVarint(page, cell);
    const row = total && readVarint(page, cell + total.length);
    if (row) cells.set(cell + total.length + row.length, total.value);
  }
  return cells;
}

/** Walks the raw bytes of a file and of its rollback journal; time grows with their size, whatever they hold. */
export class RawRecords {
  readonly #descriptor: number;
  readonly #size: number;
  readonly #path: string;
  #effort: number;
  /** A bit for each page that holds a piece of a row found elsewhere, which is not looked at as if it were rows. */
  readonly #isPiece: Uint8Array;

  constructor(path: string) {
    this.#path = path;
    this.#descriptor = openSync(path, "r");
    this.#size = fstatSync(this.#descriptor).size;
    this.#effort = this.#size * EFFORT + MOST_ROW_BYTES;
    this.#isPiece = new Uint8Array(Math.ceil(this.#size / PAGE_BYTES / 8) + 1);
  }

  *rows(): Generator<RawRow> {
    const chunk = Buffer.alloc(PAGE_BYTES * PAGES_AT_ONCE);
    for (let start = 0; start < this.#size; start += chunk.length) {
      const length = readSync(this.#descriptor, chunk, 0, chunk.length, start);
      for (let at = 0; at < length; at += PAGE_BYTES) {
        const page = chunk.subarray(at, Math.min(at + PAGE_BYTES, length));
        const index = (start + at) / PAGE_BYTES;
        const isPiece = page[0] !== LEAF && ((this.#isPiece[index >> 3] ?? 0) >> (index & 7)) & 1;
        if (!isPiece) yield* this.#rowsOfPage(page);
      }
    }
    for (const page of readJournalPages(`${this.#path}-journal`)) yield* this.#rowsOfPage(page);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  *#rowsOfPage(page: Buffer): Generator<RawRow> {
    const cells = findCells(page);
    for (let at = 0; at < page.length; at++) {
      const header = readHeader(page, at);
      const isCell = header !== undefined && cells.get(at) === header.total;
      const record = header && this.#collect(page, at, header.total, isCell);
      if (!header || !record) continue;
      yield split(header, record, !isCell);
      // What lies within a row is its content, also where it looks like a row.
      if (isCell) at += localBytes(header.total) - 1;
    }
    for (const found of findEntryTexts(page)) yield { table: "entry", hash: undefined, ...found, isCarved: true };
  }

  /** A whole record: what lies in its leaf page, and the chain of overflow pages (1.6). */
  #collect(page: Buffer, at: number, total: number, isCell: boolean): Buffer | undefined {
    const local = localBytes(total);
    if (at + local + (local < total ? 4 : 0) > page.length || this.#effort < total) return undefined;
    if (local === total) return Buffer.from(page.subarray(at, at + local));
    this.#effort -= total;
    const record = Buffer.alloc(total);
    page.copy(record, 0, at, at + local);
    let next = page.readUInt32BE(at + local);
    const overflow = Buffer.alloc(PAGE_BYTES);
    const pieces: number[] = [];
    for (let done = local; done < total; ) {
      const offset = (next - 1) * PAGE_BYTES;
      if (next < 2 || offset + PAGE_BYTES > this.#size) return undefined;
      pieces.push(next - 1);
      readSync(this.#descriptor, overflow, 0, PAGE_BYTES, offset);
      done += overflow.copy(record, done, 4, Math.min(PAGE_BYTES, 4 + total - done));
      next = overflow.readUInt32BE(0);
    }
    if (isCell)
      for (const index of pieces) this.#isPiece[index >> 3] = (this.#isPiece[index >> 3] ?? 0) | (1 << (index & 7));
    return record;
  }
}

const JOURNAL_MAGIC = Buffer.from("d9d505f920a163d7", "hex");
/** Page number, page, checksum (3). */
const JOURNAL_RECORD = 4 + PAGE_BYTES + 4;

/**
 * The pages as they were before an unfinished write, from the rollback journal (sqlite.org/fileformat.html, 3). Its headers
 * are as long as a sector and may stand between the records; neither they nor the checksums are believed.
 */
function* readJournalPages(path: string): Generator<Buffer> {
  if (!existsSync(path)) return;
  const descriptor = openSync(path, "r");
  try {
    const header = Buffer.alloc(28);
    readSync(descriptor, header, 0, header.length, 0);
    const said = header.readUInt32BE(20);
    const sector = said >= 512 && said <= 65_536 && Number.isInteger(Math.log2(said)) ? said : 512;
    const record = Buffer.alloc(JOURNAL_RECORD);
    for (let at = sector; readSync(descriptor, record, 0, JOURNAL_RECORD, at) === JOURNAL_RECORD; ) {
      yield record.subarray(4, 4 + PAGE_BYTES);
      at += JOURNAL_RECORD;
      const boundary = Math.ceil(at / sector) * sector;
      readSync(descriptor, header, 0, header.length, boundary);
      if (header.subarray(0, 8).equals(JOURNAL_MAGIC)) at = boundary + sector;
    }
  } finally {
    closeSync(descriptor);
  }
}
