import { toPrintable } from "../bytes.ts";
import { finding, listInWords } from "../judgement.ts";
import type { Finding, Verdict } from "../types.ts";
import type { AuthenticationResult } from "./authentication.ts";
import type { MessagePlan } from "./plan.ts";
import {
  type Handover,
  isAligned,
  isVendors,
  type MessageView,
  type ReceiverWord,
  readReceiverWord,
} from "./reading.ts";
import { nameHop } from "./transcript.ts";

/** The way out: customer, gateway of the right region, outside mailbox; and what the outside server says of the sender. */
export function judgeOutbound(plan: MessagePlan, view: MessageView): Finding[] {
  const { handover } = view;
  if (!handover) return [judgeNoHandover(plan, view)];
  return [...judgeHandover(plan, handover), ...judgeResults(view, handover)];
}

/** Where the header does not show the gateway handing the mail over. */
function judgeNoHandover(plan: MessagePlan, { path }: MessageView): Finding {
  const last = path.at(-1);
  const subject = "Received path";
  if (last && isVendors(plan, last.by))
    return finding(
      "not-measurable",
      subject,
      `The path in the header ends at ${quote(last.by)}, a host of the vendor: what came after is not in it.`,
      "Paste the header from the mailbox outside, where the mail arrived.",
    );
  return finding(
    "fail",
    subject,
    `None of the ${path.length} Received lines in the header names a host of the vendor; the last one says ${last ? quote(nameHop(last)) : "nothing"}. By this header the mail went round the gateway.`,
    "Check that the server or connector sends through the smart hosts, then send another test mail.",
  );
}

/** Path and region; shared by both directions. */
export function judgeHandover(plan: MessagePlan, { host, hop, region }: Handover): Finding[] {
  const subject = "Gateway region";
  const findings = [
    finding("pass", "Received path", `In the header ${quote(nameHop(hop))} is the hop from the gateway.`),
  ];
  if (hop.fromReverse !== null && isVendors(plan, hop.from) && !isVendors(plan, hop.fromReverse))
    findings.push(
      finding(
        "warn",
        "Received path",
        `The server that called itself ${quote(hop.from)} is named ${quote(hop.fromReverse)} by the receiving server's own look-up.`,
        "Compare the address in that Received line with the vendor's networks.",
      ),
    );
  if (region === "known")
    return [
      ...findings,
      finding("pass", subject, `In the header the gateway ${quote(host)} is named like the region's hosts.`),
    ];
  if (region === "other")
    return [
      ...findings,
      finding(
        "fail",
        subject,
        `The header names ${quote(host)}, a host of another region than this account's (${listInWords(plan.regionHosts.slice(0, 3))}).`,
        "Use the hosts that the Administration Console of this account shows; another region does not know the domain.",
      ),
    ];
  const text =
    region === "unclear"
      ? `The header names ${quote(host)}. Hosts of US-B are known to call themselves so, hosts of US-A too: the name does not tell the region.`
      : `The header names ${quote(host)}, which does not tell the region${plan.regionHosts.length === 0 ? ", and no host of the region is confirmed" : ""}.`;
  return [...findings, finding("warn", subject, text, "Compare the host with the Administration Console.")];
}

function judgeResults(view: MessageView, handover: Handover): Finding[] {
  const word = readReceiverWord(view);
  if (!word.isThere)
    return [
      finding(
        "not-measurable",
        "SPF, DKIM and DMARC",
        `The header holds no result of ${quote(handover.hop.by)}, which took the mail from the gateway: that server does not write one, or it was left out in copying.`,
        "Send another test mail to a mailbox whose provider writes Authentication-Results, such as Gmail or Outlook.com.",
      ),
    ];
  return [judgeSpf(word, handover), judgeDkim(word, view), judgeDmarc(word)];
}

const missing = (subject: string, { server }: ReceiverWord): Finding =>
  finding(
    "warn",
    subject,
    `The results of ${quote(server)} in the header do not mention ${subject}.`,
    "Send another test mail to a mailbox whose provider writes all three results.",
  );

