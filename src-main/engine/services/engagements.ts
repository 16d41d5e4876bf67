import { basename } from "node:path";
import type { EngagementListItem, EngagementView } from "../../contract/engagements.ts";
import { platforms, type RegionId } from "../../contract/names.ts";
import type { StepSummary } from "../../contract/steps.ts";
import { regionTitle } from "../../guide/index.ts";
import type { Journal } from "../../journal/index.ts";
import { answersToOps } from "../answers.ts";
import { cells } from "../cells.ts";
import type { EngineContext } from "../context.ts";
import { createTitles, describeEntry } from "../describe.ts";
import { readFacts, readIdentity, sourceOf } from "../facts.ts";
import { record } from "../guard.ts";
import type { Implementer } from "../implementer.ts";
import { createEngagement, fillNew, setEngagement } from "../new-engagement.ts";
import { createSample } from "../sample.ts";
import type { UnreadableFile } from "../workspace.ts";
import { createId } from "../world.ts";
import { openFile } from "./copies.ts";
import { summarizeSteps } from "./steps.ts";

/** Engagements: list, create, open, change, copy, hand over, archive. */
export function createEngagementService(engine: EngineContext, os: Implementer) {
  const { workspace } = engine;
  const titles = createTitles(engine);
  return os.engagements.router({
    list: os.engagements.list.handler(() => ({
      engagements: [...workspace.all()].map((entry) => listItem(engine, entry)),
    })),
    create: os.engagements.create.handler(({ input }) => ({ engagement: createEngagement(engine, input).engagement })),
    open: os.engagements.open.handler(async ({ input }) => ({
      engagement: await openFile(engine, (target) => engine.files.fetch(input.source, target)),
    })),
    sample: os.engagements.sample.handler(() => ({ engagement: createSample(engine).engagement })),
    get: os.engagements.get.handler(({ input }) => viewEngagement(engine, workspace.journal(input.engagement))),
    update: os.engagements.update.handler(({ input }) => {
      const journal = workspace.journal(input.engagement);
      const ops = setEngagement(input.change);
      if (ops.length > 0) record(engine, journal, ops, "steps", "rfi");
      return viewEngagement(engine, journal);
    }),
    duplicate: os.engagements.duplicate.handler(({ input }) => {
      const from = workspace.journal(input.engagement);
      const { answers, identity } = readFacts(from);
      const {
        archived: _archived,
        rehearsal: _rehearsal,
        family: _family,
        accountCode: _accountCode,
        ...kept
      } = identity;
      const journal = createEngagement(engine, { ...kept, customer: input.customer, reference: input.reference });
      const ops = answersToOps(answers, () => createId(engine.world.random));
      fillNew(engine, journal, () => ops.length > 0 && record(engine, journal, ops, "rfi"));
      return { engagement: journal.engagement };
    }),
    archive: os.engagements.archive.handler(({ input }) => {
      const journal = workspace.journal(input.engagement);
      record(engine, journal, [{ kind: "set", entity: cells.filing, field: "archived", value: input.archived }]);
      return viewEngagement(engine, journal);
    }),
    setNote: os.engagements.setNote.handler(({ input: { engagement, text } }) => {
      const journal = workspace.journal(engagement);
      record(engine, journal, [{ kind: "set", entity: cells.internalNote, field: "text", value: text }]);
      return viewEngagement(engine, journal);
    }),
    dismissNotice: os.engagements.dismissNotice.handler(({ input: { engagement, notice } }) => {
      const journal = workspace.journal(engagement);
      engine.notices.dismiss(journal.engagement, notice);
      return viewEngagement(engine, journal);
    }),
    recentChanges: os.engagements.recentChanges.handler(({ input }) => {
      const entries = workspace.journal(input.engagement).history({ limit: 12 });
      return {
        changes: entries
          .map((entry) => describeEntry(entry, titles))
          .map(({ author, at, device, text }) => ({ author, at, device, text })),
      };
    }),
  });
}

const partyWords: Record<string, string> = {
  customer: "Customer",
  consultant: "Consultant",
  vendor: "Vendor",
  both: "Customer and consultant",
};
const isSigned = (step: StepSummary): boolean => step.state === "signed";

function listItem(engine: EngineContext, entry: Journal | UnreadableFile): EngagementListItem {
  if ("refusal" in entry) return unreadableItem(entry);
  const state = entry.state();
  const { customer, reference, region, archived, rehearsal, plannedStart } = readIdentity(state);
  const steps = summarizeSteps(engine, entry).filter((step) => step.state !== "not-applicable");
  const next = steps.find((step) => !isSigned(step) && step.number !== null) ?? steps.at(-1);
  const [last] = entry.history({ limit: 1 });
  return {
    engagement: entry.engagement,
    customer,
    reference,
    region,
    stepReached: next?.step ?? "rfi",
    stepTitle: next?.title ?? "",
    signed: steps.filter(isSigned).length,
    applicable: steps.length,
    waitingFor: next?.nextParty ? (partyWords[next.nextParty] ?? "") : "",
    nextDate: next?.plannedDate ?? plannedStart ?? null,
    conflicts: state.conflicts().length,
    changedAt: last?.wall ?? engine.world.clock.now().toISOString(),
    archived,
    rehearsal,
    file: basename(entry.path),
    problem: null,
  };
}

/** A file that cannot be read stays in the list, with its reason; its id is made of zeros because none is known. */
function unreadableItem({ path, changedAt, refusal }: UnreadableFile): EngagementListItem {
  const { happened, kept, todo } = refusal.detail;
  const blank = {
    stepReached: "rfi" as const,
    stepTitle: "",
    signed: 0,
    applicable: 0,
    waitingFor: "",
    nextDate: null,
    conflicts: 0,
    archived: false,
    rehearsal: false,
  };
  const file = basename(path);
  return {
    engagement: "00000000-0000-0000-0000-000000000000",
    customer: file,
    reference: "",
    region: "CUSTOM",
    ...blank,
    changedAt: changedAt.toISOString(),
    file,
    problem: `${happened} ${kept} ${todo}`,
  };
}

export function viewEngagement(engine: EngineContext, journal: Journal): EngagementView {
  const state = journal.state();
  const { family: _family, ...identity } = readIdentity(state);
  const [last] = journal.history({ limit: 1 });
  const { id: engagement, viewOf } = engine.workspace.describeJournal(journal);
  const note = state.get(cells.internalNote, "text");
  return {
    ...identity,
    engagement,
    viewOf,
    internalNote: { text: typeof note?.value === "string" ? note.value : "", source: sourceOf(note) },
    notices: engine.notices.list(journal),
    regionTitle: regionTitle(engine.playbook, identity.region as RegionId),
    platformTitle: platforms[identity.platform].title,
    file: basename(journal.path),
    head: journal.head(),
    entries: state.entries,
    savedAt: last?.wall ?? null,
    steps: summarizeSteps(engine, journal),
    conflicts: state.conflicts().length,
    opaque: state.opaque,
    readOnly: journal.mode === "read",
  };
}
