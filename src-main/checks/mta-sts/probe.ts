import { bytesToText } from "../bytes.ts";
import { mapWithWidth } from "../concurrency.ts";
import { createDnsClient, type DnsClient } from "../dns/client.ts";
import { resolveHost } from "../hosts.ts";
import { requestHttps } from "../https/request.ts";
import { NetFailure } from "../net-failure.ts";
import type { TlsFacts } from "../tls/facts.ts";
import type { Probing } from "../types.ts";
import { type MtaStsPlan, policyHost } from "./plan.ts";
import { longestPolicy, type MtaStsRecord, type PolicyAttempt, type PolicyFetch } from "./record.ts";
import { walkNotices } from "./walk.ts";

/** Policy hosts asked at once, and addresses tried of one host. */
const width = 4;
const mostAddresses = 3;

/** Reads the DNS notices, then fetches the policy of each domain that announces one. */
export async function probeMtaSts(plan: MtaStsPlan, probing: Probing): Promise<MtaStsRecord> {
  const at = probing.now().toISOString();
  const client = createDnsClient(plan.dns, probing);
  const notices = await client.drive(walkNotices(plan.domains));
  const announced = notices.filter(({ id }) => id !== null);
  const fetches = await mapWithWidth(announced, width, ({ domain }) => fetchPolicy(plan, domain, client, probing));
  return { at, exchanges: client.exchanges, fetches };
}

/** Tries the host's addresses in turn until one can be connected to, as a sender does. */
async function fetchPolicy(
  plan: MtaStsPlan,
  domain: string,
  client: DnsClient,
  probing: Probing,
): Promise<PolicyFetch> {
  const host = policyHost(domain);
  const { addresses } = await resolveHost(host, client, plan.dns.resolver, probing);
  const attempts: PolicyAttempt[] = [];
  for (const address of addresses.slice(0, mostAddresses)) {
    probing.progress(`${host} - fetching the policy`);
    const attempt = await fetchFrom(plan, host, address, probing);
    attempts.push(attempt);
    if (attempt.reply !== null || attempt.tls !== null) break;
  }
  return { domain, attempts };
}

async function fetchFrom(plan: MtaStsPlan, host: string, address: string, probing: Probing): Promise<PolicyAttempt> {
  const started = performance.now();
  const since = () => Math.round((performance.now() - started) * 10) / 10;
  const { port, connectTimeout, replyTimeout, extraAuthorities } = plan;
  const limits = {
    connectTimeout,
    timeout: replyTimeout,
    longestBody: longestPolicy,
    extraAuthorities,
    signal: probing.signal,
  };
  const path = "/.well-known/mta-sts.txt";
  try {
    const request = { host, address, port, path, method: "GET" as const, headers: { accept: "text/plain" } };
    const { status, head, body, tls } = await requestHttps(probing.net, request, limits);
    return { address, milliseconds: since(), failure: null, reply: { status, head, body: bytesToText(body) }, tls };
  } catch (error) {
    const failure = codeOf(error);
    const milliseconds = since();
    const tls = isAboutCertificate(failure) ? await inspect(plan, host, address, probing) : null;
    return { address, milliseconds, failure, reply: null, tls };
  }
}

/** Codes with which OpenSSL and Node refuse a certificate that a handshake showed. */
const isAboutCertificate = (code: string): boolean =>
  /CERT|SELF_SIGNED|^UNABLE_TO_|ISSUER|^PATH_LENGTH|^INVALID_(?:CA|PURPOSE)|^HOSTNAME_MISMATCH/.test(code);

/** Connects once more without judging, so that the certificate that was refused is on record. */
async function inspect(plan: MtaStsPlan, host: string, address: string, probing: Probing): Promise<TlsFacts | null> {
  const { port, connectTimeout: timeout, extraAuthorities } = plan;
  try {
    const channel = await probing.net.connect({ address, port }, { timeout, signal: probing.signal });
    try {
      return await channel.upgrade({ name: host, extraAuthorities, trust: "inspect", timeout });
    } finally {
      channel.close();
    }
  } catch (error) {
    codeOf(error);
    return null;
  }
}

/** The failure's code; anything else, such as cancelling, goes on. */
function codeOf(error: unknown): string {
  if (error instanceof NetFailure) return error.code.slice(0, 80);
  throw error;
}
