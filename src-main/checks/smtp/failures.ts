import { finding } from "../judgement.ts";
import type { Finding } from "../types.ts";
import { quoteReply, readNoAddress, type SmtpView, smtpFailureInWords } from "./reading.ts";
import type { SmtpRecord } from "./record.ts";
import type { SmtpReply } from "./reply.ts";

/** A host without an address: its own fault, or the silence of the resolver. */
export function judgeNoAddress(record: Pick<SmtpRecord, "exchanges">, host: string): Finding {
  const { isSilent, text } = readNoAddress(record, host);
  if (isSilent)
    return finding(
      "not-measurable",
      host,
      `The address of the host could not be found out: ${text}.`,
      "Check this machine's network, or name another resolver in the settings, and run the check again.",
    );
  return finding("fail", host, `The host name has no address: ${text}.`, "Correct the host name.");
}

/** A host that was to be asked something and did not get as far as EHLO: never proof of anything. `meaning` says of what. */
export function judgeUnreached(view: SmtpView, meaning: string): Finding {
  const { subject, port, greeting, reach } = view;
  const what = greeting
    ? `The host refused this address with “${quoteReply(greeting)}”.`
    : `${reach === "connected" ? "The connection was made, but no greeting came" : "No connection from this place"}: ${view.failure}.`;
  return finding(
    "not-measurable",
    subject,
    `${what} ${meaning}`,
    `Run the check again from a network that lets TCP ${port} out and that the host lets in.`,
  );
}

/** A host with nothing wrong: how it greeted and how it encrypts. */
export const judgeSound = ({ subject, greetingSeconds, tls }: SmtpView, greeting: SmtpReply): Finding =>
  finding(
    "pass",
    subject,
    `Greeted after ${greetingSeconds.toFixed(1)} s with “${quoteReply(greeting)}”; ${tls?.protocol ?? ""}, certificate trusted.`,
  );

/** 4yz asks to come again, 5yz refuses this address (RFC 5321 3.1 and 4.2.1). */
export function judgeRefusal(view: SmtpView): Finding {
  const { subject, greeting } = view;
  const quote = greeting ? quoteReply(greeting) : "";
  if (greeting && greeting.code >= 400 && greeting.code < 500)
    return finding(
      "warn",
      subject,
      `The host is there but put this address off with “${quote}”.`,
      "Wait some minutes and run the check again; if it stays, this network's address is known for bad mail or opens too many connections.",
    );
  return finding(
    "fail",
    subject,
    `The host is there but refused this address with “${quote}”.`,
    "Run the check again from the network of the mail server; if the refusal stays, ask the host's operator about that address.",
  );
}

/** Why there is no TLS, in one sentence. */
export function describeMissingTls({ hello, extensions, startTls, tlsFailure }: SmtpView): string {
  if (tlsFailure !== null) return `STARTTLS was accepted, but the handshake failed: ${smtpFailureInWords(tlsFailure)}.`;
  if (startTls) return `STARTTLS was offered, then refused with “${quoteReply(startTls)}”.`;
  if (!hello) return "EHLO was not answered.";
  if (hello.code !== 250) return `EHLO was refused with “${quoteReply(hello)}”, so STARTTLS is not offered.`;
  if (extensions.includes("STARTTLS")) return "STARTTLS was offered, then not answered.";
  const masked = extensions.some((keyword) => /^X{4,}/.test(keyword))
    ? " (a line is overwritten with X, as firewalls do)"
    : "";
  return `EHLO was answered without STARTTLS${masked}.`;
}
