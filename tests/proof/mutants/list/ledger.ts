import type { Mutant } from "../mutant.ts";

export const ledgerMutants: readonly Mutant[] = [
  {
    name: "nothing leaves the inbox",
    file: "core/ledger.ts",
    find: "for (const { hash: cause } of admitted) this.#release(cause, admitted, dropped, undo);",
    replace: "for (const { hash: cause } of admitted.slice(0, 0)) this.#release(cause, admitted, dropped, undo);",
    bug: "What arrived before its causes waits for ever.",
  },
  {
    name: "only one generation leaves the inbox",
    file: "core/ledger.ts",
    find: "for (const { hash: cause } of admitted) this.#release",
    replace: "for (const { hash: cause } of [...admitted]) this.#release",
    bug: "Entries that wait for waiting entries wait for ever.",
  },
  {
    name: "the inbox is left too early",
    file: "core/ledger.ts",
    find: "if (!waiting || this.graph.findMissing(waiting.entry).length > 0) continue;",
    replace: "if (!waiting) continue;",
    bug: "The first cause to arrive releases an entry whose other causes are missing.",
  },
  {
    name: "released entries are not judged",
    file: "core/ledger.ts",
    find: "if (this.graph.check(entry, raw.sig, isSignatureChecked)) dropped.push(hash);",
    replace: "if (this.graph.check(entry, raw.sig, isSignatureChecked) && !entry) dropped.push(hash);",
    bug: "A forged entry gets in by arriving early.",
  },
  {
    name: "deletions are forgotten",
    file: "core/ledger.ts",
    find: 'if (head && op.kind === "delete") return this.cells.delete(op.entity, head, op.over, undo);',
    replace: "",
    bug: "What was deleted comes back.",
  },
  {
    name: "the cache of sign-offs survives an undo",
    file: "core/ledger.ts",
    find: "undo.do(this.#moveOn);",
    replace: "undo.do(() => this.version--);",
    bug: "After a full disk the next entry shows sign-off states of an entry that was never written.",
  },
  {
    name: "unknown ops are not counted",
    file: "core/ledger.ts",
    find: 'else if (op.kind === "opaque") undo.push(this.opaque, op);',
    replace: "",
    bug: "A step is signed although a newer program changed it.",
  },
];
