import { mapWithWidth } from "../concurrency.ts";
import { createDnsClient, type DnsClient } from "../dns/client.ts";
import { resolveHost } from "../hosts.ts";
import { NetFailure } from "../net-failure.ts";
import { probeSmtp } from "../smtp/probe.ts";
import type { Probing } from "../types.ts";
import type { EgressPlan, TcpTarget } from "./egress-plan.ts";
import type { EgressRecord, TcpAttempt, TcpHost } from "./egress-record.ts";

/** Connections open at once. */
const width = 4;
/** Addresses tried of one host; the first that answers ends it. */
const mostAddresses = 3;

/** Opens each way out: reads the greeting where the server speaks first, else connects and closes again. */
export async function probeEgress(plan: EgressPlan, probing: Probing): Promise<EgressRecord> {
  const client = createDnsClient(plan.dns, probing);
  const open = (target: TcpTarget) => probeTarget(plan, target, client, probing);
  const [smtp, tcp] = await Promise.all([probeSmtp(plan, "greeting", probing), mapWithWidth(plan.tcp, width, open)]);
  return { smtp, exchanges: client.exchanges, tcp };
}

async function probeTarget(plan: EgressPlan, target: TcpTarget, client: DnsClient, probing: Probing): Promise<TcpHost> {
  const { host, port } = target;
  const { source, addresses } = await resolveHost(host, client, plan.dns.resolver, probing);
  const attempts: TcpAttempt[] = [];
  for (const address of addresses.slice(0, mostAddresses)) {
    probing.progress(`${host}:${port} - connecting`);
    const attempt = await connectOnce(address, port, plan.smtp.connectTimeout, probing);
    attempts.push(attempt);
    if (attempt.failure === null) break;
  }
  return { ...target, source, attempts };
}

async function connectOnce(address: string, port: number, timeout: number, probing: Probing): Promise<TcpAttempt> {
  const started = performance.now();
  const since = () => Math.round((performance.now() - started) * 10) / 10;
  try {
    const channel = await probing.net.connect({ address, port }, { timeout, signal: probing.signal });
    channel.close();
    return { address, local: channel.local, milliseconds: since(), failure: null };
  } catch (error) {
    if (!(error instanceof NetFailure)) throw error;
    return { address, local: null, milliseconds: since(), failure: error.code.slice(0, 80) };
  }
}
