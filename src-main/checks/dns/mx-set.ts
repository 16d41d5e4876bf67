import { toPrintable } from "../bytes.ts";
import type { Answer } from "./exchange.ts";

/** One MX set as text that is equal exactly when the sets are: preferences and hosts, without lifetimes. */
export const setOf = (answer: Answer): string =>
  answer.records
    .flatMap(({ data }) => (data.type === "MX" ? [`${data.preference} ${data.exchange}`] : []))
    .sort()
    .join(", ");

export const setInWords = (set: string): string => toPrintable(set, 300) || "no MX";

export const lifetimesOf = (answer: Answer): string =>
  `TTL ${[...new Set(answer.records.map(({ ttl }) => ttl))].join("/") || "-"}`;

/** Seconds after which a cache has forgotten the answer. */
export const longestLifetime = (answer: Answer): number => Math.max(0, ...answer.records.map(({ ttl }) => ttl));

/** Moment at which a cache seen at `at` (ISO) has forgotten, as "2026-11-23 10:30"; UTC. */
export const forgottenAt = (at: string, seconds: number): string =>
  new Date(Date.parse(at) + seconds * 1_000).toISOString().slice(0, 16).replace("T", " ");
