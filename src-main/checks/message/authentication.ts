import { type HeaderField, splitOutside } from "./headers.ts";

/** One result as a server wrote it: `spf=pass smtp.mailfrom=acme.example`. */
export interface AuthenticationResult {
  /** "spf", "dkim", "dmarc", "arc" and others, in lower case. */
  method: string;
  result: string;
  /** Properties such as `header.d`, in lower case, without quotes. */
  properties: ReadonlyMap<string, string>;
  comment: string;
}

/** One Authentication-Results field (RFC 8601 2.2), or one Received-SPF field (RFC 7208 9.1) in the same form. */
export interface AuthenticationField {
  /** Position of the field in the header, from its top. */
  position: number;
  name: string;
  /** Name of the server that judged; null where it leaves the name out, as Microsoft 365 does. */
  server: string | null;
  results: AuthenticationResult[];
}

const resultFields = ["authentication-results", "x-ms-exchange-authentication-results", "arc-authentication-results"];
const mostResults = 60;

/** Every field with results, in the header's order. */
export function readAuthentication(fields: readonly HeaderField[]): AuthenticationField[] {
  return fields.flatMap(({ name, value }, position) => {
    const kind = name.toLowerCase();
    if (resultFields.includes(kind)) return [readResults(kind, value, position)];
    return kind === "received-spf" ? [readReceivedSpf(value, position)] : [];
  });
}

function readResults(name: string, value: string, position: number): AuthenticationField {
  const parts = splitOutside(value, ";").map((part) => part.trim());
  const segments = /^i=\d+$/.test(parts[0] ?? "") ? parts.slice(1) : parts;
  const [first = ""] = segments;
  const isServer = !/^[A-Za-z0-9-]+\s*=/.test(stripComments(first));
  const server = isServer ? (stripComments(first).trim().split(/\s+/)[0] ?? "").toLowerCase() : "";
  const results = (isServer ? segments.slice(1) : segments).slice(0, mostResults).flatMap((segment) => {
    const read = readResult(segment);
    return read ? [read] : [];
  });
  return { position, name, server: server === "" ? null : server, results };
}

function readResult(segment: string): AuthenticationResult | null {
  const comment = commentsOf(segment);
  const words = stripComments(segment)
    .replace(/\s*=\s*/g, "=")
    .trim()
    .split(/\s+/);
  const [method = "", result = ""] = (words[0] ?? "").split("=");
  if (!/^[A-Za-z][A-Za-z0-9-]*(?:\/\d+)?$/.test(method) || result === "") return null;
  const properties = words.slice(1).flatMap((word): [string, string][] => {
    const at = word.indexOf("=");
    return at <= 0 ? [] : [[word.slice(0, at).toLowerCase(), unquote(word.slice(at + 1)).toLowerCase()]];
  });
  return {
    method: (method.split("/")[0] ?? "").toLowerCase(),
    result: result.toLowerCase(),
    properties: new Map(properties),
    comment,
  };
}

function readReceivedSpf(value: string, position: number): AuthenticationField {
  const comment = commentsOf(value);
  const [result = "", ...rest] = stripComments(value).trim().split(/\s+/);
  const properties = rest
    .join(" ")
    .split(/[;\s]+/)
    .flatMap((pair): [string, string][] => {
      const at = pair.indexOf("=");
      return at <= 0 ? [] : [[pair.slice(0, at).toLowerCase(), unquote(pair.slice(at + 1)).toLowerCase()]];
    });
  const known = new Map(properties);
  const results = result === "" ? [] : [{ method: "spf", result: result.toLowerCase(), properties: known, comment }];
  return { position, name: "received-spf", server: known.get("receiver") ?? null, results };
}

const unquote = (text: string): string => text.replace(/^["<]|[">;,]+$/g, "").slice(0, 400);

/** Text outside comments. */
function stripComments(text: string): string {
  let [depth, kept] = [0, ""];
  for (const letter of text) {
    if (letter === "(") depth += 1;
    else if (letter === ")" && depth > 0) depth -= 1;
    else if (depth === 0) kept += letter;
  }
  return kept;
}

const commentsOf = (text: string): string =>
  [...text.slice(0, 4_000).matchAll(/\(([^()]*)\)/g)].map(([, comment]) => comment?.trim()).join("; ");

/** One DKIM-Signature: who signed, and the selector under which the key is published (RFC 6376 3.5). */
export interface Signature {
  domain: string;
  selector: string;
  algorithm: string;
}

export function readSignatures(fields: readonly HeaderField[]): Signature[] {
  const signatures = fields.filter(({ name }) => name.toLowerCase() === "dkim-signature").slice(0, 30);
  return signatures.flatMap(({ value }) => {
    const tags = new Map(
      value.split(";").map((tag): [string, string] => {
        const at = tag.indexOf("=");
        return [tag.slice(0, at).trim().toLowerCase(), tag.slice(at + 1).replace(/\s+/g, "")];
      }),
    );
    const [domain = "", selector = ""] = [tags.get("d")?.toLowerCase(), tags.get("s")?.toLowerCase()];
    const isName = (text: string) => /^[a-z0-9_.-]{1,253}$/.test(text);
    return isName(domain) && isName(selector)
      ? [{ domain, selector, algorithm: (tags.get("a") ?? "").slice(0, 40) }]
      : [];
  });
}
