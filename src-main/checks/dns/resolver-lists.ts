import * as z from "zod";
import { parseServer } from "./server.ts";

/** Resolvers taken from a listing; glibc and macOS use three, Windows shows a few per adapter. */
const mostResolvers = 6;
/** Addresses Windows invents for IPv6 adapters without a resolver (RFC 3879 deprecates the range); nobody answers there. */
const invented = /^fec0:/i;

const keepServers = (found: readonly string[]): string[] =>
  [...new Set(found)].filter((text) => parseServer(text) !== null && !invented.test(text)).slice(0, mostResolvers);

/** `/etc/resolv.conf` (resolv.conf(5)): an address per `nameserver` line; comments begin with # or ;. */
export const parseResolvConf = (text: string): string[] =>
  keepServers(text.split(/\r?\n/).flatMap((line) => /^nameserver[ \t]+(\S+)/.exec(line)?.[1] ?? []));

/**
 * `scutil --dns` of macOS: the resolvers for names of every kind. Those for one domain only (`domain : local`, split-tunnel VPN) and
 * the second listing, for scoped queries, are passed over.
 */
export function parseScutil(text: string): string[] {
  const [general = ""] = text.split(/^DNS configuration \(for scoped queries\)/m);
  const blocks = general.split(/^resolver #\d+\s*$/m).slice(1);
  const unbound = blocks.filter((block) => !/^\s*domain\s*:/m.test(block));
  return keepServers(
    unbound.flatMap((block) => {
      const port = /^\s*port\s*:\s*(\d{1,5})\s*$/m.exec(block)?.[1];
      return [...block.matchAll(/^\s*nameserver\[\d+\]\s*:\s*(\S+)\s*$/gm)].map(([, address = ""]) =>
        withPort(address, port),
      );
    }),
  );
}

function withPort(address: string, port: string | undefined): string {
  if (port === undefined || port === "53") return address;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

const serverAddresses = z.array(z.string().max(80)).max(50);
const adapter = z.object({
  InterfaceAlias: z.string().max(300),
  // PowerShell 5 wraps an array into an object when it passes a property on.
  ServerAddresses: z.union([serverAddresses, z.object({ value: serverAddresses }).transform(({ value }) => value)]),
});
const adapters = z.union([z.array(adapter).max(500), adapter.transform((one) => [one])]);

/**
 * JSON of `Get-DnsClientServerAddress`: resolvers of the adapters that are in use, which are those with an address of their own.
 * Adapters that are unplugged keep their resolvers in the listing.
 */
export function parseServerAddresses(text: string, inUse: ReadonlySet<string>): string[] {
  const parsed = adapters.safeParse(parseJson(text));
  if (!parsed.success) return [];
  return keepServers(parsed.data.filter((one) => inUse.has(one.InterfaceAlias)).flatMap((one) => one.ServerAddresses));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    return undefined;
  }
}
