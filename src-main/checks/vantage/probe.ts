import { bytesToText } from "../bytes.ts";
import { createDnsClient, type DnsClient, listResolvers, serverToText } from "../dns/client.ts";
import { ask, askResolver } from "../dns/exchange.ts";
import { resolveHost } from "../hosts.ts";
import { requestHttp } from "../https/request.ts";
import { NetFailure } from "../net-failure.ts";
import type { HostAndPort } from "../smtp/plan.ts";
import type { SmtpHost } from "../smtp/record.ts";
import { talkSmtp } from "../smtp/session.ts";
import type { Probing } from "../types.ts";
import type { VantagePlan } from "./plan.ts";
import type { PortalReply, VantageRecord } from "./record.ts";

/** Bytes of a portal's page that are read; the address asked has no body at all. */
const longestPage = 4_096;
/** Letters of a made-up name: no one registers 26^20. */
const nameLength = 20;

/** Looks at the network, everything at once. Rejects only with an AbortError. */
export async function probeVantage(plan: VantagePlan, probing: Probing): Promise<VantageRecord> {
  const { net, signal, now } = probing;
  const { addresses } = net.machine();
  const record: VantageRecord = {
    at: now().toISOString(),
    addresses: addresses.slice(0, 200),
    resolvers: [],
    missing: [],
    exchanges: [],
    portal: null,
    hosts: [],
  };
  if (addresses.length === 0) return record;
  const resolvers = (await listResolvers(plan.dns, net, signal)).map(serverToText).slice(0, 20);
  const client = createDnsClient(plan.dns, probing);
  const missing = plan.parents.map((parent) => `${makeUpName()}.${parent}`);
  const [portal, hosts] = await Promise.all([
    plan.portal === null ? null : askPortal(plan.portal, plan, client, probing),
    Promise.all(plan.smartHosts.map((host) => greet(host, plan, client, probing))),
    ...missing.map((name) => client.ask(ask(name, "A"))),
    ...missing.slice(0, 1).flatMap((name) => askOthers(name, plan, client)),
  ]);
  return { ...record, resolvers, missing, exchanges: client.exchanges, portal, hosts };
}

const makeUpName = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(nameLength)), (byte) => String.fromCharCode(97 + (byte % 26))).join(
    "",
  );

const askOthers = (name: string, { comparisons, unusedServer }: VantagePlan, client: DnsClient) =>
  [...comparisons, unusedServer].map((server) => client.ask(askResolver(name, "A", server)));

/** One plain request, whose answer is known; what comes instead is a portal's. */
async function askPortal(url: string, plan: VantagePlan, client: DnsClient, probing: Probing): Promise<PortalReply> {
  const { hostname, port, pathname, search } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const { addresses } = await resolveHost(host, client, plan.dns.resolver, probing);
  const [address = null] = addresses;
  const silence = { address, status: null, head: "", body: "" };
  const reply = (rest: Partial<PortalReply>): PortalReply => ({
    ...silence,
    at: probing.now().toISOString(),
    failure: null,
    ...rest,
  });
  if (address === null) return reply({ failure: "NO_ADDRESS" });
  const { connectTimeout, replyTimeout: timeout } = plan.smtp;
  try {
    const { status, head, body } = await requestHttp(
      probing.net,
      { host, address, port: Number(port || 80), path: `${pathname}${search}`, method: "GET" },
      { connectTimeout, timeout, longestBody: longestPage, extraAuthorities: "", signal: probing.signal },
    );
    return reply({ status, head: head.slice(0, 4_000), body: bytesToText(body).slice(0, 1_000) });
  } catch (error) {
    if (!(error instanceof NetFailure)) throw error;
    return reply({ failure: error.code.slice(0, 80) });
  }
}

/** Greets one address of a smart host as a mail server would, and says goodbye. */
async function greet(target: HostAndPort, plan: VantagePlan, client: DnsClient, probing: Probing): Promise<SmtpHost> {
  const { source, addresses } = await resolveHost(target.host, client, plan.dns.resolver, probing);
  const [address] = addresses;
  if (address === undefined) return { ...target, source, dialogues: [] };
  return { ...target, source, dialogues: [await talkSmtp(target, address, plan.smtp, { depth: "starttls" }, probing)] };
}
