import { replyOf } from "./reading.ts";
import type { SmtpTurn } from "./record.ts";
import type { SmtpReply } from "./reply.ts";

/** Sender and recipient as they stand between the angle brackets; the empty sender is the one of bounces (RFC 5321 4.5.5). */
export interface Envelope {
  from: string;
  to: string;
}

export const mailLine = ({ from }: Envelope): string => `MAIL FROM:<${from}>`;
export const rcptLine = ({ to }: Envelope): string => `RCPT TO:<${to}>`;

/** What a recorded conversation answered to an envelope. */
export interface EnvelopeAnswer {
  /** `sender` when MAIL was refused already, so that the recipient was never asked about. */
  refusedAt: "sender" | "recipient" | null;
  reply: SmtpReply;
}

/** Looks an envelope up in the turns of a conversation; null when it was not offered or not answered. */
export function readEnvelope(turns: readonly SmtpTurn[], envelope: Envelope): EnvelopeAnswer | null {
  const mails = turns.flatMap(({ phase, sent }, index) =>
    phase === "mail" && sent === mailLine(envelope) ? [index] : [],
  );
  const rcpt = mails.map((index) => turns[index + 1]).find((turn) => turn?.sent === rcptLine(envelope));
  const answer = replyOf(rcpt);
  if (answer) return { refusedAt: answer.code < 300 ? null : "recipient", reply: answer };
  const refusals = mails.map((index) => replyOf(turns[index])).filter((reply) => reply !== null && reply.code >= 300);
  const [refusal] = refusals;
  return refusal ? { refusedAt: "sender", reply: refusal } : null;
}
