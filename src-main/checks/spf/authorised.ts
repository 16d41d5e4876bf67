import { countAddresses, everything, intersect, type Range, setToNetworks, subtract, toSet } from "./addresses.ts";
import type { SpfNode, SpfStep } from "./tree.ts";

/** The addresses a record lets pass. */
export interface Authorised {
  passing: Range[];
  /** False when a term depends on the single sender (macros, `ptr`, `exists`), so that more, or fewer, addresses may pass. */
  isExact: boolean;
}

/**
 * Evaluates a tree for every address at once: each term takes its addresses out of those still open, in order, as RFC 7208 4.6.2
 * has it for one. Knows only what the tree's questions found; limits of look-ups are not applied.
 */
export function listAuthorised(root: SpfNode): Authorised {
  const found: Authorised = { passing: [], isExact: true };
  found.passing = takePassing(root, [...everything], found);
  return found;
}

function takePassing(node: SpfNode, open: Range[], found: Authorised): Range[] {
  let left = open;
  let passing: Range[] = [];
  for (const step of node.steps) {
    if (left.length === 0) break;
    const taken = takeStep(step, left, found);
    if (step.term.qualifier === "+") passing = toSet([...passing, ...taken]);
    left = subtract(left, taken);
  }
  return passing;
}

function takeStep(step: SpfStep, open: Range[], found: Authorised): Range[] {
  const { term, child, networks } = step;
  if (term.kind === "all") return open;
  if (child) return takePassing(child, open, found);
  if (term.hasMacro || term.kind === "ptr" || term.kind === "exists") found.isExact = false;
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
