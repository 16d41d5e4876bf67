import type { SmtpReply } from "./reply.ts";

/**
 * How greylisting servers word it. The vendor: "451 Internal resources are temporarily unavailable" with the reference DOC-1369#451;
 * Postgrey, SQLgrey, milter-greylist, Rspamd and OpenBSD's spamd by the word or by "4.7.1 ... later"; postscreen's after-220 tests
 * by "4.3.2 Service currently unavailable", which is over at the next connection.
 */
const wordings = [
  /gr[ae]y-?\s?list/i,
  /DOC-1369#451/i,
  /internal resources? (?:is |are )?temporarily unavailable/i,
  /^4\.7\.1\b.*\b(?:later|come back|try again)/is,
  /^4\.3\.2 service currently unavailable/i,
];

/** What the service says behind 451 for other reasons, with the same link to its page of replies; waiting changes none of them. */
const otherReasons =
  /open relay not allowed|account (?:in|out)bounds disabled|temporarily blacklisted|recipient temporarily unavailable|account service is temporarily unavailable|hostname is not authorized/i;

/** Longest wait that a server may ask for, milliseconds; beyond it a person comes back later. */
const longestWait = 361_000;

/** Whether a reply asks a stranger to come again, as greylisting does: temporary, and in the words of it. */
export function isGreylisting({ code, lines }: SmtpReply): boolean {
  const text = lines.join(" ");
  return code >= 400 && code < 500 && !otherReasons.test(text) && wordings.some((wording) => wording.test(text));
}

/**
 * Milliseconds to wait before the next try: the time the reply names, with a second on top, but not less than `least` and not more
 * than about six minutes.
 */
export function greylistWait({ lines }: SmtpReply, least: number): number {
  const text = lines.join(" ");
  const [, hours, minutes, seconds] = /\b(\d{1,2}):(\d\d):(\d\d)\b/.exec(text) ?? [];
  const [, amount, unit = ""] = /\b(\d{1,4})\s?(s|sec|secs|seconds?|m|min|mins|minutes?)\b/i.exec(text) ?? [];
  const named = hours
    ? Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)
    : Number(amount ?? 0) * (/^m/i.test(unit) ? 60 : 1);
  return named === 0 ? least : Math.min(Math.max(least, named * 1_000 + 1_000), Math.max(least, longestWait));
}
