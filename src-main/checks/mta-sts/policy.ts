/** Longest time a policy may be remembered, seconds (RFC 8461 3.2). */
export const longestAge = 31_557_600;

export type StsMode = "enforce" | "testing" | "none";
export interface StsPolicy {
  mode: StsMode | null;
  /** Patterns of the `mx` lines, lower case. */
  mx: string[];
  /** Seconds senders remember the policy. */
  maxAge: number | null;
  /** Why senders cannot use the policy. */
  problems: string[];
  /** What is odd but leaves the policy usable. */
  remarks: string[];
}

const modes: readonly string[] = ["enforce", "testing", "none"] satisfies StsMode[];
const keyPattern = /^[A-Za-z0-9][\w.-]{0,31}[ \t]*$/;
const mxPattern = /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{1,63}$/i;

/**
 * Reads a policy file (RFC 8461 3.2): lines of `key: value`, ended by LF or CRLF, in any order. Unknown keys are passed over; of a repeated
 * key other than `mx` the first counts. Hostile text gives problems, never an exception. `text` holds one character per byte.
 */
export function parsePolicy(text: string): StsPolicy {
  const { values, mx, remarks } = readLines(text);
  const problems: string[] = [];
  const version = values.get("version");
  if (text.startsWith("\xef\xbb\xbf"))
    problems.push("It begins with a byte order mark, so its first line has no known key.");
  if (version === undefined) problems.push("It has no “version” line.");
  else if (version !== "STSv1") problems.push(`Its version is “${version}”; it must be “STSv1”.`);
  const written = values.get("mode");
  const mode = modes.includes(written ?? "") ? (written as StsMode) : null;
  if (written === undefined) problems.push("It has no “mode” line.");
  else if (mode === null) problems.push(`Its mode is “${written}”; it must be “enforce”, “testing” or “none”.`);
  const maxAge = readAge(values.get("max_age"), problems, remarks);
  if (mode !== null && mode !== "none" && mx.length === 0) problems.push("It has no “mx” line.");
  for (const pattern of mx.filter((one) => !mxPattern.test(one)).slice(0, 10))
    remarks.push(`The line “mx: ${pattern}” is no host name and matches none.`);
  return { mode, mx: mx.filter((one) => mxPattern.test(one)), maxAge, problems, remarks };
}

function readLines(text: string): { values: Map<string, string>; mx: string[]; remarks: string[] } {
  const values = new Map<string, string>();
  const mx: string[] = [];
  const remarks: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === "") continue;
    const colon = line.indexOf(":");
    const key = keyPattern.test(line.slice(0, Math.max(0, colon))) ? line.slice(0, colon).trimEnd() : "";
    const value = line.slice(colon + 1).trim();
    if (key === "") remarks.push(`The line “${line.slice(0, 80)}” is no “key: value”.`);
    else if (key === "mx") mx.push(value.toLowerCase());
    else if (values.has(key)) remarks.push(`“${key}” is given more than once; the first counts.`);
    else values.set(key, value);
  }
  return { values, mx, remarks };
}

function readAge(written: string | undefined, problems: string[], remarks: string[]): number | null {
  if (written === undefined || !/^\d{1,10}$/.test(written)) {
    problems.push(
      written === undefined
        ? "It has no “max_age” line."
        : `Its max_age is “${written}”, which is no number of seconds.`,
    );
    return null;
  }
  const age = Number(written);
  if (age > longestAge) remarks.push(`max_age is ${age}; the largest allowed is ${longestAge} (a year).`);
  if (age === 0) remarks.push("max_age is 0, so senders remember nothing and the policy protects nobody.");
  return Math.min(age, longestAge);
}

/** Whether an `mx` line covers a host: the same name, or `*.` standing for exactly one label (RFC 8461 4.1). */
export function coversHost(pattern: string, host: string): boolean {
  const [wanted, name] = [pattern.toLowerCase(), host.toLowerCase().replace(/\.$/, "")];
  if (!wanted.startsWith("*.")) return wanted === name;
  const dot = name.indexOf(".");
  return dot > 0 && name.slice(dot) === wanted.slice(1);
}
