import { mapWithWidth } from "../concurrency.ts";
import { createDnsClient, type DnsClient } from "../dns/client.ts";
import { resolveHost } from "../hosts.ts";
import { pause } from "../pause.ts";
import type { Probing } from "../types.ts";
import { greylistWait, isGreylisting } from "./greylisting.ts";
import type { HostAndPort, SmtpProbePlan } from "./plan.ts";
import type { SmtpDialogue, SmtpHost, SmtpRecord } from "./record.ts";
import { parseReply, type SmtpReply } from "./reply.ts";
import { type SmtpCourse, type SmtpDepth, talkSmtp } from "./session.ts";

/** Connections open at once; more would look like an attack to the host. */
const width = 4;
/** Times a greylisted conversation is repeated. */
const mostRepeats = 2;

export interface SmtpProbeOptions extends Omit<SmtpCourse, "depth"> {
  /** Addresses talked to per host; all that are found unless given. */
  mostAddresses?: number;
}

/** Talks to every address of every host, at most four at a time. */
export async function probeSmtp(
  plan: SmtpProbePlan,
  depth: SmtpDepth,
  probing: Probing,
  options: SmtpProbeOptions = {},
): Promise<SmtpRecord> {
  const at = probing.now().toISOString();
  const client = createDnsClient(plan.dns, probing);
  const hosts = await mapWithWidth(plan.hosts, width / 2, (target) =>
    probeHost(plan, target, { ...options, depth }, client, probing),
  );
  return { at, exchanges: client.exchanges, hosts };
}

/** Talks to the addresses of one host, two at a time. */
export async function probeHost(
  plan: Pick<SmtpProbePlan, "dns" | "smtp">,
  target: HostAndPort,
  options: SmtpProbeOptions & { depth: SmtpDepth },
  client: DnsClient,
  probing: Probing,
): Promise<SmtpHost> {
  const { source, addresses } = await resolveHost(target.host, client, plan.dns.resolver, probing);
  probing.progress(`${target.host}:${target.port} - waiting for the greeting`);
  const tries = await mapWithWidth(addresses.slice(0, options.mostAddresses), 2, (address) =>
    talkPatiently(plan, target, address, options, probing),
  );
  probing.progress(`${target.host}:${target.port} - done`);
  return { ...target, source, dialogues: tries.flat() };
}

/**
 * Talks, and talks again where honest senders would: after the time that greylisting asks for, and without TLS when a handshake failed
 * before what was to be said. Every try is recorded. Between tries the connection is closed.
 */
async function talkPatiently(
  plan: Pick<SmtpProbePlan, "smtp">,
  target: HostAndPort,
  address: string,
  course: SmtpCourse,
  probing: Probing,
): Promise<SmtpDialogue[]> {
  const dialogues: SmtpDialogue[] = [];
  let { depth } = course;
  let waited = 0;
  for (let repeats = 0; ; ) {
    const dialogue = await talkSmtp(target, address, plan.smtp, { ...course, depth }, probing);
    dialogues.push({ ...dialogue, waited });
    const failed = dialogue.turns.some(({ phase, failure }) => phase === "tls" && failure !== null);
    if (failed && depth === "starttls" && course.further && course.trust !== "require") {
      depth = "hello";
      waited = 0;
      continue;
    }
    const reply = depth === "greeting" ? null : findGreylisting(dialogue);
    if (!reply || ++repeats > mostRepeats) return dialogues;
    waited = greylistWait(reply, plan.smtp.greylistWait);
    const next = new Date(probing.now().getTime() + waited).toTimeString().slice(0, 8);
    probing.progress(`${target.host}:${target.port} - greylisted; trying again at ${next}`);
    await pause(waited, probing.signal);
  }
}

/** The reply that asks to come again; null when none does. */
function findGreylisting({ turns }: SmtpDialogue): SmtpReply | null {
  const replies = turns.map(({ received, failure }) => (failure === null ? parseReply(received) : null));
  return replies.find((reply) => reply !== null && reply !== "foreign" && isGreylisting(reply)) as SmtpReply | null;
}
