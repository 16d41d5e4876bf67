import { type Answer, ask, isSeen } from "../dns/exchange.ts";
import type { Walk } from "../dns/walk.ts";
import { type DmarcRecord, parseDmarc, readFlag, selectDmarc } from "./parse.ts";

/** Names asked at most for one domain (RFC 9989 4.10). */
export const mostQueries = 8;

/** Longer names leave no room for `_dmarc.` in the 253 characters of a DNS name, so nothing can be published there. */
const longestName = 246;

/** One name of the tree walk and the record it has, if it has exactly one and that one is valid. */
export interface DmarcStop {
  name: string;
  answer: Answer;
  record: DmarcRecord | null;
  /** The only record there, when a tag in it is repeated: its tag list is invalid, so it counts as none (RFC 6376 3.2). */
  invalid: DmarcRecord | null;
  /** DMARC records found; more than one means none counts. */
  count: number;
}
export interface DmarcView {
  domain: string;
  stops: DmarcStop[];
  /** Where the policy for the domain comes from; null when no name of the walk has a valid record. */
  policy: DmarcStop | null;
  /**
   * The Organizational Domain; null when the walk ended before it could be known, at a name that could not be read or, in a walk for
   * the policy alone, at the domain's own record.
   */
  organization: string | null;
  /** The name that could not be read, where the walk ended; null when every answer came. */
  unseen: DmarcStop | null;
}

/** Names of the tree walk: the domain, then its parents; a long name jumps to its last seven labels after the first query. */
export function listWalkNames(domain: string): string[] {
  const labels = domain.split(".");
  const parents = labels.slice(labels.length > mostQueries - 1 ? labels.length - (mostQueries - 1) : 1);
  return [domain, ...parents.map((_, index) => parents.slice(index).join("."))];
}

/**
 * The DNS tree walk of RFC 9989 4.10 from a domain. For the `policy` it ends at the domain's own record, which applies whatever is above
 * (4.10.1); for the `organization` it goes on, until `psd=y`, `psd=n` or the last label (4.10.2). It ends at the first name that
 * cannot be read, since what is there decides about everything above.
 */
export function* walkDmarc(domain: string, goal: "policy" | "organization" = "policy"): Walk<DmarcView> {
  const stops: DmarcStop[] = [];
  let unseen: DmarcStop | null = null;
  for (const name of listWalkNames(domain).filter((name) => name.length <= longestName)) {
    const [answer] = (yield [ask(`_dmarc.${name}`, "TXT")]) as [Answer];
    const stop = readStop(name, answer);
    stops.push(stop);
    if (!isSeen(answer)) {
      unseen = stop;
      break;
    }
    if (stop.record && (readFlag(stop.record, "psd") !== "u" || (goal === "policy" && name === domain))) break;
  }
  const own = stops.find(({ name, record }) => name === domain && record) ?? null;
  const isOwnEnough = goal === "policy" && own?.record && readFlag(own.record, "psd") === "u";
  const isCut = unseen !== null || isOwnEnough;
  const organization = isCut ? null : findOrganization(domain, stops);
  return { domain, stops, policy: own ?? findPolicy(stops, organization), organization, unseen };
}

function readStop(name: string, answer: Answer): DmarcStop {
  const found = selectDmarc(answer.records.flatMap(({ data }) => (data.type === "TXT" ? [data.text] : [])));
  const [only] = found;
  const parsed = found.length === 1 && only !== undefined ? parseDmarc(only) : null;
  const isValid = parsed !== null && parsed.repeated.length === 0;
  return { name, answer, count: found.length, record: isValid ? parsed : null, invalid: isValid ? null : parsed };
}

/**
 * RFC 9989 4.10.2: the name with psd=n; else the name one label below psd=y, unless that is where the walk began; else the shortest
 * name with a record; else the domain itself.
 */
function findOrganization(domain: string, stops: readonly DmarcStop[]): string {
  const last = stops.findLast(({ record }) => record);
  if (!last?.record) return domain;
  if (readFlag(last.record, "psd") !== "y" || last.name === domain) return last.name;
  const labels = domain.split(".");
  return labels.slice(labels.length - last.name.split(".").length - 1).join(".");
}

/** The inherited record: the Organizational Domain's, else that of the public suffix above it (RFC 9989 4.10.1). */
function findPolicy(stops: readonly DmarcStop[], organization: string | null): DmarcStop | null {
  if (organization === null) return null;
  const found = stops.filter(({ record }) => record);
  return found.find(({ name }) => name === organization) ?? found.at(-1) ?? null;
}
