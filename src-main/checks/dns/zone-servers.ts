import { ask } from "./exchange.ts";
import type { Walk } from "./walk.ts";

/** Authoritative servers asked per zone, and addresses in all. Zones have two to six. */
const mostServers = 8;

/** One name server of a zone: its own name, and the address asked as `address:port`. */
export interface ZoneServer {
  host: string;
  to: string;
}
export interface ZoneServers {
  /** Name at which the zone begins; null when no NS record was found. */
  zone: string | null;
  servers: ZoneServer[];
}

/** The servers of the zone a name is in, so that each can be asked by `ask(name, type, to)` without anybody's cache between. */
export function* findZoneServers(name: string, port: number): Walk<ZoneServers> {
  const { zone, hosts } = yield* findZone(name);
  return { zone, servers: yield* findServers(hosts, port) };
}

/** The name servers of the zone a domain is in: its own, else the nearest parent's. Top-level domains are not asked. */
function* findZone(domain: string): Walk<{ zone: string | null; hosts: string[] }> {
  for (let labels = domain.split("."); labels.length >= 2; labels = labels.slice(1)) {
    const zone = labels.join(".");
    const [answer] = yield [ask(zone, "NS")];
    const hosts = (answer?.records ?? []).flatMap(({ data }) => (data.type === "NS" ? [data.host] : []));
    if (hosts.length > 0) return { zone, hosts: hosts.slice(0, mostServers) };
    if (answer?.status === "silent") break;
  }
  return { zone: null, hosts: [] };
}

/** IPv4 addresses of the hosts; IPv6 ones for those that have no other. */
function* findServers(hosts: string[], port: number): Walk<ZoneServer[]> {
  const v4 = yield hosts.map((host) => ask(host, "A"));
  const without = hosts.filter((_, index) => v4[index]?.status !== "answered");
  const v6 = without.length > 0 ? yield without.map((host) => ask(host, "AAAA")) : [];
  const found = [...v4, ...v6].flatMap((answer) =>
    answer.records.map(({ data }) => {
      const host = answer.question.name;
      if (data.type === "AAAA") return { host, to: `[${data.address}]:${port}` };
      return { host, to: data.type === "A" ? `${data.address}:${port}` : "" };
    }),
  );
  return found
    .filter(({ to }, index) => to !== "" && found.findIndex((other) => other.to === to) === index)
    .slice(0, mostServers);
}
