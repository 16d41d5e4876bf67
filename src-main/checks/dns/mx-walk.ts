import { type Answer, ask } from "./exchange.ts";
import type { MxPlan } from "./plan.ts";
import { type Walk, walkTogether } from "./walk.ts";

/** Authoritative servers asked per zone, and addresses per server. Zones have two to six. */
const mostServers = 8;
const mostTargets = 30;

export interface MxTarget {
  host: string;
  v4: Answer;
  v6: Answer;
}
interface AuthorityView {
  /** Server's own name, and the address asked. */
  host: string;
  to: string;
  mx: Answer;
}
/** Everything learned about one domain. */
export interface MxView {
  domain: string;
  use: string;
  resolver: Answer;
  /** Name at which the zone begins; null when no NS record was found. */
  zone: string | null;
  authorities: AuthorityView[];
  targets: MxTarget[];
}

export const walkMx = (plan: MxPlan): Walk<MxView[]> =>
  walkTogether(plan.domains.map((domain) => walkDomain(domain, plan.authoritativePort)));

export const exchangeHosts = (answer: Answer): string[] =>
  answer.records.flatMap(({ data }) => (data.type === "MX" ? [data.exchange] : []));

function* walkDomain({ name, use }: MxPlan["domains"][number], port: number): Walk<MxView> {
  const [resolver] = yield [ask(name, "MX")];
  const { zone, hosts } = yield* findZone(name);
  const servers = yield* findServers(hosts, port);
  const answers = yield servers.map(({ to }) => ask(name, "MX", to));
  const authorities = servers.flatMap((server, index) => {
    const mx = answers[index];
    return mx ? [{ ...server, mx }] : [];
  });
  const all = [resolver, ...answers].flatMap((answer) => (answer ? exchangeHosts(answer) : []));
  const targets = yield* findTargets([...new Set(all)].filter((host) => host !== "").slice(0, mostTargets));
  return { domain: name, use, resolver: resolver as Answer, zone, authorities, targets };
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

function* findServers(hosts: string[], port: number): Walk<{ host: string; to: string }[]> {
  const v4 = yield hosts.map((host) => ask(host, "A"));
  const without = hosts.filter((_, index) => v4[index]?.status !== "answered");
  const v6 = yield without.map((host) => ask(host, "AAAA"));
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

function* findTargets(hosts: string[]): Walk<MxTarget[]> {
  const answers = yield hosts.flatMap((host) => [ask(host, "A"), ask(host, "AAAA")]);
  return hosts.flatMap((host, index) => {
    const [v4, v6] = [answers[index * 2], answers[index * 2 + 1]];
    return v4 && v6 ? [{ host, v4, v6 }] : [];
  });
}
