import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/**
 * Rows of an engagement file, read from its raw bytes without SQLite: header, schema, inner pages and pointer arrays may all
 * be gone. A row is found by the header of its record (sqlite.org/fileformat.html, 2.1), whose column types are fixed
 * by the schema; whether it is genuine is for the caller to find out by its hash.
 */
export type RawRow =
  | { table: "entry" | "inbox"; hash: Buffer; bytes: Buffer; sig: Buffer }
  | { table: "blob"; hash: Buffer; part: number; bytes: Buffer };

/** The program writes pages of this size and no other. */
const PAGE_BYTES = 4096;
const PAGES_AT_ONCE = 256;
/** Serial types (2.1): a blob of n bytes is 12 + 2n. */
const HASH_TYPE = 12 + 2 * 32;
const SIG_TYPE = 12 + 2 * 64;
/** No row is longer: an entry has at most 16 MiB. */
const MOST_ROW_BYTES = 17 * 1024 * 1024;
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

function split({ table, length, types }: Header, record: Buffer): RawRow {
  let at = length;
  const take = (type: number): Buffer => {
    const size = isBlob(type) ? sizeOfBlob(type) : (integerSizes[type] ?? 0);
    at += size;
    return record.subarray(at - size, at);
  };
  const [a = 0, b = 0, c = 0, d = 0] = types;
  if (table === "entry") {
    take(a);
    return { table, hash: take(b), bytes: take(c), sig: take(d) };
  }
  if (table === "inbox") return { table, hash: take(a), bytes: take(b), sig: take(c) };
  const hash = take(a);
  const number = take(b);
  const part = b === 9 ? 1 : number.length === 0 ? 0 : number.readUIntBE(0, number.length);
  return { table, hash, part, bytes: take(c) };
}

/** Walks a file's raw bytes; time grows with its size, whatever it holds. */
export class RawRecords {
  readonly #descriptor: number;
  readonly #size: number;
  #effort: number;

  constructor(path: string) {
    this.#descriptor = openSync(path, "r");
    this.#size = fstatSync(this.#descriptor).size;
    this.#effort = this.#size * EFFORT + MOST_ROW_BYTES;
  }

  *rows(): Generator<RawRow> {
    const chunk = Buffer.alloc(PAGE_BYTES * PAGES_AT_ONCE);
    for (let start = 0; start < this.#size; start += chunk.length) {
      const length = readSync(this.#descriptor, chunk, 0, chunk.length, start);
      for (let at = 0; at < length; at += PAGE_BYTES) {
        yield* this.#rowsOfPage(chunk.subarray(at, Math.min(at + PAGE_BYTES, length)));
      }
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  *#rowsOfPage(page: Buffer): Generator<RawRow> {
    for (let at = 0; at < page.length; at++) {
      const header = readHeader(page, at);
      const record = header && this.#collect(page, at, header.total);
      if (!header || !record) continue;
      yield split(header, record);
    }
  }

  /** A whole record: what lies in its leaf page, and the chain of overflow pages (1.6). */
  #collect(page: Buffer, at: number, total: number): Buffer | undefined {
    const local = localBytes(total);
    if (at + local + (local < total ? 4 : 0) > page.length || this.#effort < total) return undefined;
    if (local === total) return Buffer.from(page.subarray(at, at + local));
    this.#effort -= total;
    const record = Buffer.alloc(total);
    page.copy(record, 0, at, at + local);
    let next = page.readUInt32BE(at + local);
    const overflow = Buffer.alloc(PAGE_BYTES);
    for (let done = local; done < total; ) {
      const offset = (next - 1) * PAGE_BYTES;
      if (next < 2 || offset + PAGE_BYTES > this.#size) return undefined;
      readSync(this.#descriptor, overflow, 0, PAGE_BYTES, offset);
      done += overflow.copy(record, done, 4, Math.min(PAGE_BYTES, 4 + total - done));
      next = overflow.readUInt32BE(0);
    }
    return record;
  }
}
