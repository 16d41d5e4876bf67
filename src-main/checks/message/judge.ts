import { isBelow } from "../answers.ts";
import { toPrintable } from "../bytes.ts";
import { conclude, finding, listInWords } from "../judgement.ts";
import type { Finding, Judgement } from "../types.ts";
import { judgeInboundPath, judgeOriginalSender } from "./judge-inbound.ts";
import { judgeOutbound } from "./judge-outbound.ts";
import type { MessagePlan } from "./plan.ts";
import { type MessageView, readMessage } from "./reading.ts";
import type { MessageRecord } from "./record.ts";
import { describeSource, transcribeMessage } from "./transcript.ts";

/**
 * What the header of a test mail says of its path. Every line of a header is its writer's claim: a verdict repeats what is written there
 * and never says that mail was delivered.
 */
export function judgeMessage(plan: MessagePlan, record: MessageRecord): Judgement {
  const view = readMessage(plan, record.header);
  const transcript = transcribeMessage(record, view);
  const direction = directionOf(plan, view);
  const findings = "finding" in direction ? [direction.finding] : judgeDirection(plan, view, direction.direction);
  if (record.isCut)
    findings.push(
      finding(
        "not-measurable",
        "Header",
        "The header is longer than is kept, so the oldest part of the path is not in it.",
        "Paste the header of a mail with fewer fields.",
      ),
    );
  return conclude(findings, passedSentence(plan, view, record), transcript);
}

function passedSentence(plan: MessagePlan, { handover, fromDomain }: MessageView, record: MessageRecord): string {
  const isOwn = isCustomers(plan, fromDomain);
  const way = isOwn ? "left" : "came in";
  const rest = isOwn ? ", and the receiving server names SPF, DKIM and DMARC as passed" : "";
  return `In the header the mail ${way} through ${toPrintable(handover?.host ?? "the gateway", 260)}${rest}. ${describeSource(record)} These are claims in a header; the program did not see the mail itself.`;
}

function judgeDirection(plan: MessagePlan, view: MessageView, direction: "outbound" | "inbound"): Finding[] {
  if (view.path.length === 0)
    return [
      finding(
        "not-measurable",
        "Received path",
        "The header holds no Received line, so it shows no path: such is the header of a mail in the sender's own folder.",
        "Open the mail where it arrived, and paste its whole header.",
      ),
    ];
  if (direction === "outbound") return [...judgeOutbound(plan, view), ...nameSelectors(plan, view)];
  return [...judgeInboundPath(plan, view), ...judgeOriginalSender(plan, view)];
}

const isCustomers = ({ domains }: MessagePlan, domain: string | null): boolean =>
  domain !== null && domains.some((own) => isBelow(domain, own));

function directionOf(
  plan: MessagePlan,
  view: MessageView,
): { direction: "outbound" | "inbound" } | { finding: Finding } {
  const { fields, from, fromDomain } = view;
  const subject = "Sender";
  if (fields.length === 0)
    return {
      finding: finding(
        "not-measurable",
        "Header",
        "The text holds no header field.",
        "Paste the whole header: Outlook shows it under Properties, Gmail under Show original.",
      ),
    };
  if (fromDomain === null)
    return {
      finding: finding(
        "not-measurable",
        subject,
        "The header holds no From address, so it does not tell whose mail this is.",
        "Paste the whole header.",
      ),
    };
  const isOwn = isCustomers(plan, fromDomain);
  const sender = toPrintable(from ?? "", 330);
  if (plan.expects === "outbound" && !isOwn)
    return {
      finding: finding(
        "not-measurable",
        subject,
        `The header is of a mail from ${sender}, which is not of ${listInWords(plan.domains.slice(0, 5))}: it says nothing about the way out.`,
        "Send a mail from one of the customer's mailboxes to a mailbox outside, and paste the header from there.",
      ),
    };
  if (plan.expects === "inbound" && isOwn)
    return {
      finding: finding(
        "not-measurable",
        subject,
        `The header is of a mail from ${sender}, one of the customer's own domains: it says nothing about the way in from outside.`,
        "Send a mail from a mailbox outside to one of the customer's mailboxes, and paste the header from there.",
      ),
    };
  return { direction: isOwn ? "outbound" : "inbound" };
}

/** Selectors in the customer's name: the RFI and the check of the keys want them. */
function nameSelectors(plan: MessagePlan, { signatures }: MessageView): Finding[] {
  const own = signatures.filter(({ domain }) => isCustomers(plan, domain)).slice(0, 10);
  if (own.length === 0) return [];
  const toNames = (some: typeof own) => {
    const names = some.map(({ domain, selector }) => `“${selector}” for ${domain}`);
    return toPrintable(listInWords([...new Set(names)]), 900);
  };
  const unknown = own.filter(({ domain, selector }) => !plan.selectors.includes(`${selector} ${domain}`));
  return [
    finding(
      "pass",
      "DKIM selectors",
      `Signatures in the header name the selector ${toNames(own)}; whether the key is published is not in it.`,
      unknown.length === 0
        ? ""
        : `Enter ${toNames(unknown)} in the domains of the Request for Information, and run the check “DKIM keys”.`,
    ),
  ];
}
