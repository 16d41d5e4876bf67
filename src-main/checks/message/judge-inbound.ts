import { isBelow } from "../answers.ts";
import { toPrintable } from "../bytes.ts";
import { finding } from "../judgement.ts";
import type { Finding } from "../types.ts";
import { judgeHandover } from "./judge-outbound.ts";
import type { MessagePlan } from "./plan.ts";
import { isVendors, type MessageView, readReceiverWord } from "./reading.ts";
import type { Hop } from "./received.ts";
import { nameHop } from "./transcript.ts";

const isOwnServer = (plan: MessagePlan, host: string | null): boolean =>
  host !== null && plan.ownServers.some((own) => isBelow(host, own));

/** The way in: outside, gateway, the customer's server; with no way round the gateway before it. */
export function judgeInboundPath(plan: MessagePlan, { path, handover }: MessageView): Finding[] {
  const subject = "Received path";
  if (!handover) return [judgeNoGateway(plan, path)];
  const findings = judgeHandover(plan, handover);
  const before = path.slice(0, handover.index).find(({ by }) => isOwnServer(plan, by));
  if (before)
    findings.push(
      finding(
        "warn",
        subject,
        `In the header ${quote(nameHop(before))} stands before the gateway: a server of the customer took the mail first.`,
        "Look in the MX records for a host of the customer, and for a server that sends its mail on to the gateway.",
      ),
    );
  if (!isOwnServer(plan, handover.hop.by))
    findings.push(
      finding(
        "warn",
        subject,
        `In the header the gateway handed the mail to ${quote(handover.hop.by)}, which is not among the customer's inbound hosts.`,
        "Compare it with the delivery route, and add the host to the inbound hosts of the Request for Information.",
      ),
    );
  return findings;
}

function judgeNoGateway(plan: MessagePlan, path: readonly Hop[]): Finding {
  const subject = "Received path";
  const last = path.at(-1);
  if (last && isVendors(plan, last.by))
    return finding(
      "not-measurable",
      subject,
      `The path in the header ends at ${quote(last.by)}, a host of the vendor: the customer's server is not in it.`,
      "Paste the header from the customer's mailbox, where the mail arrived.",
    );
  const taking = path.find(({ by }) => isOwnServer(plan, by)) ?? last;
  return finding(
    "fail",
    subject,
    `None of the ${path.length} Received lines in the header names a host of the vendor; ${taking ? quote(nameHop(taking)) : "nobody"} took the mail. By this header it came round the gateway.`,
    "Check the MX records of the domain and the caches that still hold the old ones, then send another test mail.",
  );
}

/** Microsoft 365 judges the gateway's address instead of the sender's unless it is told to look behind it (skip listing). */
export function judgeOriginalSender(plan: MessagePlan, view: MessageView): Finding[] {
  const { originalSender, handover } = view;
  const subject = "Original sender";
  if (!plan.writesOriginalSender || !handover) return judgeSpfBehindGateway(view);
  const todo = "Switch on Enhanced Filtering for the inbound connector, so that the sender's own address is judged.";
  if (originalSender === null)
    return [
      finding(
        "warn",
        subject,
        "The header holds no X-MS-Exchange-ExternalOriginalInternetSender, so it does not show that Microsoft 365 looks behind the gateway.",
        todo,
      ),
    ];
  if (originalSender === handover.hop.fromAddress)
    return [
      finding(
        "warn",
        subject,
        `In the header Microsoft 365 takes the gateway's address ${originalSender} for the original sender's.`,
        todo,
      ),
    ];
  return [
    finding(
      "pass",
      subject,
      `In the header Microsoft 365 takes ${originalSender} for the original sender, which is not the gateway's address.`,
    ),
  ];
}

/** A server behind the gateway that judges SPF itself sees the gateway's address and fails honest senders. */
function judgeSpfBehindGateway(view: MessageView): Finding[] {
  const word = readReceiverWord(view);
  const failed = word.of("spf").find(({ result }) => result === "fail" || result === "softfail");
  if (!failed || !view.handover) return [];
  return [
    finding(
      "warn",
      "Original sender",
      `In the header ${quote(word.server)} gives SPF “${quote(failed.result)}” to a mail that came from the gateway: it judges the gateway's address instead of the sender's.`,
      "Switch off the SPF check of that server for mail from the gateway, which has made it already.",
    ),
  ];
}

const quote = (text: string | null): string => toPrintable(text ?? "(no name)", 330);
