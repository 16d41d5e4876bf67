import { conclude, countInWords, finding, listInWords } from "../judgement.ts";
import { addressOfEndpoint, isInNetworks, isPrivateAddress } from "../networks.ts";
import { type EnvelopeAnswer, readEnvelope } from "../smtp/envelope.ts";
import { judgeUnreached } from "../smtp/failures.ts";
import { quoteReply, readNoAddress, readTellingViews, type SmtpView, transcribeSmtp } from "../smtp/reading.ts";
import type { SmtpRecord } from "../smtp/record.ts";
import { isPermanent, isTemporary, type SmtpReply } from "../smtp/reply.ts";
import type { Finding, Judgement } from "../types.ts";
import type { OpenRelayPlan, RelayForm } from "./plan.ts";

interface Answered {
  form: RelayForm;
  answer: EnvelopeAnswer;
}

/** Whether the customer's hosts take mail from a stranger for a stranger (RFC 5321 7.4 and 3.9.2 leave relaying to the host's policy). */
export function judgeOpenRelay(plan: OpenRelayPlan, record: SmtpRecord): Judgement {
  const findings = record.hosts.flatMap((host) => {
    const views = readTellingViews(host);
    if (views.length === 0)
      return [
        finding(
          "not-measurable",
          host.host,
          `Nothing was tried, because the host has no address: ${readNoAddress(record, host.host).text}.`,
          "Correct the host name.",
        ),
      ];
    return views.map((view) => judgeView(plan, view));
  });
  const passed = `From here ${countInWords(record.hosts.length, "inbound host")} refused to relay for a foreign recipient. Other recipients were not asked for, and no mail was sent.`;
  return conclude(findings, passed, transcribeSmtp(record));
}

function judgeView(plan: OpenRelayPlan, view: SmtpView): Finding {
  const { subject, greeting } = view;
  if (greeting?.code !== 220) return judgeUnreached(view, "Whether it relays is not shown.");
  const answered = plan.forms.flatMap((form): Answered[] => {
    const answer = readEnvelope(view.turns, form);
    return answer ? [{ form, answer }] : [];
  });
  const accepted = answered.filter(({ answer }) => answer.refusedAt === null);
  const relayed = accepted.filter(({ form }) => !form.isHidden || isControlRefused(plan, view));
  if (relayed[0]) return judgeRelayed(plan, view, relayed);
  const refused = answered.find(({ answer }) => answer.refusedAt === "recipient" && isPermanent(answer.reply));
  const deferred = answered.find(({ answer }) => isTemporary(answer.reply));
  if (deferred)
    return finding(
      "warn",
      subject,
      `The host put the request off with “${quoteReply(deferred.answer.reply)}”, for ${deferred.form.title}; it is not proven that it refuses to relay.`,
      "Run the check again later; if it stays, let the server refuse foreign recipients at once, with 550.",
    );
  if (!refused) return judgeNothingAsked(view, answered[0]?.answer.reply ?? null);
  const local =
    accepted.length > 0 ? " It takes any recipient of the own domain, so the hidden forms show nothing." : "";
  return finding("pass", subject, `Refused ${refused.form.title} with “${quoteReply(refused.answer.reply)}”.${local}`);
}

/** A hidden form counts only when the host knows its own recipients: then taking the form means that it looked behind it. */
function isControlRefused({ control }: OpenRelayPlan, { turns }: SmtpView): boolean {
  const answer = readEnvelope(turns, control);
  return answer?.refusedAt === "recipient" && isPermanent(answer.reply);
}

function judgeRelayed(plan: OpenRelayPlan, view: SmtpView, relayed: Answered[]): Finding {
  const forms = listInWords(relayed.map(({ form }) => form.title));
  const quote = quoteReply(relayed[0]?.answer.reply as SmtpReply);
  const place = findPlace(plan, view);
  if (place === "outside")
    return finding(
      "fail",
      view.subject,
      `The host took ${forms} with “${quote}”, from an address outside the customer's networks: it is an open relay.`,
      "Let the server relay for its own networks and for users who log on only, and look for mail that strangers have sent already.",
    );
  const where =
    place === "inside"
      ? "This computer is inside the customer's network, where a server may relay for clients"
      : "This computer has a private address, so it may be inside the customer's network, where a server may relay for clients";
  return finding(
    "warn",
    view.subject,
    `The host took ${forms} with “${quote}”. ${where}; strangers may be refused.`,
    "Run the check again from outside, such as over a telephone. If it is taken there too, the server is an open relay.",
  );
}

/**
 * Where the server sees this computer. Many servers name the client's address in the answer to EHLO; that one counts most, because
 * the own address is often translated on the way.
 */
function findPlace({ ownNetworks }: OpenRelayPlan, view: SmtpView): "inside" | "outside" | "unknown" {
  const own = addressOfEndpoint(view.local ?? "");
  const [, told = ""] = /\[?((?:\d{1,3}\.){3}\d{1,3})\]?/.exec(view.hello?.lines[0] ?? "") ?? [];
  const seen = told === view.address || told === "" ? own : told;
  if (isPrivateAddress(view.address) || isInNetworks(seen, ownNetworks) || isInNetworks(own, ownNetworks))
    return "inside";
  if (seen !== own && isPrivateAddress(seen)) return "inside";
  return isPrivateAddress(seen) || seen === "" ? "unknown" : "outside";
}

function judgeNothingAsked({ subject, hello }: SmtpView, reply: SmtpReply | null): Finding {
  const why = reply
    ? `the host refused every sender with “${quoteReply(reply)}”`
    : `the conversation ended before a recipient was named${hello ? ` (EHLO: “${quoteReply(hello)}”)` : ""}`;
  return finding(
    "not-measurable",
    subject,
    `Whether the host relays was not shown: ${why}.`,
    "Set the name given in EHLO to a name of this computer that exists in DNS, and run the check again.",
  );
}
