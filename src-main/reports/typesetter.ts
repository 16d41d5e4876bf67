/** Stands in for every character that the bundled fonts cannot draw. */
const unknownMark = "□";
const longestWord = 400;
/** Words of one field stand in columns that do not give way. */
const longestFieldWord = 60;

/** Cleans text for the page and counts what it could not show. */
export interface Typesetter {
  /** Running text: at most `limit` characters, then an honest count of those left out. */
  prose(text: string, limit?: number): string;
  /** Running text of one field, such as a name: line breaks become spaces. */
  line(text: string, limit: number): string;
  /** Monospaced text of one value, such as a host name or a hash. */
  code(text: string, limit?: number): string;
  /** Monospaced lines, wrapped at `columns` characters and cut after `limit` printed lines. */
  lines(text: string, columns: number, limit: number): WrappedLines;
  /** Moment in the report's zone, to the minute: "23 Nov 2026, 10:20". */
  time(instant: string): string;
  /** Moment with seconds, zone and the same in UTC: for whoever compares clocks later. */
  exactTime(instant: string): string;
  /** Characters replaced by "□" so far. */
  replaced(): number;
}

/** Printed lines, how many lines of the original they show in full, and how many the original has. */
interface WrappedLines {
  lines: string[];
  whole: number;
  total: number;
}

/**
 * @param coverage code points the running font and the monospaced font can draw
 * @param zone IANA zone; an unknown one falls back to UTC, which the text then names
 */
export function createTypesetter(coverage: { prose: Set<number>; code: Set<number> }, zone: string): Typesetter {
  let replaced = 0;
  const shownZone = isKnownZone(zone) ? zone : "UTC";
  const clean = (text: string, covered: Set<number>) => {
    let result = "";
    for (const character of text.normalize("NFC").replace(/\r\n?/g, "\n").replaceAll("\t", "    ")) {
      const code = character.codePointAt(0) ?? 0;
      if (character === "\n" || (covered.has(code) && !isInvisible(code))) {
        result += character;
      } else if (isInvisible(code)) {
        result += escapeCode(code);
      } else {
        replaced += 1;
        result += unknownMark;
      }
    }
    return result;
  };
  return {
    prose: (text, limit = 4000) => breakLongWords(clean(cut(text, limit), coverage.prose)),
    line: (text, limit) =>
      breakLongWords(clean(cut(text.replace(/\s+/g, " "), limit), coverage.prose), longestFieldWord),
    code: (text, limit = 1000) => breakLongWords(clean(cut(text, limit), coverage.code)),
    lines: (text, columns, limit) => wrapLines(text, columns, limit, (line) => clean(line, coverage.code)),
    time: (instant) => formatTime(instant, shownZone),
    exactTime: (instant) => formatExactTime(instant, shownZone),
    replaced: () => replaced,
  };
}

/** Control characters and those that hide or reorder text (Unicode category Cc, Cf, Zl, Zp; lone surrogates). */
function isInvisible(code: number): boolean {
  return code !== 0x0a && /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(String.fromCodePoint(code));
}

function escapeCode(code: number): string {
  const digits = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${digits.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${digits.padStart(4, "0")}` : `\\u{${digits}}`;
}

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const left = text.length - limit;
  return `${text.slice(0, limit)} … (${left.toLocaleString("en-GB")} more characters in the attached evidence.json)`;
}

/** Layout looks for a break in long words by measuring them whole: bounded words keep that linear. */
function breakLongWords(text: string, longest = longestWord): string {
  return text.replace(new RegExp(`\\S{${longest}}(?=\\S)`, "gu"), "$&\n");
}

function wrapLines(text: string, columns: number, limit: number, clean: (line: string) => string): WrappedLines {
  const source = text === "" ? [] : text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
  const lines: string[] = [];
  let whole = 0;
  for (const line of source) {
    if (lines.length >= limit) break;
    const shown = [...clean(line.slice(0, columns * limit))];
    const room = limit - lines.length;
    const needed = Math.max(1, Math.ceil(shown.length / columns));
    for (let piece = 0; piece < Math.min(needed, room); piece++) {
      lines.push(shown.slice(piece * columns, (piece + 1) * columns).join(""));
    }
    if (needed <= room && line.length <= columns * limit) whole += 1;
  }
  return { lines, whole, total: source.length };
}

function isKnownZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

function formatTime(instant: string, timeZone: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const format = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat("en-GB", { ...format, hour12: false, timeZone }).format(date);
}

function formatExactTime(instant: string, timeZone: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const local = `${formatTime(instant, timeZone)}:${String(date.getUTCSeconds()).padStart(2, "0")}`;
  const utc = `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
  return timeZone === "UTC" ? utc : `${local} ${timeZone} (${utc})`;
}
