import type { EngagementDraft } from "../contract/engagements.ts";
import { regionOfAccountCode } from "../guide/index.ts";
import type { Journal, Json, NewOp } from "../journal/index.ts";
import { cells } from "./cells.ts";
import type { EngineContext } from "./context.ts";
import { record } from "./guard.ts";
import { refuse } from "./refusal.ts";

/** Writes the first entries of a new engagement. The region comes from the account code when it is not given. */
export function createEngagement(engine: EngineContext, draft: EngagementDraft, path?: string): Journal {
  const region = draft.region ?? (draft.accountCode ? regionOfAccountCode(engine.playbook, draft.accountCode) : null);
  if (!region)
    return refuse("INVALID_INPUT", {
      happened: "The region is not known.",
      todo: "Choose the region, or enter the account code.",
      details: ["region: required"],
    });
  const journal = engine.workspace.create(draft.reference, path);
  const consultant = draft.consultant ?? (engine.settings.get().person.name || undefined);
  fillNew(engine, journal, () => {
    record(engine, journal, setEngagement({ ...draft, region, ...(consultant ? { consultant } : {}) }), "steps");
  });
  return journal;
}

/** Writes more into a new engagement; what cannot be filled does not stay behind half made. */
export function fillNew(engine: EngineContext, journal: Journal, fill: () => unknown): void {
  try {
    fill();
  } catch (error) {
    engine.workspace.abandon(journal);
    throw error;
  }
}

/** Ops that write what identifies an engagement. */
export const setEngagement = (change: Record<string, unknown>): NewOp[] =>
  Object.entries(change).flatMap(([field, value]) =>
    value === undefined ? [] : [{ kind: "set", entity: cells.engagement, field, value: value as Json }],
  );
