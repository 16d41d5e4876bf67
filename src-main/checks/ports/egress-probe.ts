import { mapWithWidth } from "../concurrency.ts";
import { createDnsClient, type DnsClient } from "../dns/client.ts";
import { resolveHost } from "../hosts.ts";
import { NetFailure } from "../net-failure.ts";
import { probeSmtp } from "../smtp/probe.ts";
import type { Channel, Probing } from "../types.ts";
import type { EgressPlan, TcpTarget } from "./egress-plan.ts";
import type { EgressRecord, TcpAttempt, TcpHost } from "./egress-record.ts";

/** Connections open at once. */
const width = 4;
/** Addresses tried of one host; the first that answers ends it. */
const mostAddresses = 3;

/** Opens each way out: reads the greeting where the server speaks first, looks at the certificate of web servers, closes again. */
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
    const attempt = await connectOnce(plan, target, address, probing);
    attempts.push(attempt);
    if (attempt.failure === null) break;
  }
  return { ...target, source, attempts };
}

async function connectOnce(
  { smtp }: EgressPlan,
  { host, port, purpose }: TcpTarget,
  address: string,
  probing: Probing,
): Promise<TcpAttempt> {
  const started = performance.now();
  const attempt: TcpAttempt = { address, local: null, milliseconds: 0, failure: null, tls: null, tlsFailure: null };
  const { connectTimeout: timeout, extraAuthorities } = smtp;
  let channel: Channel;
  try {
    channel = await probing.net.connect({ address, port }, { timeout, signal: probing.signal });
  } catch (error) {
    return { ...attempt, milliseconds: since(started), failure: codeOf(error) };
  }
  const open = { ...attempt, local: channel.local, milliseconds: since(started) };
  if (purpose !== "https") {
    channel.close();
    return open;
  }
  try {
    return { ...open, tls: await channel.upgrade({ name: host, extraAuthorities, trust: "inspect", timeout }) };
  } catch (error) {
    return { ...open, tlsFailure: codeOf(error) };
  } finally {
    channel.close();
  }
}

const since = (started: number): number => Math.round((performance.now() - started) * 10) / 10;

/** The failure's code; anything else, such as cancelling, goes on. */
function codeOf(error: unknown): string {
  if (error instanceof NetFailure) return error.code.slice(0, 80);
  throw error;
}
