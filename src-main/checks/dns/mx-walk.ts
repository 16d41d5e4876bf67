import { type Answer, ask, askResolver } from "./exchange.ts";
import type { MxPlan } from "./plan.ts";
import { type Walk, walkTogether } from "./walk.ts";
import { findZoneServers, type ZoneServer } from "./zone-servers.ts";

const mostTargets = 30;

export interface MxTarget {
  host: string;
  v4: Answer;
  v6: Answer;
}
interface AuthorityView extends ZoneServer {
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
  /** What resolvers beside the run's own say. */
  comparisons: Answer[];
  targets: MxTarget[];
}

export const walkMx = (plan: MxPlan): Walk<MxView[]> =>
  walkTogether(plan.domains.map((domain) => walkDomain(domain, plan)));

export const exchangeHosts = (answer: Answer): string[] =>
  answer.records.flatMap(({ data }) => (data.type === "MX" ? [data.exchange] : []));

/** The sides are looked at at once: the resolver with the hosts it names, the zone's own servers, and other resolvers. */
function* walkDomain({ name, use }: MxPlan["domains"][number], plan: MxPlan): Walk<MxView> {
  const seen: Pick<MxView, "zone" | "authorities"> & {
    resolver: Answer[];
    targets: MxTarget[];
    comparisons: Answer[];
  } = { resolver: [], targets: [], zone: null, authorities: [], comparisons: [] };
  yield* walkTogether<void>([
    (function* (): Walk<void> {
      seen.resolver = yield [ask(name, "MX")];
      seen.targets = yield* findTargets(seen.resolver);
    })(),
    (function* (): Walk<void> {
      Object.assign(seen, yield* askAuthorities(name, plan.authoritativePort));
    })(),
    (function* (): Walk<void> {
      seen.comparisons = yield plan.comparisons.map((resolver) => askResolver(name, "MX", resolver));
    })(),
  ]);
  const [resolver] = seen.resolver;
  const targets = yield* findTargets([...seen.resolver, ...seen.authorities.map(({ mx }) => mx)]);
  return { ...seen, domain: name, use, resolver: resolver as Answer, targets };
}

function* askAuthorities(name: string, port: number): Walk<Pick<MxView, "zone" | "authorities">> {
  const { zone, servers } = yield* findZoneServers(name, port);
  const answers = yield servers.map(({ to }) => ask(name, "MX", to));
  const authorities = servers.flatMap((server, index) => {
    const mx = answers[index];
    return mx ? [{ ...server, mx }] : [];
  });
  return { zone, authorities };
}

/** Addresses of every host that the answers name. */
function* findTargets(answers: Answer[]): Walk<MxTarget[]> {
  const hosts = [...new Set(answers.flatMap(exchangeHosts))].filter((host) => host !== "").slice(0, mostTargets);
  const found = yield hosts.flatMap((host) => [ask(host, "A"), ask(host, "AAAA")]);
  return hosts.flatMap((host, index) => {
    const [v4, v6] = [found[index * 2], found[index * 2 + 1]];
    return v4 && v6 ? [{ host, v4, v6 }] : [];
  });
}
