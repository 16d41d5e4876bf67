/** What the letters of RFC 7208 7.2 stand for. `i` in parts with dots, the others as they are shown. */
export type MacroValues = Record<"s" | "l" | "o" | "d" | "i" | "p" | "v" | "h" | "c" | "r" | "t", string>;

const macro = /%(?:\{([a-z])(\d*)(r?)([.\-+,/_=]*)\}|([%_-]))/gi;
const escapes: Record<string, string> = { "%": "%", _: " ", "-": "%20" };

/** Expands the macros of a text that has passed the parser (RFC 7208 7.3). An upper-case letter asks for URL escapes. */
export const expandMacros = (text: string, values: MacroValues): string =>
  text.replace(
    macro,
    (whole, letter: string = "", digits: string, reversed: string, delimiters: string, sign: string) => {
      if (sign) return escapes[sign] ?? whole;
      const name = letter.toLowerCase() as keyof MacroValues;
      const value = transform(values[name] ?? "", digits, reversed !== "", delimiters);
      return letter === name ? value : escapeForUrl(value);
    },
  );

/** Splits at the delimiters, turns round, keeps the last so many parts, joins by dots. */
function transform(value: string, digits: string, isReversed: boolean, delimiters: string): string {
  if (digits === "" && !isReversed && delimiters === "") return value;
  const at = delimiters === "" ? "." : delimiters;
  const parts: string[] = [""];
  for (const character of value) {
    if (at.includes(character)) parts.push("");
    else parts[parts.length - 1] += character;
  }
  if (isReversed) parts.reverse();
  return parts.slice(digits === "" ? 0 : -Number(digits)).join(".");
}

/** Everything but the unreserved set of RFC 3986 2.3; halves of a character, which no encoding has, as U+FFFD. */
const escapeForUrl = (value: string): string =>
  value.replace(/[^A-Za-z0-9\-._~]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 128) return `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
    return encodeURIComponent(code >= 0xd800 && code <= 0xdfff ? "\ufffd" : character);
  });

/** Labels are taken off the left until the name fits in 253 characters (RFC 7208 7.3). */
export function fitDomain(name: string): string {
  let fitting = name.replace(/\.$/, "");
  while (fitting.length > 253 && fitting.includes(".")) fitting = fitting.slice(fitting.indexOf(".") + 1);
  return fitting;
}

/** Whether expanding needs the validated name of the sender's address, which costs questions. */
export const needsValidatedName = (text: string): boolean => /%\{p/i.test(text);