function judgeSpf(word: ReceiverWord, { host, hop }: Handover): Finding {
  const subject = "SPF";
  const [spf] = word.of("spf");
  if (!spf) return missing(subject, word);
  const server = quote(word.server);
  const identity = spf.properties.get("smtp.mailfrom") ?? spf.properties.get("envelope-from") ?? "";
  const about = identity === "" ? "" : ` for ${quote(identity)}`;
  if (spf.result !== "pass")
    return finding(
      isRefusal(spf) ? "fail" : "warn",
      subject,
      `In the header ${server} gives SPF “${quote(spf.result)}”${about}.`,
      "Add the region's include to the SPF record of that domain, and run the check “SPF record”.",
    );
  const judged = spf.properties.get("client-ip") ?? /\b(\d{1,3}(?:\.\d{1,3}){3})\b/.exec(spf.comment)?.[1] ?? null;
  if (judged !== null && hop.fromAddress !== null && judged !== hop.fromAddress)
    return finding(
      "warn",
      subject,
      `In the header ${server} gives SPF “pass”${about}, but for the address ${quote(judged)}, not for the gateway's ${hop.fromAddress}.`,
      "Look whether another server stands between the gateway and that mailbox.",
    );
  return finding(
    "pass",
    subject,
    `In the header ${server} gives SPF “pass”${about}, with the mail coming from ${quote(host)}.`,
  );
}

function judgeDkim(word: ReceiverWord, { fromDomain }: MessageView): Finding {
  const subject = "DKIM";
  const results = word.of("dkim");
  if (results.length === 0) return missing(subject, word);
  const server = quote(word.server);
  const passed = results.filter(({ result }) => result === "pass").map(signerOf);
  const aligned = passed.find((domain) => isAligned(domain, fromDomain ?? ""));
  if (aligned)
    return finding(
      "pass",
      subject,
      `In the header ${server} gives DKIM “pass” for ${quote(aligned)}, which fits the From address.`,
    );
  if (passed.length > 0)
    return finding(
      "warn",
      subject,
      `In the header ${server} gives DKIM “pass” for ${quote(listInWords(passed.map((one) => one || "no named domain")))} only, which does not fit the From domain ${quote(fromDomain)}.`,
      "Switch on signing for the customer's domain, in the Administration Console or on the mail platform.",
    );
  const words = [...new Set(results.map(({ result }) => result))];
  return finding(
    words.some((result) => result === "fail") ? "fail" : "warn",
    subject,
    `In the header ${server} gives DKIM “${quote(words.join(", "))}”.`,
    words.some((result) => result === "fail")
      ? "Look for a step behind the signature that changes messages, such as a disclaimer, and run the check “DKIM keys”."
      : "Switch on signing for the customer's domain, in the Administration Console or on the mail platform.",
  );
}

const signerOf = ({ properties }: AuthenticationResult): string =>
  properties.get("header.d") ?? properties.get("header.i")?.split("@").at(-1) ?? "";

function judgeDmarc(word: ReceiverWord): Finding {
  const subject = "DMARC";
  const [dmarc] = word.of("dmarc");
  if (!dmarc) return missing(subject, word);
  const text = `In the header ${quote(word.server)} gives DMARC “${quote(dmarc.result)}”.`;
  if (dmarc.result === "pass") return finding("pass", subject, text);
  const verdict: Verdict = dmarc.result === "fail" ? "fail" : "warn";
  return finding(
    verdict,
    subject,
    text,
    verdict === "fail"
      ? "Bring SPF or DKIM in line with the From address, as the other findings say."
      : "Publish a DMARC record for the domain, and run the check “DMARC record”.",
  );
}

const isRefusal = ({ result }: AuthenticationResult): boolean =>
  result === "fail" || result === "softfail" || result === "permerror";

const quote = (text: string | null): string => toPrintable(text ?? "(no name)", 330);
