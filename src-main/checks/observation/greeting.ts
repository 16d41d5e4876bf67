const day = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}";
const month = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}";
const clock = "\\d{1,2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,9})?)?";
const zone = "(?: ?(?:[+-]\\d{2}:?\\d{2}|Z|UTC|GMT|[A-Z]{2,4}T)\\b)?(?: ?\\([A-Z]{1,5}\\))?";

/** Dates and times as servers write them: RFC 5322, ctime, ISO 8601, and a time alone. */
const moments: readonly RegExp[] = [
  new RegExp(`(?:${day},? )?\\d{1,2} ${month} \\d{2,4}(?: ${clock})?${zone}`, "g"),
  new RegExp(`(?:${day} )?${month} \\d{1,2},? (?:${clock} )?\\d{4}(?: ${clock})?${zone}`, "g"),
  new RegExp(`\\d{4}[-/]\\d{2}[-/]\\d{2}(?:[T ]${clock})?${zone}`, "g"),
  new RegExp(`\\b${clock}${zone}`, "g"),
];

/**
 * A greeting without what differs from one connection to the next: dates, ids, and the number of a machine in a farm (RFC 5321 4.2
 * lets a server write behind its name what it likes). A host's name otherwise stays, for it says which host answered.
 */
export function normaliseGreeting(greeting: string): string {
  const plain = greeting.slice(0, 1_000).replace(/\s+/g, " ");
  const timeless = moments.reduce((text, pattern) => text.replace(pattern, "…"), plain);
  const words = timeless.split(" ").map((word) => (isId(word) ? "…" : word.replace(farmMember, "…$1")));
  return words
    .filter((word, index) => !isFiller(word, words[index - 1]))
    .join(" ")
    .trim();
}

/** First label of a host with four digits or more, as in AM0EUR02FT003.mail.protection.outlook.com. */
const farmMember = /^(?=(?:[a-z-]*\d){4})[a-z0-9-]+(\.[a-z0-9.-]+\.[a-z]{2,})$/i;
const isHost = (word: string): boolean => /\.[a-z]{2,}$/i.test(word);
const countDigits = (word: string): number => word.replace(/\D/g, "").length;

/** A word of letters and many digits that is no host name and no version, with or without brackets. */
const isId = (word: string): boolean =>
  /^[[(<]?[\w.+/=:@-]{10,}[\])>]?[,;]?$/.test(word) && /[a-z]/i.test(word) && countDigits(word) >= 4 && !isHost(word);

/** Nothing but punctuation that an id or date left behind. */
const isFiller = (word: string, before: string | undefined): boolean =>
  before?.endsWith("…") === true && /^[…\s,;:()<>[\]-]*$/.test(word);
