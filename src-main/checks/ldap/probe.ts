import { isAddressText } from "../address.ts";
import { mapWithWidth } from "../concurrency.ts";
import { createDnsClient, type DnsClient } from "../dns/client.ts";
import { resolveHost } from "../hosts.ts";
import { NetFailure } from "../net-failure.ts";
import type { Channel, Probing } from "../types.ts";
import type { DirectoryPlan } from "./plan.ts";
import type { DirectoryRecord, DirectoryServer } from "./record.ts";
import { bindAndSearch } from "./session.ts";

/** Looks at each directory server: port, TLS, and with a password bind and search. */
export async function probeDirectory(plan: DirectoryPlan, probing: Probing): Promise<DirectoryRecord> {
  const at = probing.now().toISOString();
  const client = createDnsClient(plan.dns, probing);
  const servers = await mapWithWidth(plan.hosts, 2, (host) => probeServer(plan, host, client, probing));
  // An empty password would be an anonymous bind that any server answers with success (RFC 4513 5.1.2).
  return { at, exchanges: client.exchanges, hadPassword: hasPassword(probing), servers };
}

const hasPassword = ({ secrets }: Probing): boolean => (secrets.directoryPassword ?? "") !== "";

async function probeServer(
  plan: DirectoryPlan,
  host: string,
  client: DnsClient,
  probing: Probing,
): Promise<DirectoryServer> {
  const server: DirectoryServer = {
    host,
    address: null,
    milliseconds: 0,
    failure: null,
    tls: null,
    tlsFailure: null,
    verification: null,
    bind: null,
    searches: [],
  };
  const { addresses } = await resolveHost(host, client, plan.dns.resolver, probing);
  const [address] = addresses;
  if (address === undefined) return { ...server, failure: "NO_ADDRESS" };
  server.address = address;
  probing.progress(`${host}:${plan.port} - connecting`);
  const started = performance.now();
  const connect = () =>
    probing.net.connect({ address, port: plan.port }, { timeout: plan.timeout, signal: probing.signal });
  try {
    const channel = await connect();
    server.milliseconds = Math.round(performance.now() - started);
    await examineServer(plan, host, server, channel, connect, probing);
  } catch (error) {
    server.failure = codeOf(error);
  }
  return server;
}

/** Fills in the server. The password travels on a verified connection only, unless the answers say otherwise. */
async function examineServer(
  plan: DirectoryPlan,
  host: string,
  server: DirectoryServer,
  inspected: Channel,
  connect: () => Promise<Channel>,
  probing: Probing,
): Promise<void> {
  let channel = inspected;
  const request = {
    name: isAddressText(host) ? null : host,
    extraAuthorities: plan.extraAuthorities,
    timeout: plan.timeout,
  };
  try {
    if (plan.encryption !== "none") {
      try {
        server.tls = await channel.upgrade({ ...request, trust: "inspect" });
      } catch (error) {
        server.tlsFailure = codeOf(error);
        return;
      }
    }
    const password = probing.secrets.directoryPassword ?? "";
    if (password === "") return;
    if (plan.encryption === "strict") {
      channel.close();
      try {
        channel = await connect();
        await channel.upgrade({ ...request, trust: "require" });
      } catch (error) {
        server.verification = codeOf(error);
        return;
      }
    }
    probing.progress(`${host}:${plan.port} - binding`);
    Object.assign(server, await bindAndSearch(plan, password, channel, probing));
  } finally {
    channel.close();
  }
}

function codeOf(error: unknown): string {
  if (error instanceof NetFailure) return error.code.slice(0, 80);
  throw error;
}
