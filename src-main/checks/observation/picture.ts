import { toPrintable } from "../bytes.ts";
import type { Answer } from "../dns/exchange.ts";
import { replayWalk } from "../dns/walk.ts";
import { selectSpf } from "../spf/parse.ts";
import type { PicturePlan } from "./plan.ts";
import type { PictureRecord } from "./record.ts";
import { type DomainView, walkComparison, walkPicture } from "./walk.ts";

/** What one server says about one record of one domain at one moment. */
export interface ServerAnswer {
  domain: string;
  record: "mx" | "spf";
  kind: "authoritative" | "resolver" | "comparison";
  /** Name of the server where it has one, with the address asked. */
  server: string;
  /** The set as text that is equal exactly when the sets are; "" for none; null when the server did not say. */
  set: string | null;
  /** Seconds: the zone's value from an authoritative server, what is left of it from a cache. Null when unknown. */
  ttl: number | null;
  /** Why there is no set; empty otherwise. */
  detail: string;
}

/** MX sets and SPF records of all domains, server by server, from the recorded bytes. */
export function readPicture(plan: PicturePlan, record: PictureRecord): ServerAnswer[] {
  const views = replayWalk(walkPicture(plan), record.domains.exchanges);
  const compared = record.comparison.flatMap(({ server, answers }) =>
    replayWalk(walkComparison(plan), answers.exchanges).flatMap(({ domain, mx, txt }) =>
      readBoth(domain, "comparison", server, mx, txt, null),
    ),
  );
  return [...views.flatMap(readDomain), ...compared];
}

function readDomain({ domain, mx, txt, authorities }: DomainView): ServerAnswer[] {
  return [
    ...authorities.flatMap((one) =>
      readBoth(domain, "authoritative", `${one.host} (${one.to})`, one.mx, one.txt, negativeTtl(one.soa)),
    ),
    ...readBoth(domain, "resolver", mx.server, mx, txt, null),
  ];
}

function readBoth(
  domain: string,
  kind: ServerAnswer["kind"],
  server: string,
  mx: Answer,
  txt: Answer,
  negative: number | null,
): ServerAnswer[] {
  const base = { domain, kind, server: toPrintable(server, 300) };
  return [
    { ...base, record: "mx", ...readSet(mx, listMx(mx), negative) },
    { ...base, record: "spf", ...readSet(txt, listSpf(txt), negative) },
  ];
}

/** RFC 2308 5: caches keep "there is none" for the smaller of the SOA's minimum and its own TTL. Seconds. */
function negativeTtl(soa: Answer | null): number | null {
  const found =
    soa?.records.flatMap(({ data, ttl }) => (data.type === "SOA" ? [Math.min(data.minimum, ttl)] : [])) ?? [];
  return found.length > 0 ? Math.max(...found) : null;
}

/** A server that gave no answer, or not the zone's, has said nothing about the set. */
function readSet(answer: Answer, texts: string[], negative: number | null) {
  const told = answer.status === "answered" || answer.status === "no-data" || answer.status === "no-such-name";
  if (!told) return { set: null, ttl: null, detail: toPrintable(answer.detail, 300) };
  const longest = answer.records.reduce<number | null>((most, { ttl }) => Math.max(most ?? 0, ttl), null);
  return { set: texts.join("\n"), ttl: longest ?? negative, detail: "" };
}

/** Preference and host of each MX record, sorted, without lifetimes. */
export const listMx = ({ records }: Answer): string[] =>
  records
    .flatMap(({ data }) => (data.type === "MX" ? [`${data.preference} ${toPrintable(data.exchange || ".", 260)}`] : []))
    .sort((one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10) || (one < other ? -1 : 1));

export const listSpf = ({ records }: Answer): string[] =>
  selectSpf(records.flatMap(({ data }) => (data.type === "TXT" ? [data.text] : [])))
    .map((text) => toPrintable(text, 4_000))
    .sort();
