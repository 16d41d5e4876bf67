import type { ServerAnswer } from "../observation/picture.ts";

/** Everything that was seen at one moment. Pictures come in the order in which they were recorded. */
export interface Picture {
  /** ISO 8601, by the clock of the device that looked. */
  at: string;
  /** A snapshot taken before the change shows the old state; one taken after it says that the change has been made. */
  role: "before" | "after" | "other";
  answers: readonly ServerAnswer[];
}

export interface ServerState {
  domain: string;
  server: string;
  kind: ServerAnswer["kind"];
  /** What it gives now; null when it does not answer. */
  answers: string | null;
  ttl: number | null;
  /** Since when it has been seen to give that. */
  sinceWhen: string;
  isNew: boolean;
}

/**
 * `unknown`: no snapshot from before the change. `waiting`: the change is not at every authoritative server that answers.
 * `counting`: it is, and caches may still hold the old records until `expectedAt`. `over`: that moment has passed.
 */
export interface Clock {
  state: "unknown" | "waiting" | "counting" | "over";
  /** Why, in one sentence; moments in it are written as ISO 8601. */
  sentence: string;
  changeSeenAt: string | null;
  /** Longest lifetime seen of the old records. Seconds. */
  oldTtl: number | null;
  expectedAt: string | null;
  servers: ServerState[];
}

/** Added for devices whose clocks differ, and for servers' rounding. Seconds. */
const skew = 120;
/** RFC 2308 5: caches keep "there is no such record" for one to three hours where the zone names no other time. Seconds. */
const usualNegative = 10_800;

interface ClockOptions {
  /** MX hosts of the region: a domain that had them before has no change to wait for. */
  wanted?: readonly string[];
  /** Leaves out domains without a change as soon as another has one: not every domain's SPF record has to change. */
  changedOnly?: boolean;
}

interface Sighting {
  /** Place of its picture in the order given. */
  picture: number;
  /** Milliseconds; never earlier than the sighting recorded before it, so that a clock set back cannot shorten the wait. */
  at: number;
  role: Picture["role"];
  answer: ServerAnswer;
}

/**
 * When the last cache must have turned over after a change of MX or SPF records. A cache may have fetched the old set as late as the
 * moment at which the server was first seen without it, and keeps it for the lifetime it was given then (RFC 1035 3.2.1, RFC 2181
 * 5.2 and 8). Lifetimes lowered before the change count from when the lower one was seen. Rests on resolvers honouring lifetimes:
 * some keep records longer (RFC 8767).
 *
 * @param domains those whose change counts
 * @param now milliseconds
 */
export function readClock(
  record: ServerAnswer["record"],
  domains: readonly string[],
  pictures: readonly Picture[],
  now: number,
  { wanted = [], changedOnly = false }: ClockOptions = {},
): Clock | null {
  const all = domains.map((domain) => readDomain(domain, collect(record, domain, pictures), wanted, now));
  const moved = all.filter(({ servers }) => servers.some(({ isNew }) => isNew));
  const clocks = changedOnly && moved.length > 0 ? moved : all;
  const [first] = clocks;
  if (!first) return null;
  const state = (["unknown", "waiting", "counting", "over"] as const).find((one) =>
    clocks.some((clock) => clock.state === one),
  );
  const telling = latest(clocks.filter((clock) => clock.state === state)) ?? first;
  return {
    ...telling,
    changeSeenAt: telling.changeSeenAt && latestOf(clocks.map(({ changeSeenAt }) => changeSeenAt)),
    oldTtl: clocks.reduce<number | null>(
      (most, { oldTtl }) => (oldTtl === null ? most : Math.max(most ?? 0, oldTtl)),
      null,
    ),
    servers: clocks.flatMap(({ servers }) => servers),
  };
}

/** Among clocks in the same state the one that ends last speaks for all. */
const latest = (clocks: readonly Clock[]): Clock | undefined =>
  clocks.reduce<Clock | undefined>(
    (last, clock) => (last && (last.expectedAt ?? "") >= (clock.expectedAt ?? "") ? last : clock),
    undefined,
  );

