import type { SpfExamination, SpfTermView } from "../../contract/spf.ts";
import { toPrintable } from "../bytes.ts";
import type { Walk } from "../dns/walk.ts";
import { listAuthorised, totalAddresses } from "./authorised.ts";
import { evaluateSpf, type SpfEvaluation } from "./evaluate.ts";
import { type Overlay, walkOver } from "./overlay.ts";
import type { SpfInput } from "./sender.ts";
import type { SpfNode, SpfStep } from "./tree.ts";
import { costOf, listDuplicates, walkSpf } from "./walk.ts";

export interface ExamineRequest {
  domain: string;
  /** Records that are to be taken as published. */
  overlay: Overlay;
  /** The sender to evaluate the record for, if any. */
  input: SpfInput | null;
}

const mostTerms = 2_000;
const mostProblems = 50;
/** Longest piece of foreign text shown. */
const longest = 4_000;

/** The tree of a domain's record as plain data, and what a receiver would say to one sender. */
export function* walkExamination({ domain, overlay, input }: ExamineRequest): Walk<Omit<SpfExamination, "resolver">> {
  const view = yield* walkOver(walkSpf(domain, true), overlay);
  const evaluation = input ? yield* walkOver(evaluateSpf(input), overlay) : null;
  const { root, lookups, voids, problems } = view;
  const terms = listTerms(root, 1, evaluation?.match?.way ?? []);
  const { v4, v6, isExact } = totalAddresses(listAuthorised(root));
  return {
    domain,
    record: root.record === null ? null : toPrintable(root.record, longest),
    problem: root.problem === null ? null : toPrintable(root.problem.text, longest),
    terms: terms.slice(0, mostTerms),
    leftOut: Math.max(0, terms.length - mostTerms),
    totals: {
      lookups: lookups.length,
      voids: { v4: voids.v4.length, v6: voids.v6.length },
      ipv4: v4,
      ipv6: v6,
      isExact,
    },
    duplicates: listDuplicates(root)
      .slice(0, mostProblems)
      .map(({ text, times }) => ({ text: toPrintable(text, longest), times })),
    problems: problems.slice(0, mostProblems).map(({ kind, text }) => ({ kind, text: toPrintable(text, longest) })),
    result: input && evaluation ? toResult(input, evaluation) : null,
  };
}

const toResult = ({ ip, sender }: SpfInput, evaluation: SpfEvaluation): SpfExamination["result"] => ({
  ip,
  sender: toPrintable(sender),
  result: evaluation.result,
  reason: toPrintable(evaluation.reason, longest),
  way: (evaluation.match?.way ?? []).map((term) => toPrintable(term, longest)),
  explanation: evaluation.explanation === null ? null : toPrintable(evaluation.explanation),
  lookups: evaluation.lookups.length,
});

/** The terms below a node, parents before children. `way` marks the ones that lead to the deciding term. */
function listTerms(node: SpfNode, level: number, way: readonly string[]): SpfTermView[] {
  const at = node.steps.findIndex(({ term }) => term.text === way[0]);
  return node.steps.flatMap((step, index) => {
    const matches = index === at;
    const inside = step.child ? listTerms(step.child, level + 1, matches ? way.slice(1) : []) : [];
    return [toTermView(step, node.domain, level, matches), ...inside];
  });
}

const toTermView = (step: SpfStep, domain: string, level: number, matches: boolean): SpfTermView => {
  const { term, count, isVoid, child, note } = step;
  const problem = step.problem ?? child?.problem ?? null;
  return {
    level,
    domain: toPrintable(domain, 300),
    term: toPrintable(term.text, 600),
    count,
    lookups: costOf(step),
    empty: isVoid.v4 ? "yes" : isVoid.v6 ? "ipv6" : "no",
    leadsTo: child
      ? {
          domain: toPrintable(child.domain, 300),
          record: child.record === null ? null : toPrintable(child.record, longest),
        }
      : null,
    problem: problem === null ? null : toPrintable(problem.text, longest),
    note: toPrintable(note, 300),
    matches,
  };
};
