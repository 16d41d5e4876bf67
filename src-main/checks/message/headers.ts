/** One header field, unfolded: its value is one line without leading and trailing blanks. */
export interface HeaderField {
  name: string;
  value: string;
}

/** A message's header as recorded: longer ones are cut, and the record says so. Characters. */
export const longestHeader = 262_144;
const mostFields = 2_000;
const longestValue = 20_000;
/** Lines of other text, such as a page's title, that may stand before a pasted header. */
const longestPreamble = 60;

const fieldStart = /^[A-Za-z][A-Za-z0-9_.-]{0,76}[ \t]*:/;
const isBlank = (line: string): boolean => line.trim() === "";

/**
 * The header of a message as it stands in a file or as people paste it: lines end in CRLF, LF or CR; an mbox "From " line, a quoting "> ",
 * a common indent, text before the first field and blank lines between all lines are taken off. What follows the first blank line is the
 * body (RFC 5322 2.1) and is left out.
 * @returns the header's lines joined by LF, folded as they came, and whether it was longer than `longestHeader`.
 */
export function takeHeader(text: string, source: "pasted" | "file"): { header: string; isCut: boolean } {
  const window = text.slice(0, longestHeader * 2).replace(/^\ufeff/, "");
  const lines = window
    .replace(/\r\n?/g, "\n")
    .replace(/\u00a0/g, " ")
    .split("\n");
  const block = source === "file" ? firstBlock(dropEnvelope(lines)) : takePasted(lines);
  const header = block.map((line) => line.trimEnd()).join("\n");
  return { header: header.slice(0, longestHeader), isCut: header.length > longestHeader };
}

/** Leading blank lines and the mbox separator "From address date" (RFC 4155). */
function dropEnvelope(lines: readonly string[]): string[] {
  const start = Math.max(
    0,
    lines.findIndex((line) => !isBlank(line)),
  );
  return lines.slice(/^>?From [^:]/.test(lines[start] ?? "") ? start + 1 : start);
}

function firstBlock(lines: readonly string[]): string[] {
  const end = lines.findIndex(isBlank);
  return lines.slice(0, end < 0 ? lines.length : end);
}

function takePasted(lines: readonly string[]): string[] {
  const plain = dropEnvelope(singleSpace(dropMargin(lines)));
  const start = plain.findIndex((line) => fieldStart.test(line));
  if (start < 0 || start > longestPreamble) return [];
  const block = firstBlock(plain.slice(start));
  if (block.some((line) => /^(?:date|message-id|mime-version|received)\s*:/i.test(line))) return block;
  // A mail page shows a summary such as "From: …" and "SPF: PASS" above the header itself.
  const rest = plain.slice(start + block.length);
  const next = rest.findIndex((line) => fieldStart.test(line));
  const below = next < 0 || next > longestPreamble ? [] : firstBlock(rest.slice(next));
  return below.some((line) => /^received\s*:/i.test(line)) ? below : block;
}

/** Takes off "> " or an indent that every line has. */
function dropMargin(lines: readonly string[]): string[] {
  const filled = lines.filter((line) => !isBlank(line));
  const isQuoted = filled.length > 1 && filled.every((line) => line.startsWith(">"));
  if (isQuoted) return lines.map((line) => line.replace(/^> ?/, ""));
  const indents = filled.map((line) => line.length - line.trimStart().length);
  const indent = indents.reduce((least, one) => Math.min(least, one), 1_000);
  return filled.length === 0 || indent === 0 ? [...lines] : lines.map((line) => line.slice(indent));
}

/** Some pages copy with a blank line behind every line; three in a row at the beginning tell. */
function singleSpace(lines: readonly string[]): string[] {
  const start = lines.findIndex((line) => fieldStart.test(line));
  const [first, one, second, two, third, three] = lines.slice(start, start + 6).map(isBlank);
  const isDouble = start >= 0 && !first && one && !second && two && third === false && three === true;
  return isDouble
    ? [...lines.slice(0, start), ...lines.slice(start).filter((_, index) => index % 2 === 0)]
    : [...lines];
}

/**
 * The fields of a header in their order, unfolded (RFC 5322 2.2.3). A line that neither begins a field nor is indented belongs to the
 * field before it: copying from a web page loses the indent.
 */
export function readFields(header: string): HeaderField[] {
  const fields: { name: string; parts: string[]; size: number }[] = [];
  for (const line of header.split("\n")) {
    const last = fields.at(-1);
    const isContinued = /^[ \t]/.test(line) || !fieldStart.test(line);
    if (isContinued) {
      if (last && last.size < longestValue) last.parts.push(line.trim());
      if (last) last.size += line.length + 1;
      continue;
    }
    if (fields.length >= mostFields) break;
    const colon = line.indexOf(":");
    const value = line.slice(colon + 1).trim();
    fields.push({ name: line.slice(0, colon).trim(), parts: [value], size: value.length });
  }
  return fields.map(({ name, parts }) => ({
    name,
    value: parts
      .filter((part) => part !== "")
      .join(" ")
      .slice(0, longestValue),
  }));
}

/** Splits structured text at a separator that stands neither in a comment nor in a quoted string (RFC 5322 3.2.2 and 3.2.4). */
export function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let [depth, isQuoted, from] = [0, false, 0];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === "\\") at += 1;
    else if (letter === '"' && depth === 0) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (letter === "(") depth += 1;
    else if (letter === ")") depth = Math.max(0, depth - 1);
    else if (letter === separator && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}

export const valuesOf = (fields: readonly HeaderField[], name: string): string[] =>
  fields.filter((field) => field.name.toLowerCase() === name.toLowerCase()).map(({ value }) => value);

/** Address in a From, Sender or Return-Path value, in lower case; null when there is none. */
export function readAddress(value: string | undefined): string | null {
  if (value === undefined) return null;
  const bare = value.slice(0, 2_000).replace(/"(?:[^"\\]|\\.)*"/g, "");
  const angled = /<([^<>\s]{1,320})>/.exec(bare)?.[1] ?? /([^\s<>,;:()]{1,64}@[^\s<>,;:()]{1,255})/.exec(bare)?.[1];
  return angled?.includes("@") ? angled.toLowerCase() : null;
}

export const domainOfAddress = (address: string | null): string | null => {
  const domain = address?.split("@").at(-1)?.replace(/\.$/, "") ?? "";
  return domain === "" ? null : domain;
};