const latestOf = (instants: readonly (string | null)[]): string | null =>
  instants.reduce((last, at) => (at !== null && (last === null || at > last) ? at : last), null);

function collect(
  record: ServerAnswer["record"],
  domain: string,
  pictures: readonly Picture[],
): Map<string, Sighting[]> {
  const byServer = new Map<string, Sighting[]>();
  let time = 0;
  for (const [picture, { at, role, answers }] of pictures.entries()) {
    time = Math.max(time, Date.parse(at));
    for (const answer of answers) {
      if (answer.record !== record || answer.domain !== domain) continue;
      // Answers of the own resolver are one line of sight, whichever address answered.
      const key = answer.kind === "resolver" ? "resolver" : `${answer.kind} ${answer.server}`;
      byServer.set(key, [...(byServer.get(key) ?? []), { picture, at: time, role, answer }]);
    }
  }
  return byServer;
}

const toInstant = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** What is known of one domain, sorted by how much it proves. */
interface DomainSight {
  domain: string;
  lines: Sighting[][];
  /** The zone's own servers; without any in sight the resolver, which says what is left and not what was given. */
  sources: Sighting[][];
  isFirstHand: boolean;
  old: string | null;
}

function readDomain(domain: string, byServer: Map<string, Sighting[]>, wanted: readonly string[], now: number): Clock {
  const lines = [...byServer.values()];
  const telling = lines.filter((line) => line.some(({ answer }) => answer.set !== null));
  const own = telling.filter(([one]) => one?.answer.kind === "authoritative");
  const sources = own.length > 0 ? own : telling.filter(([one]) => one?.answer.kind === "resolver");
  const sight: DomainSight = { domain, lines, sources, isFirstHand: own.length > 0, old: lastBefore(sources) };
  const servers = lines.flatMap((line) => readServer(line, sight.old));
  const blank = { changeSeenAt: null, oldTtl: null, expectedAt: null, servers };
  if (sight.old === null)
    return {
      ...blank,
      state: "unknown",
      sentence: `${domain}: no snapshot was taken before the change, so nobody knows how long caches keep the old records.`,
    };
  const serving = findServing(sources);
  const changed = serving.filter(({ shown }) => shown.answer.set !== sight.old);
  if (changed.length === 0 && isAmong(sight.old, wanted))
    return {
      ...blank,
      state: "over",
      sentence: `${domain}: the records were the wanted ones before the change already.`,
    };
  if (changed.length < serving.length)
    return { ...blank, state: "waiting", sentence: sayWaiting(domain, changed, serving) };
  // What is published now is what the most recent look found; everything else counts as old, so that a second change counts too.
  const newest = changed.reduce((last, one) => (one.shown.at >= last.shown.at ? one : last));
  const current = newest.shown.answer.set;
  if (changed.some(({ shown }) => shown.answer.set !== current))
    return {
      ...blank,
      state: "waiting",
      sentence: `${domain}: the authoritative servers do not agree on the new records yet.`,
    };
  return { ...countDown(sight, current, now), servers };
}

interface Serving {
  /** The last answer that said something. */
  shown: Sighting;
  hasGoneSilent: boolean;
}

/** Servers of the newest picture. One that it does not name any more no longer serves the zone; what it gave still counts for caches. */
function findServing(sources: readonly Sighting[][]): Serving[] {
  const newest = Math.max(...sources.map((line) => line.at(-1)?.picture ?? 0));
  return sources.flatMap((line) => {
    const shown = line.findLast(({ answer }) => answer.set !== null);
    const last = line.at(-1);
    return shown && last?.picture === newest ? [{ shown, hasGoneSilent: last.answer.set === null }] : [];
  });
}

/** Whether every host of an MX set is one of those wanted. */
const isAmong = (set: string, wanted: readonly string[]): boolean =>
  set !== "" && set.split("\n").every((one) => wanted.includes(one.replace(/^\d+ /, "")));

/**
 * What the last snapshot before the change shows; null when there is none that saw anything. One taken "before" when the change had
 * been made already is not believed while an earlier one is there.
 */
