import type { Probing } from "../types.ts";
import { createDnsClient } from "./client.ts";
import type { DnsSettings } from "./plan.ts";
import type { DnsRecord } from "./record.ts";
import type { Walk } from "./walk.ts";

/** Drives a walk over the network and keeps every exchange. */
export async function probeDns(walk: Walk<unknown>, dns: DnsSettings, probing: Probing): Promise<DnsRecord> {
  const at = probing.now().toISOString();
  const client = createDnsClient(dns, probing);
  probing.progress(`asking ${dns.resolver ?? "the system's resolver"}`);
  await client.drive(walk);
  return { at, exchanges: client.exchanges };
}
