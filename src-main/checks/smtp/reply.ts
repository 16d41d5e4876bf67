/** One SMTP reply (RFC 5321 4.2). */
export interface SmtpReply {
  code: number;
  /** Text of each line, without the code. */
  lines: string[];
}

/** Reads the first complete reply of a text; null while the last line is missing; "foreign" when a line cannot be SMTP. */
export function parseReply(text: string): SmtpReply | "foreign" | null {
  const lines: string[] = [];
  let code: number | null = null;
  let rest = text;
  for (;;) {
    const end = rest.indexOf("\n");
    const line = (end < 0 ? rest : rest.slice(0, end)).replace(/\r$/, "");
    const [, digits, separator, words = ""] = /^(\d{3})([ -]?)(.*)$/s.exec(line) ?? [];
    if (end < 0) return lines.length === 0 && !couldBecomeReply(line) ? "foreign" : null;
    if (digits === undefined) return "foreign";
    code ??= Number(digits);
    lines.push(words);
    if (separator !== "-") return { code, lines };
    rest = rest.slice(end + 1);
  }
}

/** Whether the beginning of a line may still turn out to be a reply; other protocols are told by their first characters. */
const couldBecomeReply = (start: string): boolean => /^(?:\d{0,2}|\d{3}(?:[ -].*)?)$/s.test(start);

/** Extensions of an EHLO reply, by upper-case keyword (RFC 5321 4.1.1.1). */
export const readExtensions = ({ lines }: SmtpReply): string[] =>
  lines.slice(1).map((line) => line.trim().split(/[ =]/)[0]?.toUpperCase() ?? "");

/** Ways to log on that an EHLO reply offers, upper case (RFC 4954 3); "AUTH=" is how old servers write it. */
export const readMechanisms = ({ lines }: SmtpReply): string[] => [
  ...new Set(
    lines.slice(1).flatMap((line) => {
      const [, list] = /^AUTH[ =](.*)$/is.exec(line.trim()) ?? [];
      return list?.trim().toUpperCase().split(/\s+/) ?? [];
    }),
  ),
];

/** Whether a device between has overwritten the greeting with asterisks ("SMTP fixup" of firewalls). */
export const isMasked = (text: string): boolean => /\*{4,}/.test(text) && text.replace(/[\s*0-9]/g, "").length <= 4;

/** What the first digit says (RFC 5321 4.2.1): done or go on, come again, or no. */
export const isAccepted = ({ code }: SmtpReply): boolean => code >= 200 && code < 400;
export const isTemporary = ({ code }: SmtpReply): boolean => code >= 400 && code < 500;
export const isPermanent = ({ code }: SmtpReply): boolean => code >= 500;
