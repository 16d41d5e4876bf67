/** How every entry begins; see `EntryBody`. */
const BEGINNING = Buffer.from('{"v":1,"eng":"', "latin1");
const SIG_BYTES = 64;
const QUOTE = 0x22;
const ESCAPE = 0x5c;

interface EntryText {
  bytes: Buffer;
  /** What follows: in a row, the signature. */
  sig: Buffer;
}

/** Where a JSON object that begins here ends; undefined when it does not end within these bytes. */
function findEnd(page: Buffer, start: number): number | undefined {
  let depth = 0;
  let isText = false;
  for (let at = start; at < page.length; at++) {
    const byte = page[at];
    if (isText) {
      if (byte === ESCAPE) at++;
      else if (byte === QUOTE) isText = false;
      continue;
    }
    if (byte === QUOTE) isText = true;
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if ((byte === 0x7d || byte === 0x5d) && --depth === 0) return at + 1;
  }
  return undefined;
}

/**
 * Entries that lie in one page as a whole, by their text: for a page whose cells and record headers are gone. Whether one is
 * genuine, only its signature can tell.
 */
export function* findEntryTexts(page: Buffer): Generator<EntryText> {
  for (let start = page.indexOf(BEGINNING); start >= 0; ) {
    const end = findEnd(page, start);
    if (end !== undefined && end + SIG_BYTES <= page.length) {
      yield { bytes: Buffer.from(page.subarray(start, end)), sig: Buffer.from(page.subarray(end, end + SIG_BYTES)) };
    }
    start = page.indexOf(BEGINNING, end ?? start + BEGINNING.length);
  }
}
