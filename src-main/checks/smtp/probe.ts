import { mapWithWidth } from "../concurrency.ts";
import { createDnsClient } from "../dns/client.ts";
import { resolveHost } from "../hosts.ts";
import type { Probing } from "../types.ts";
import type { HostAndPort, SmtpProbePlan } from "./plan.ts";
import type { SmtpHost, SmtpRecord } from "./record.ts";
import { type SmtpDepth, talkSmtp } from "./session.ts";

/** Connections open at once; more would look like an attack to the host. */
const width = 4;

/** Talks to every address of every host, at most four at a time. */
export async function probeSmtp(plan: SmtpProbePlan, depth: SmtpDepth, probing: Probing): Promise<SmtpRecord> {
  const at = probing.now().toISOString();
  const client = createDnsClient(plan.dns, probing);
  const talk = async (target: HostAndPort): Promise<SmtpHost> => {
    const { source, addresses } = await resolveHost(target.host, client, plan.dns.resolver, probing);
    probing.progress(`${target.host}:${target.port} - waiting for the greeting`);
    const dialogues = await mapWithWidth(addresses, 2, (address) =>
      talkSmtp(target, address, plan.smtp, depth, probing),
    );
    probing.progress(`${target.host}:${target.port} - done`);
    return { ...target, source, dialogues };
  };
  const hosts = await mapWithWidth(plan.hosts, width / 2, talk);
  return { at, exchanges: client.exchanges, hosts };
}
