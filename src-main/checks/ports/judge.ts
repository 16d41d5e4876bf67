import { conclude, finding, listInWords } from "../judgement.ts";
import { quoteReply, readNoAddress, readTellingViews, type SmtpView, transcribeSmtp } from "../smtp/reading.ts";
import type { SmtpRecord } from "../smtp/record.ts";
import type { Finding, Judgement } from "../types.ts";
import type { LockdownPlan } from "./plan.ts";
import type { LockdownRecord } from "./record.ts";

/**
 * After the firewall lockdown a connection from here must fail. Silence proves that only while a reference host answers on the same
 * port: a network that lets no SMTP out makes every host look locked.
 */
export function judgeLockdown(plan: LockdownPlan, { targets, references }: LockdownRecord): Judgement {
  const answering = references.hosts.flatMap(readTellingViews).filter(({ reach }) => reach === "greeted");
  const reference = answering[0]?.subject ?? null;
  const findings = targets.hosts.flatMap((host) => {
    const views = readTellingViews(host);
    if (views.length === 0) return [judgeNoAddress(targets, host.host)];
    return views.map((view) => judgeView(plan, view, reference));
  });
  const passed = `From this place ${listInWords(targets.hosts.map(({ host, port }) => `${host}:${port}`))} cannot be reached by SMTP, while ${reference ?? "the reference"} answers. Other places are not tested.`;
  const transcript = `Reference\n${transcribeSmtp(references)}\n\nHosts to be locked\n${transcribeSmtp(targets)}`;
  return conclude(findings, passed, transcript);
}

function judgeNoAddress(record: SmtpRecord, host: string): Finding {
  const { text } = readNoAddress(record, host);
  return finding(
    "not-measurable",
    host,
    `The address of the host could not be found out, so nothing was tried: ${text}.`,
    "Correct the host name, or name it by its public address.",
  );
}

function judgeView(plan: LockdownPlan, view: SmtpView, reference: string | null): Finding {
  const { subject, reach, greeting, failure } = view;
  if (greeting && greeting.code < 500) return judgeAnswered(plan, view);
  if (reach === "connected" && !greeting)
    return finding(
      "warn",
      subject,
      `The port is open from here, but no greeting came: ${failure}.`,
      "Have the firewall drop or refuse the connection itself, instead of a device behind it.",
    );
  if (reference === null)
    return finding(
      "not-measurable",
      subject,
      "No connection, but no reference host answered either: this network seems to let no SMTP out, so the lockdown can be neither seen nor denied from here.",
      "Run the check again from a network that lets SMTP out and is not the customer's, such as a tethered telephone or a server elsewhere.",
    );
  if (greeting)
    return finding(
      "pass",
      subject,
      `The host refuses this address with “${quoteReply(greeting)}”; ${reference} answered from the same place.`,
    );
  return finding(
    "pass",
    subject,
    `No SMTP connection from this place (${failure}); ${reference} answered from the same place.`,
  );
}

function judgeAnswered(plan: LockdownPlan, { subject, greeting }: SmtpView): Finding {
  const quote = greeting ? quoteReply(greeting) : "";
  if (plan.isHosted)
    return finding(
      "not-measurable",
      subject,
      `The provider's host answers “${quote}”. Such hosts leave the port open to any sender; their connector refuses during the message, which this probe does not send.`,
      "Send a test message straight to this host from outside, and keep the refusal as evidence.",
    );
  if (greeting && greeting.code >= 400)
    return finding(
      "warn",
      subject,
      `The host can be reached from here and puts off with “${quote}”; it may accept later.`,
      "Have the firewall admit the vendor's addresses only.",
    );
  return finding(
    "fail",
    subject,
    `The host can be reached from here and greets with “${quote}”: mail can go round the vendor.`,
    "Have the firewall admit the vendor's addresses only. If this computer is inside the customer's network, run the check again from outside.",
  );
}
