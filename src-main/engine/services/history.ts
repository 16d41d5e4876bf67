import type { HistoryEntry } from "../../contract/history.ts";
import type { EngineContext } from "../context.ts";
import { createTitles, describeEntry } from "../describe.ts";
import type { Implementer } from "../implementer.ts";
import { reportToVerification } from "./reports.ts";

const pageSize = 50;

/** Who changed what, when, old and new; and whether the whole journal holds. */
export function createHistoryService(engine: EngineContext, os: Implementer) {
  const titles = createTitles(engine);
  return os.history.router({
    list: os.history.list.handler(({ input: { engagement, step, author, before, limit = pageSize } }) => {
      const items = engine.workspace.journal(engagement).history();
      const described = items.map((item, index): HistoryEntry => describeEntry(item, titles, items.length - index));
      const authors = [...new Set(described.map((entry) => entry.author))].sort();
      const wanted = described.filter((entry) => isWanted(entry, step, author, before));
      const page = wanted.slice(0, limit);
      const devices = engine.trust.judgeDevices(engine.workspace.journal(engagement));
      return { entries: page, authors, devices, next: wanted.length > limit ? (page.at(-1)?.position ?? null) : null };
    }),
    verify: os.history.verify.handler(({ input }) =>
      reportToVerification(engine.workspace.journal(input.engagement).verify()),
    ),
  });
}

function isWanted(
  entry: HistoryEntry,
  step: string | undefined,
  author: string | undefined,
  before: number | undefined,
): boolean {
  if (before !== undefined && entry.position >= before) return false;
  if (author !== undefined && entry.author !== author) return false;
  return step === undefined || entry.changes.some((change) => change.step === step);
}
