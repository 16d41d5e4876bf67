import type { RegionId } from "../contract/names.ts";
import type { ExplainedReply, Grid, Lasting } from "../contract/replies.ts";
import type { Playbook } from "./playbook.ts";
import { regionOfReference, regionTitle } from "./regions.ts";
import { type FoundReply, findReplies, readReference } from "./reply-text.ts";

type Row = Playbook["replies"]["replies"][number];
type Meaning = Pick<ExplainedReply, "known" | "meaning" | "who" | "steps" | "confidence" | "source">;

/**
 * What the service's table says of an SMTP reply, given the reply or a line of a log that quotes it: the code must stand in it as a word and one
 * of the texts behind it, without case; the address and the bracketed reference at the end do not matter. Null for replies nobody has described.
 */
export function findReplyRow(playbook: Playbook, reply: string): Row | null {
  const plain = reply.toLowerCase().replace(/[–—]/g, "-").replace(/\s+/g, " ");
  const found = playbook.replies.replies.find(({ code, text }) =>
    code.some((number) => {
      const at = plain.search(new RegExp(`\\b${number}\\b`));
      return at >= 0 && text.some((part) => plain.indexOf(part.toLowerCase(), at) >= 0);
    }),
  );
  return found ?? null;
}

/**
 * Explains every reply in a text: a reply, lines of a log, a delivery status or the text of a bounce.
 * @param region the engagement's, so that a reply of another grid is called out; null without an engagement.
 */
export function explainReplies(playbook: Playbook, text: string, region: RegionId | null): ExplainedReply[] {
  const found = findReplies(text);
  const whole = { text, code: null, enhanced: null, host: null, recipient: null, action: null };
  // A quotation of a known text in words that no log uses is still known.
  const replies = found.length === 0 && text.length < 4_000 && findReplyRow(playbook, text) ? [whole] : found;
  const only = replies.length === 1 ? text.slice(0, 20_000) : "";
  return replies.map((reply) => explainOne(playbook, reply, region, only));
}

function explainOne(playbook: Playbook, reply: FoundReply, region: RegionId | null, only: string): ExplainedReply {
  const row = findReplyRow(playbook, reply.text);
  const code = reply.code ?? (row ? (row.code.find((number) => reply.text.includes(String(number))) ?? null) : null);
  const known = { ...reply, code };
  const lasting = lastingOf(known);
  return {
    quoted: reply.text.slice(0, 1_000),
    code,
    enhanced: reply.enhanced,
    host: reply.host,
    recipient: reply.recipient,
    lasting,
    outlook: outlookOf(lasting, reply.action),
    ...(row ? meaningOfRow(playbook, row) : meaningInGeneral(playbook, known)),
    grid: gridOf(playbook, readReference(reply.text) ?? readReference(only), region),
  };
}

function meaningOfRow(playbook: Playbook, { meaning, who, steps, confidence }: Row): Meaning {
  const { source, asOf } = playbook.replies;
  return { known: "vendor", meaning, who, steps, confidence, source: `${source} (${asOf})` };
}

/** By enhanced code, by its subject, then by the basic code: what the standards say, whoever sent the reply. */
function meaningInGeneral(playbook: Playbook, { code, enhanced }: FoundReply): Meaning {
  const { generic } = playbook.replies;
  const [, subject = "", detail = ""] = enhanced?.split(".") ?? [];
  const found =
    generic.enhanced.find(({ status }) => status === `${subject}.${detail}`) ??
    generic.basic.find((row) => row.code === code) ??
    generic.enhanced.find(({ status }) => status === subject);
  if (!found)
    return {
      known: "none",
      meaning: "Neither the service's table nor the standards' say what this reply means.",
      who: "Whoever runs the server that gave it",
      steps: [],
      confidence: null,
      source: "",
    };
  const { meaning, who } = found;
  return { known: "generic", meaning, who, steps: [], confidence: "O", source: `${generic.source} (${generic.asOf})` };
}

/** RFC 5321 4.2.1: the first digit of the reply code says it; where only an enhanced code is there, its class does. */
function lastingOf({ code, enhanced }: FoundReply): Lasting {
  const first = code === null ? (enhanced?.[0] ?? "") : String(code)[0];
  if (first === "4") return "temporary";
  if (first === "5") return "permanent";
  return first === "2" || first === "3" ? "accepted" : "unknown";
}

/** RFC 5321 4.5.4.1: a sender tries again for four to five days, at intervals of half an hour or more. */
function outlookOf(lasting: Lasting, action: string | null): string {
  if (lasting === "temporary" && action === "failed")
    return "It was temporary, but the sending server tried until its time was over and gave up: the mail must be sent again.";
  const words: Record<Lasting, string> = {
    temporary:
      "Temporary (4xx): the sending server keeps the mail and tries again by itself, mostly for some days. People see delay and no bounce.",
    permanent:
      "Permanent (5xx): the sending server gives up and sends a bounce. The mail must be sent again after the cause is removed.",
    accepted: "No refusal: the server went on with the dialogue.",
    unknown: "The text does not tell whether the sending server tries again.",
  };
  return words[lasting];
}

function gridOf(playbook: Playbook, found: ReturnType<typeof readReference>, expected: RegionId | null): Grid | null {
  if (!found) return null;
  const { reference, grid } = found;
  const region = regionOfReference(playbook, grid);
  if (!region)
    return {
      reference,
      region: null,
      title: null,
      isOther: false,
      sentence: `The reference [${reference}] names a grid “${grid}” that the region table does not know.`,
    };
  const title = regionTitle(playbook, region);
  const isOther = expected !== null && expected !== "CUSTOM" && expected !== region;
  const sentence = isOther
    ? `The reference [${reference}] is of the grid ${title}, but this engagement is in ${regionTitle(playbook, expected)}: the mail reached another grid than the account's. Look at the MX records or the smart hosts.`
    : `The reference [${reference}] is of the grid ${title}${expected === region ? ", as this engagement" : ""}.`;
  return { reference, region, title, isOther, sentence };
}
