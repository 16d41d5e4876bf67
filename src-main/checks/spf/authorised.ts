import { countAddresses, everything, intersect, type Range, setToNetworks, subtract, toSet } from "./addresses.ts";
import type { SpfNode, SpfStep } from "./tree.ts";

/** The addresses a record lets pass. */
export interface Authorised {
  passing: Range[];
  /** False when a term depends on the single sender (macros, `ptr`, `exists`) or was left out, so that more, or fewer, addresses may pass. */
  isExact: boolean;
}

/** Terms evaluated at most: honest records have some hundred, and each costs time by the number before it. */
const mostTerms = 2_000;
interface Course {
  terms: number;
  isExact: boolean;
}

/**
 * Evaluates a tree for every address at once: each term takes its addresses out of those still open, in order, as RFC 7208 4.6.2
 * has it for one. Knows only what the tree's questions found; limits of look-ups are not applied.
 */
export function listAuthorised(root: SpfNode): Authorised {
  const course: Course = { terms: 0, isExact: true };
  const passing = takePassing(root, [...everything], course);
  return { passing, isExact: course.isExact };
}

function takePassing(node: SpfNode, open: Range[], course: Course): Range[] {
  let left = open;
  const passing: Range[] = [];
  for (const step of node.steps) {
    if (left.length === 0) break;
    course.terms++;
    if (course.terms > mostTerms) {
      course.isExact = false;
      break;
    }
    const taken = takeStep(step, left, course);
    if (step.term.qualifier === "+") passing.push(...taken);
    left = subtract(left, taken);
  }
  return toSet(passing);
}

function takeStep(step: SpfStep, open: Range[], course: Course): Range[] {
  const { term, child, networks } = step;
  if (term.kind === "all") return open;
  if (child) return takePassing(child, open, course);
  if (term.hasMacro || term.kind === "ptr" || term.kind === "exists") course.isExact = false;
  return intersect(open, toSet(networks));
}

export interface AddressTotals {
  /** IPv4 addresses that pass. */
  v4: number;
  /** IPv6 networks that pass, at most `mostNetworks` of them. */
  v6: string[];
  isExact: boolean;
}
const mostNetworks = 40;

export function totalAddresses({ passing, isExact }: Authorised): AddressTotals {
  const sixth = setToNetworks(passing.filter(({ first }) => first >= 1n << 128n));
  return { v4: Number(countAddresses(passing, 4)), v6: sixth.slice(0, mostNetworks), isExact };
}
