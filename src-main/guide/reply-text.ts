/** One reply found in a text, before anybody says what it means. */
export interface FoundReply {
  /** The reply's own words with its codes, on one line. */
  text: string;
  code: number | null;
  /** Enhanced status code such as "5.1.1" (RFC 3463). */
  enhanced: string | null;
  /** Server that replied, where the text names it. */
  host: string | null;
  recipient: string | null;
  /** Action of a delivery status (RFC 3464 2.3.3), in lower case. */
  action: string | null;
}

const longestText = 600_000;
const longestReply = 2_000;
/** Replies explained of one text. */
const mostReplies = 20;

/** Reply codes of SMTP and its extensions (RFC 5321 4.2.3, RFC 4954, RFC 3207, RFC 7504): other numbers are no replies. */
const refusals = /^(?:421|45[0-5]|50[0-4]|521|52[35]|53[0458]|55[0-6])$/;
const enhancedCode = /(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![.\d])/;

/** Replies in what a person pasted: a reply, lines of a log, a delivery status, or the text of a bounce. Each once, at most twenty. */
export function findReplies(given: string): FoundReply[] {
  const lines = joinLines(given.slice(0, longestText).replace(/\r\n?/g, "\n"));
  const reported = readStatusGroups(lines);
  const told = reported.length > 0 ? reported : lines.flatMap(readLine);
  const found = told.length > 0 ? told : lines.flatMap(readBareStatus);
  const unlike = new Map(found.map((reply) => [`${reply.recipient} ${reply.text}`, reply]));
  return [...unlike.values()].slice(0, mostReplies);
}

/** Folded fields and replies of several lines ("550-one", "550 two") as one line each. */
function joinLines(text: string): string[] {
  const joined: string[] = [];
  for (const line of text.split("\n")) {
    const last = joined.at(-1);
    const isFolded =
      /^[ \t]+\S/.test(line) && last !== undefined && /^(?:[A-Za-z-]{1,60}|<[^<>\s]{3,320}>):/.test(last);
    const more = /^([2-5]\d\d)-/.exec(last ?? "")?.[1];
    const isMore = more !== undefined && (line.startsWith(`${more} `) || line.startsWith(`${more}-`));
    if (isFolded) joined[joined.length - 1] = `${last} ${line.trim()}`.slice(0, longestReply * 2);
    else if (isMore) joined[joined.length - 1] = `${last} ${line.slice(4).trim()}`.slice(0, longestReply * 2);
    else joined.push(line.slice(0, longestReply * 2));
  }
  return joined;
}

/** The recipients of a delivery status: fields in groups, parted by blank lines (RFC 3464 2.1). */
function readStatusGroups(lines: readonly string[]): FoundReply[] {
  const groups: Map<string, string>[] = [new Map()];
  for (const line of lines) {
    const [, name, value = ""] = /^([A-Za-z][A-Za-z-]{0,60}):\s*(.*)$/.exec(line.trim()) ?? [];
    if (line.trim() === "") groups.push(new Map());
    else if (name) groups.at(-1)?.set(name.toLowerCase(), value);
  }
  return groups.flatMap((group) => {
    const diagnostic = group.get("diagnostic-code");
    const status = enhancedCode.exec(group.get("status") ?? "")?.[1] ?? null;
    const isReport = diagnostic !== undefined || (status !== null && group.has("action"));
    if (!isReport) return [];
    const words = (diagnostic ?? "").replace(/^[A-Za-z0-9-]{1,30}\s*;\s*/, "");
    const reply = readWords(words) ?? { text: clean(words), code: null, enhanced: null };
    return [
      {
        ...reply,
        text: reply.text === "" ? (status ?? "") : reply.text,
        enhanced: reply.enhanced ?? status,
        host: afterType(group.get("remote-mta") ?? group.get("reporting-mta")),
        recipient: afterType(group.get("final-recipient") ?? group.get("original-recipient")),
        action: group.get("action")?.trim().toLowerCase().split(/\s/)[0] ?? null,
      },
    ];
  });
}

/** "dns; mx.example" and "rfc822; a@b.example" without the type. */
function afterType(value: string | undefined): string | null {
  const text = clean((value ?? "").replace(/^[A-Za-z0-9-]{1,30}\s*;\s*/, "").split(/\s/)[0] ?? "");
  return text === "" ? null : text.slice(0, 300);
}

/** A reply inside a line: at its beginning, or behind what quotes it ("said: 550 …", "returned '550 …'"). */
function readLine(line: string): FoundReply[] {
  const reply = readWords(line);
  if (!reply) return [];
  const host =
    /\bhost ([A-Za-z0-9.-]{1,253})\s?\[/.exec(line)?.[1] ??
    /\brelay=([A-Za-z0-9.-]{1,253})\[/.exec(line)?.[1] ??
    /^([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+) gave this error/.exec(line)?.[1];
  const recipient = /\bto=<([^<>\s]{3,320})>/.exec(line)?.[1] ?? /^<([^<>\s]{3,320})>:/.exec(line)?.[1];
  return [{ ...reply, host: host ?? null, recipient: recipient ?? null, action: null }];
}

function readWords(line: string): Pick<FoundReply, "text" | "code" | "enhanced"> | null {
  const quoted =
    /(^\s*|[:;'"“‘<(>=,]\s*|(?<=^|\s)#\s*|\b(?:got|reply|response|error|code|said|returned|SMTP)\s+)([2-5][0-5]\d)(?=[ \-'"#]|$)/gi;
  for (const match of line.matchAll(quoted)) {
    const [, before = "", digits = ""] = match;
    const isFirst = before.trim() === "" && match.index === 0;
    if (!refusals.test(digits) && !(isFirst && /^[23]/.test(digits))) continue;
    const start = match.index + before.length;
    const text = clean(endOfReply(line.slice(start, start + longestReply), before));
    return { text, code: Number(digits), enhanced: enhancedCode.exec(text.slice(0, 40))?.[1] ?? null };
  }
  return null;
}

/** Cuts what a log or an NDR writes behind the reply: Postfix "(in reply to …)", and the quotation mark that closes. */
function endOfReply(text: string, before: string): string {
  const mark = before.trim().at(-1) ?? "";
  const closing = { "'": "'", '"': '"', "“": "”", "‘": "’", "(": ")" }[mark];
  const end = closing === undefined ? -1 : text.lastIndexOf(closing);
  const own = end > 3 ? text.slice(0, end) : text;
  return own.split(" (in reply to")[0] ?? own;
}

/** Lines with an enhanced status code and no reply code: "dsn=4.7.1", "Status: 5.1.1", "#5.1.1". */
function readBareStatus(line: string): FoundReply[] {
  const enhanced = /(?:^|dsn=|status[:=]\s*|#|\(|code:?\s*)([245]\.\d{1,3}\.\d{1,3})(?![.\d])/i.exec(line)?.[1];
  if (!enhanced) return [];
  return [{ text: clean(line), code: null, enhanced, host: null, recipient: null, action: null }];
}

/** One printable line. */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken off
  const printable = text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, " ");
  return printable.replace(/ {2,}/g, " ").trim().slice(0, longestReply);
}

/** The bracketed reference at the end of the service's replies: its last part names the grid, such as `uk` in `[….uk91]`. */
export function readReference(text: string): { reference: string; grid: string } | null {
  const found = /\[([A-Za-z0-9_-]{1,60}\.([a-z]{2,8})\d{1,4})\]/i.exec(text);
  return found ? { reference: found[1] ?? "", grid: (found[2] ?? "").toLowerCase() } : null;
}
