import { type Answer, ask } from "../dns/exchange.ts";
import { exchangeHosts } from "../dns/mx-walk.ts";
import type { Walk } from "../dns/walk.ts";
import type { DanePlan } from "./plan.ts";

/** Hosts looked at in one run. */
const mostHosts = 60;

export interface DaneHost {
  host: string;
  /** Who senders deliver to: the region's host, an MX host of today, or a host of the customer's behind the vendor. */
  role: "new" | "present" | "own";
  tlsa: Answer;
  addresses: Answer[];
}
/** Everything learned. */
export interface DaneView {
  /** Whether the resolver vouches for the signed root zone, so that its silence about other names means something. */
  isVerifying: boolean;
  /** Server that was asked. */
  server: string;
  mx: Answer[];
  hosts: DaneHost[];
}

/** MX records of the domains, then TLSA and address records of their hosts, of the region's and of the customer's own. */
export function* walkDane(plan: DanePlan): Walk<DaneView> {
  const [root, ...mx] = (yield [ask("", "SOA"), ...plan.domains.map((domain) => ask(domain, "MX"))]) as [
    Answer,
    ...Answer[],
  ];
  const present = mx.flatMap(exchangeHosts).filter((host) => host !== "");
  const all = [...new Set([...plan.mxHosts, ...present, ...plan.ownHosts])].slice(0, mostHosts);
  const answers = yield all.flatMap((host) => [ask(`_25._tcp.${host}`, "TLSA"), ask(host, "A"), ask(host, "AAAA")]);
  const hosts = all.flatMap((host, index): DaneHost[] => {
    const [tlsa, v4, v6] = answers.slice(index * 3, index * 3 + 3);
    if (!tlsa || !v4 || !v6) return [];
    const role = plan.mxHosts.includes(host) ? "new" : present.includes(host) ? "present" : "own";
    return [{ host, role, tlsa, addresses: [v4, v6].filter(({ status }) => status === "answered") }];
  });
  return { isVerifying: root.isVerified, server: root.server, mx, hosts };
}
