import { toPrintable } from "../bytes.ts";
import { selectDmarc } from "../dmarc/parse.ts";
import type { Answer } from "../dns/exchange.ts";
import { replayWalk } from "../dns/walk.ts";
import type { Fact } from "./fact.ts";
import { readHostFacts } from "./host-facts.ts";
import { readPicture, type ServerAnswer } from "./picture.ts";
import type { ObservationPlan, PicturePlan } from "./plan.ts";
import type { ObservationRecord, PictureRecord } from "./record.ts";
import { type DomainView, walkPicture } from "./walk.ts";

/** Everything an observation holds, as a flat list. Sees nothing but plan and record, so that old ones can be read again. */
export const readFacts = (plan: ObservationPlan, record: ObservationRecord): Fact[] => [
  ...readPictureFacts(plan, record),
  ...readHostFacts(record),
];

/** What the answers about the domains hold. */
export function readPictureFacts(plan: PicturePlan, record: PictureRecord): Fact[] {
  const answers = readPicture(plan, record);
  const views = replayWalk(walkPicture(plan), record.domains.exchanges);
  return views.flatMap((view) => readDomainFacts(view, answers));
}

const recordWords = { mx: "MX", spf: "SPF" } as const;

function readDomainFacts(view: DomainView, all: readonly ServerAnswer[]): Fact[] {
  const answers = all.filter(({ domain }) => domain === view.domain);
  const sets = answers.map(({ domain, record, kind, server, set, ttl, detail }): Fact => {
    const isCache = kind !== "authoritative";
    // The own resolver has one place in the list, whichever of the system's servers answered.
    const from = kind === "resolver" ? "the resolver" : isCache ? `the resolver ${server}` : server;
    return {
      key: `${record}/${domain}/${kind}${kind === "resolver" ? "" : `/${server}`}`,
      subject: domain,
      what: `${recordWords[record]}, as ${from} gives it`,
      value: set,
      detail: set === null ? detail : `${server}${ttl === null ? "" : `, TTL ${ttl} s${isCache ? " left" : ""}`}`,
      ...(ttl === null ? {} : { ttl }),
    };
  });
  const lifetimes = (["mx", "spf"] as const).map((record) => readLifetime(view.domain, record, answers));
  return [...sets, ...lifetimes, ...(view.dmarc ? [readDmarc(view.domain, view.dmarc)] : [])];
}

/** The TTL in the zone itself. What a cache has left of it counts down and is no fact of its own. */
function readLifetime(domain: string, record: "mx" | "spf", answers: readonly ServerAnswer[]): Fact {
  const asked = answers.filter((answer) => answer.kind === "authoritative" && answer.record === record);
  const told = asked.filter(({ set, ttl }) => set !== null && ttl !== null);
  const ttls = [...new Set(told.map(({ ttl }) => ttl))].sort((one, other) => Number(one) - Number(other));
  return {
    key: `${record}-ttl/${domain}`,
    subject: domain,
    what: `Time to live of ${recordWords[record]} in the zone`,
    value: told.length === 0 ? null : ttls.map((ttl) => `${ttl} s`).join("\n"),
    detail: told.length === 0 ? asked[0]?.detail || "no authoritative server could be asked from here" : "",
  };
}

function readDmarc(domain: string, answer: Answer): Fact {
  const { status, records, server, detail } = answer;
  const told = status === "answered" || status === "no-data" || status === "no-such-name";
  const texts = selectDmarc(records.flatMap(({ data }) => (data.type === "TXT" ? [data.text] : [])));
  return {
    key: `dmarc/${domain}`,
    subject: domain,
    what: "DMARC, as the resolver gives it",
    value: told
      ? texts
          .map((text) => toPrintable(text, 4_000))
          .sort()
          .join("\n")
      : null,
    detail: toPrintable(told ? server : detail, 300),
  };
}
