import { isObserved } from "../checks/index.ts";
import { platforms, type RegionId, type StepId, services } from "../contract/names.ts";
import type { AnswerValue } from "../contract/rfi/field.ts";
import { groupsById } from "../contract/rfi/form.ts";
import { regionTitle } from "../guide/index.ts";
import type { Journal, SignOff } from "../journal/index.ts";
import type { StepReport } from "../reports/index.ts";
import { clockWaiverTitle } from "./clock.ts";
import type { EngineContext } from "./context.ts";
import { refuse } from "./refusal.ts";
import { compareAround } from "./services/observations.ts";
import { preview } from "./services/signoffs.ts";
import { readStep, type StepFacts } from "./step-facts.ts";
import { answerToText, linesOfAnswers } from "./words.ts";

/** Everything a step's document shows, as plain data. A missing picture is refused before rendering begins. */
export function collectStepReport(engine: EngineContext, journal: Journal, step: StepId): StepReport {
  const read = readStep(engine, journal, step);
  const { facts, plan, signOffs } = read;
  const { identity } = facts;
  const person = engine.settings.get().person;
  const state = journal.state();
  const draft = !signOffs.some(({ state: signState }) => signState === "valid");
  const waivers = collectWaivers(read);
  return {
    engagement: {
      id: journal.engagement,
      customer: identity.customer,
      reference: identity.reference,
      regionTitle: regionTitle(engine.playbook, identity.region as RegionId),
      platformTitle: platforms[identity.platform].title,
      services: identity.services.map((service) => services[service]),
    },
    step: { id: step, number: plan.number, title: plan.title },
    revision: state.exports(step).length + 1,
    draft,
    head: journal.head(),
    madeAt: engine.world.clock.now().toISOString(),
    zone: engine.world.machine.zone(),
    consultant: { name: identity.consultant ?? person.name, organisation: person.organisation, email: person.email },
    parties: collectParties(read),
    tasks: collectTasks(read),
    answers: linesOfAnswers(facts, read.described).map(({ label, value, source }) => ({
      label,
      value,
      author: source?.author ?? "",
      at: source?.at ?? null,
    })),
    checks: collectChecks(read),
    difference: isObserved(step) ? collectDifference(journal, step) : null,
    evidence: collectEvidence(journal, read),
    waivers,
    notTested: preview(read).notTested,
    signOffs: signOffs.map((signOff) => collectSignOff(journal, signOff)),
    program: `Connect Fieldbook ${engine.appVersion}`,
  };
}

/** A contact's role as the form words it. */
function roleToText(role: AnswerValue | undefined): string {
  const column = groupsById.get("people")?.columns.find(({ id }) => id === "role");
  return column ? answerToText(column, role) : String(role ?? "");
}

function collectParties({ facts }: StepFacts): StepReport["parties"] {
  const { identity, answers } = facts;
  const people = (answers.rows.people ?? []).map(({ values }) => ({
    role: roleToText(values.role),
    name: String(values.name ?? ""),
    organisation: identity.customer,
    contact: [values.email, values.phone].filter(Boolean).join(", "),
  }));
  const tpoc =
    identity.tpoc && !people.some(({ name }) => name === identity.tpoc)
      ? [{ role: roleToText("tpoc"), name: identity.tpoc, organisation: identity.customer, contact: "" }]
      : [];
  return [...tpoc, ...people];
}

const collectTasks = ({ described, tasks }: StepFacts): StepReport["tasks"] =>
  described.tasks.map(({ task, title, party }) => {
    const value = tasks.get(task);
    const done = value?.state === "done";
    const isTouched = value !== undefined && value.state !== "open";
    return {
      title,
      party,
      state: value?.state ?? "open",
      reason: done ? "" : (value?.reason ?? ""),
      note: done ? value.reason : "",
      by: value?.by ?? "",
      author: isTouched ? (value.source?.author ?? "") : "",
      at: isTouched ? (value.source?.at ?? null) : null,
    };
  });

const unrun = {
  verdict: "not-run",
  reason: "The check was not run.",
  todo: "",
  findings: [],
  at: null,
  vantage: null,
  transcript: "",
  record: null,
} as const;

const collectChecks = ({ checks }: StepFacts): StepReport["checks"] =>
  checks.map(({ title, latest, waiver }) => {
    const judged = latest ?? { ...unrun, findings: [] };
    const { verdict, reason, todo, findings, at, vantage, transcript, record } = judged;
    const waived = waiver ? { reason: waiver.reason, by: waiver.by } : null;
    return { title, verdict, reason, todo, findings, at, vantage, transcript, record, waiver: waived };
  });

function collectDifference(journal: Journal, step: StepId): StepReport["difference"] {
  const { before, after, limits, lines } = compareAround(journal, step);
  const toLook = (view: typeof before) => {
    if (view === null) return null;
    const { at, vantage, author, record } = view;
    return { at, ...vantage, author, record };
  };
  return { before: toLook(before), after: toLook(after), limits, lines: lines.map(({ key: _key, ...line }) => line) };
}

const collectWaivers = ({ described, tasks, checks, clockWaiver }: StepFacts): StepReport["waivers"] => [
  ...described.tasks.flatMap(({ task, title }) => {
    const value = tasks.get(task);
    return value?.state === "waived"
      ? [{ what: title, reason: value.reason, by: value.by, at: value.source?.at ?? "" }]
      : [];
  }),
  ...checks.flatMap(({ title, waiver }) =>
    waiver ? [{ what: title, reason: waiver.reason, by: waiver.by, at: waiver.at }] : [],
  ),
  ...(clockWaiver
    ? [{ what: clockWaiverTitle, reason: clockWaiver.reason, by: clockWaiver.by, at: clockWaiver.at }]
    : []),
];

/** Picture formats that a document can hold; others are listed by name and hash. */
const isPrintable = (kind: string, type: string) =>
  kind === "picture" && (type === "image/png" || type === "image/jpeg");

function collectEvidence(journal: Journal, { evidence }: StepFacts): StepReport["evidence"] {
  return evidence.map(({ title, note, name, type, size, sha256, author, at, kind }) => {
    const bytes = journal.getBlob(sha256) ?? refuse("EVIDENCE_MISSING", { details: [title] });
    return { title, note, name, type, size, sha256, author, at, picture: isPrintable(kind, type) ? bytes : null };
  });
}

function collectSignOff(
  journal: Journal,
  { id, state, op, wall, author, device, reopen }: SignOff,
): StepReport["signOffs"][number] {
  return {
    id,
    state,
    signer: op.signer,
    statement: op.statement,
    at: wall,
    author: author.name,
    device,
    png:
      journal.getBlob(op.drawing) ?? refuse("EVIDENCE_MISSING", { happened: "The picture of a signature is missing." }),
    drawing: op.drawing,
    strokes: op.strokes,
    reopened: reopen ? { reason: reopen.reason, at: reopen.wall, author: reopen.author.name } : null,
  };
}
