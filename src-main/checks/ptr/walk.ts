import { type Answer, ask } from "../dns/exchange.ts";
import { type Walk, walkTogether } from "../dns/walk.ts";
import { isIpv6Address, isSameAddress, reverseName } from "./addresses.ts";
import type { ReverseDnsPlan } from "./plan.ts";

/** Names of one address that are looked up forward; honest addresses have one. */
const mostNames = 10;

interface ReverseName {
  name: string;
  /** Addresses of the name, of the same family as the address asked for. */
  forward: Answer;
  /** Whether the address is among them. */
  isConfirmed: boolean;
}
/** Everything learned about one address. */
export interface ReverseView {
  address: string;
  network: string;
  ptr: Answer;
  /** All names of the address; at most ten were looked up forward. */
  count: number;
  names: ReverseName[];
}

export const walkReverse = (plan: ReverseDnsPlan): Walk<ReverseView[]> =>
  walkTogether(plan.addresses.map(({ address, network }) => walkAddress(address, network)));

/** PTR names of an address, then the addresses of each name (forward-confirmed reverse DNS, RFC 8601 2.7.3 and 3). */
function* walkAddress(address: string, network: string): Walk<ReverseView> {
  const [ptr] = (yield [ask(reverseName(address), "PTR")]) as [Answer];
  const all = [...new Set(ptr.records.flatMap(({ data }) => (data.type === "PTR" ? [data.host] : [])))];
  const asked = all.filter((name) => name !== "").slice(0, mostNames);
  const answers = asked.length === 0 ? [] : yield asked.map((name) => ask(name, isIpv6Address(address) ? "AAAA" : "A"));
  const names = asked.flatMap((name, index): ReverseName[] => {
    const forward = answers[index];
    return forward ? [{ name, forward, isConfirmed: containsAddress(forward, address) }] : [];
  });
  return { address, network, ptr, count: all.length, names };
}

const containsAddress = ({ records }: Answer, address: string): boolean =>
  records.some(({ data }) => (data.type === "A" || data.type === "AAAA") && isSameAddress(data.address, address));
