import { isPermanent, isTemporary, type SmtpReply } from "./reply.ts";

/** What an answer to RCPT is about: the recipient, or everything else for which servers refuse. */
export type RecipientAnswer = "accepted" | "put-off" | "unknown" | "other-refusal";

/** Refusals that are about the client, the sender or the route; enhanced codes of RFC 3463 and what servers write. */
const otherwise =
  /\b5\.7\.\d|relay|\bspf\b|dmarc|black\s?list|block\s?list|blocked|reputation|dnsbl|spamhaus|policy|client host|\b(?:helo|ehlo|ptr)\b|reverse dns|sender/i;
const aboutRecipient =
  /\b5\.1\.(?:0|1|2|3|6|10)\b|\b5\.2\.1\b|\b5\.4\.1\b|unknown|invalid recipient|no such|not exist|recipient|mailbox|\buser\b|address/i;

export function readRecipientAnswer(reply: SmtpReply): RecipientAnswer {
  if (isTemporary(reply)) return "put-off";
  if (!isPermanent(reply)) return reply.code < 300 ? "accepted" : "other-refusal";
  const text = reply.lines.join(" ");
  const isUnknown = /\b5\.1\.(?:1|10)\b|invalid recipient|user unknown|unknown user/i.test(text);
  if (isUnknown) return "unknown";
  return !otherwise.test(text) && (aboutRecipient.test(text) || text.trim() === "") ? "unknown" : "other-refusal";
}

/**
 * Replies of the service, from the vendor's own error page; the bracketed reference and the link (…DOC-1369#451) behind them name the
 * page only, so the text decides.
 */
const meanings: readonly [RegExp, string, string][] = [
  [
    /internal resources? (?:is |are )?temporarily unavailable/i,
    "the service greylists this computer, or its address has a poor reputation",
    "Run the check again later from the same network; mail servers that try again are let in after a minute.",
  ],
  [
    /open relay not allowed/i,
    "the account does not know the domain",
    "Enter the domain in the account as an internal domain, and wait some minutes.",
  ],
  [
    /account inbounds disabled/i,
    "inbound mail is switched off on the account",
    "Ask the vendor to switch inbound mail on.",
  ],
  [
    /recipient temporarily unavailable/i,
    "the server that call forward asks does not answer",
    "Repair the delivery route that call forward uses, or validate recipients by the directory.",
  ],
  [
    /ip temporarily blacklisted|account service is temporarily unavailable/i,
    "too many connections came from this address",
    "Wait five minutes, then run the check again.",
  ],
  [
    /poor reputation|ip reputation|csi\.mimecast\.org/i,
    "the address of this network is known for bad mail",
    "Run the check again from another network.",
  ],
];

/** What a reply of the service means, and what to do; null for replies it does not give. */
export function explainServiceReply({ lines }: SmtpReply): { meaning: string; todo: string } | null {
  const text = lines.join(" ");
  const [, meaning, todo] = meanings.find(([pattern]) => pattern.test(text)) ?? [];
  return meaning !== undefined && todo !== undefined ? { meaning, todo } : null;
}
