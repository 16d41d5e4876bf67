import { toPrintable } from "../bytes.ts";
import { type AddressTotals, listAuthorised, totalAddresses } from "./authorised.ts";
import { mostLookups, mostVoids, type SpfNode } from "./tree.ts";
import { listDuplicates, type SpfView } from "./walk.ts";

/** The tree with the number of each term that costs a look-up; what it authorises, when every host was asked for; what it repeats. */
export function drawTree({ domain, root, lookups, voids }: SpfView, isWhole: boolean): string {
  const head = `SPF of ${domain}: ${lookups.length} look-ups of ${mostLookups}, void ${voids.v4.length} (IPv4) and ${voids.v6.length} (IPv6) of ${mostVoids}`;
  const repeated = listDuplicates(root).map(({ text, times }) => `  ${times} times: ${toPrintable(text, 300)}`);
  const total =
    isWhole && root.record !== null ? [`  lets pass ${describeTotals(totalAddresses(listAuthorised(root)))}`] : [];
  return [head, ...drawNode(root, 1), ...total, ...repeated].join("\n");
}

/** "256 IPv4 addresses and 2001:db8::/32". */
export function describeTotals({ v4, v6, isExact }: AddressTotals): string {
  const rest = isExact ? "" : "; terms that depend on the single sender are not counted";
  return `${v4} IPv4 ${v4 === 1 ? "address" : "addresses"} and ${v6.length === 0 ? "no IPv6 network" : v6.slice(0, 8).join(", ")}${v6.length > 8 ? ` and ${v6.length - 8} more IPv6 networks` : ""}${rest}`;
}

function drawNode(node: SpfNode, depth: number): string[] {
  const indent = "  ".repeat(depth);
  if (node.record === null) return [`${indent}(${toPrintable(node.problem?.text ?? "no record", 600)})`];
  const lines = node.steps.flatMap((step) => {
    const number = step.count === null ? "  - " : `${String(step.count).padStart(3)} `;
    const empty = step.isVoid.v4 || step.isVoid.v6 ? `  void${step.isVoid.v4 ? "" : " for IPv6"}` : "";
    const note = step.note === "" ? "" : `  (${step.note})`;
    const line = `${indent}${number}${toPrintable(step.term.text, 300)}${empty}${note}`;
    return [line, ...(step.child ? drawNode(step.child, depth + 1) : [])];
  });
  return [
    `${indent}${toPrintable(node.record, 2_000)}`,
    ...lines,
    ...(node.problem ? [`${indent}! ${toPrintable(node.problem.text, 600)}`] : []),
  ];
}
