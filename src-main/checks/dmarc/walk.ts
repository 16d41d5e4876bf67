import { type Answer, ask } from "../dns/exchange.ts";
import type { Walk } from "../dns/walk.ts";
import { type DmarcRecord, parseDmarc, selectDmarc } from "./parse.ts";

/** Names asked at most for one domain (RFC 9989 4.10). */
export const mostQueries = 8;

/** One name of the tree walk and the record it has, if it has exactly one. */
export interface DmarcStop {
  name: string;
  answer: Answer;
  record: DmarcRecord | null;
  /** DMARC records found; more than one means none counts. */
  count: number;
}
export interface DmarcView {
  domain: string;
  stops: DmarcStop[];
  /** Where the policy for the domain comes from; null when no name of the walk has a usable record. */
  policy: DmarcStop | null;
}

/** Names of the tree walk: the domain, then its parents; a long name jumps to its last seven labels after the first query. */
export function listWalkNames(domain: string): string[] {
  const labels = domain.split(".");
  const parents = labels.slice(labels.length > mostQueries - 1 ? labels.length - (mostQueries - 1) : 1);
  return [domain, ...parents.map((_, index) => parents.slice(index).join("."))];
}

/**
 * Finds the policy of a domain by the DNS tree walk of RFC 9989 4.10: its own record, else the one of its organizational domain,
 * else that of the public suffix. `psd` decides where the walk ends.
 */
export function* walkDmarc(domain: string): Walk<DmarcView> {
  const stops: DmarcStop[] = [];
  for (const name of listWalkNames(domain)) {
    const [answer] = (yield [ask(`_dmarc.${name}`, "TXT")]) as [Answer];
    const stop = readStop(name, answer);
    stops.push(stop);
    const psd = stop.record?.tags.get("psd")?.toLowerCase();
    const isOwn = name === domain && stop.record !== null;
    if (isOwn || psd === "n" || psd === "y" || answer.status === "silent") break;
  }
  return { domain, stops, policy: findPolicy(domain, stops) };
}

function readStop(name: string, answer: Answer): DmarcStop {
  const found = selectDmarc(answer.records.flatMap(({ data }) => (data.type === "TXT" ? [data.text] : [])));
  const [only] = found;
  return {
    name,
    answer,
    count: found.length,
    record: found.length === 1 && only !== undefined ? parseDmarc(only) : null,
  };
}

/** The domain's own record, else the organizational domain's (psd=n, or one below psd=y, or the shortest name with a record), else the suffix's. */
function findPolicy(domain: string, stops: DmarcStop[]): DmarcStop | null {
  const own = stops.find(({ name, record }) => name === domain && record);
  if (own) return own;
  const last = stops.findLast(({ record }) => record);
  if (!last) return null;
  if (last.record?.tags.get("psd")?.toLowerCase() !== "y") return last;
  const organizational = stops[stops.indexOf(last) - 1];
  return organizational?.record ? organizational : last;
}
