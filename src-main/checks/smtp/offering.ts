import { type Envelope, mailLine, rcptLine } from "./envelope.ts";
import type { SmtpReply } from "./reply.ts";
import type { SmtpTalk } from "./session.ts";

/** Offers an envelope and takes it back by RSET, so that nothing is ever sent. The answer that counts, or null without one. */
export async function offerEnvelope(talk: SmtpTalk, envelope: Envelope): Promise<SmtpReply | null> {
  const mail = await talk.say("mail", mailLine(envelope));
  const answer = mail && mail.code < 300 ? await talk.say("rcpt", rcptLine(envelope)) : mail;
  await talk.say("rset", "RSET");
  return answer;
}
