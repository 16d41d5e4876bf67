import type { Mutant } from "../mutant.ts";

export const authoringMutants: readonly Mutant[] = [
  {
    name: "a write names no version",
    file: "authoring.ts",
    find: "return { ...op, over: over(op.entity, op.field) };",
    replace: "return { ...op, over: [] };",
    bug: "Every second write of a field conflicts with the first.",
  },
  {
    name: "a write names the top version only",
    file: "authoring.ts",
    find: "ledger.cells.headsOf(entity, field).map((head) => head.op);",
    replace: "ledger.cells.headsOf(entity, field).slice(0, 1).map((head) => head.op);",
    bug: "A conflict cannot be settled.",
  },
  {
    name: "a deletion does not name earlier deletions",
    file: "authoring.ts",
    find: ".concat(record?.tombstones ?? [])",
    replace: "",
    bug: "Deletions of an empty entity pile up and conflict with what is written there later.",
  },
  {
    name: "signed content changes without a reopen",
    file: "authoring.ts",
    find: "refuseDoubleWrite(ops, ledger) ?? refuseSignedChange(ops, ledger)",
    replace: "refuseDoubleWrite(ops, ledger)",
    bug: "A consultant breaks a signature without being asked.",
  },
  {
    name: "a contested value is written once more",
    file: "authoring.ts",
    find: "!isAsSigned(meaning, key, sign, ledger)",
    replace:
      "!isAsSigned(meaning, key, sign, ledger) && ledger.cells.headsOf(entity, field)[0]?.value !== (ops[0] as { value?: unknown }).value",
    bug: "Saving a contested field unchanged makes an honest program look like a faulty one.",
  },
  {
    name: "an unseen reopen permits changes",
    file: "authoring.ts",
    find: "reopen.op.voids.includes(origin.id) && ledger.isKnownTo(reopen.origin.entry, origin.entry)",
    replace: "reopen.op.voids.includes(origin.id)",
    bug: "A change is allowed for a reopen that no reader accepts.",
  },
  {
    name: "conflicts are signed",
    file: "authoring.ts",
    find: "if (cell.conflict) return {",
    replace: "if (cell.conflict && !op) return {",
    bug: "A customer signs a step that shows two answers.",
  },
  {
    name: "newer ops are signed over",
    file: "authoring.ts",
    find: "concernsStep(unknown, op.step, op.scope)",
    replace: "concernsStep(unknown, op.step, [])",
    bug: "A customer signs content that this program cannot show.",
  },
  {
    name: "a cell is written twice at once",
    file: "authoring.ts",
    find: "if (seen.has(key)) return {",
    replace: "if (seen.has(key) && !entity) return {",
    bug: "One action conflicts with itself.",
  },
  {
    name: "only the own stream is built upon",
    file: "authoring.ts",
    find: "const deps = [...causes].filter((hash) => hash !== prev).sort();",
    replace: "const deps = prev ? [] : [...causes].sort();",
    bug: "What was received is unknown to what is written next.",
  },
];