function lastBefore(sources: readonly Sighting[][]): string | null {
  const sightings = sources.flat();
  const made = Math.max(-1, ...sightings.flatMap(({ role, picture }) => (role === "after" ? [picture] : [])));
  const seen = sightings.filter(({ role, answer }) => role === "before" && answer.set !== null);
  const earlier = seen.filter(({ picture }) => made < 0 || picture < made);
  const told = earlier.length > 0 ? earlier : seen;
  return (
    told.reduce<Sighting | null>((last, one) => (last && last.picture > one.picture ? last : one), null)?.answer.set ??
    null
  );
}

function sayWaiting(domain: string, changed: readonly Serving[], serving: readonly Serving[]): string {
  const rest = serving.filter((one) => !changed.includes(one));
  const names = rest.map(
    ({ shown, hasGoneSilent }) => `${shown.answer.server}${hasGoneSilent ? " (silent since)" : ""}`,
  );
  if (changed.length === 0) return `${domain}: the change is not seen yet. Old records at ${names.join(", ")}.`;
  return `${domain}: ${changed.length} of ${serving.length} servers have the new records. Still old at ${names.join(", ")}.`;
}

function countDown(
  { domain, lines, sources, isFirstHand }: DomainSight,
  current: string | null,
  now: number,
): Omit<Clock, "servers"> {
  const caches = lines.filter((line) => !sources.includes(line));
  let changeSeenAt = 0;
  let oldTtl = 0;
  let end = 0;
  const newestAt = Math.max(...sources.map((line) => line.at(-1)?.at ?? 0));
  for (const line of sources) {
    line.forEach((one, index) => {
      if (one.answer.set === null || one.answer.set === current) return;
      const next = line.slice(index + 1).find(({ answer }) => answer.set !== null) ?? { ...one, at: newestAt };
      const ttl = lifetimeOf(one.answer);
      oldTtl = Math.max(oldTtl, ttl);
      end = Math.max(end, next.at + ttl * 1_000);
      if (next.answer.set === current) changeSeenAt = Math.max(changeSeenAt, next.at);
    });
  }
  for (const { at, answer } of caches.flat()) {
    if (answer.set === null || answer.set === current) continue;
    // This very cache holds it for what is left.
    oldTtl = Math.max(oldTtl, answer.ttl ?? 0);
    end = Math.max(end, at + (answer.ttl ?? 0) * 1_000);
  }
  const firstSeen = Math.min(...sources.flat().flatMap(({ at, answer }) => (answer.set === current ? [at] : [])));
  const expected = end + skew * 1_000;
  const isOver = now >= expected;
  const basis = isFirstHand
    ? ""
    : " No authoritative server could be asked from here, so this rests on one resolver's cache and may be too early.";
  const sentence = isOver
    ? `${domain}: caches that honour lifetimes have dropped the old records since ${toInstant(expected)}.${basis}`
    : `${domain}: the old records may still be cached until ${toInstant(expected)}.${basis}`;
  return {
    state: isOver ? "over" : "counting",
    sentence,
    changeSeenAt: toInstant(changeSeenAt > 0 ? changeSeenAt : firstSeen),
    oldTtl,
    expectedAt: toInstant(expected),
  };
}

/** RFC 2181 8 makes 2^31-1 the longest lifetime; one that nobody could read counts as the usual one of a missing record. */
const lifetimeOf = ({ ttl }: ServerAnswer): number => Math.min(Math.max(0, ttl ?? usualNegative), 0x7fffffff);

function readServer(line: readonly Sighting[], old: string | null): ServerState[] {
  const last = line.at(-1);
  if (!last) return [];
  const { answer } = last;
  const since = line.findLastIndex(({ answer: earlier }) => earlier.set !== answer.set) + 1;
  return [
    {
      domain: answer.domain,
      server: answer.server,
      kind: answer.kind,
      answers: answer.set,
      ttl: answer.ttl,
      sinceWhen: toInstant((line[since] ?? last).at),
      isNew: old !== null && answer.set !== null && answer.set !== old,
    },
  ];
}
