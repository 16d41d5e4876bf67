import type { Mutant } from "../mutant.ts";

export const stateUndoMutants: readonly Mutant[] = [
  {
    name: "deleted entities are listed",
    file: "core/state.ts",
    find: "id.startsWith(prefix) && [...own.values()].some(isCellLive)",
    replace: "id.startsWith(prefix)",
    bug: "A deleted finding stays in the list.",
  },
  {
    name: "sign-offs are computed once",
    file: "core/state.ts",
    find: "if (signOffsVersion !== ledger.version) {",
    replace: "if (signOffsVersion < 0) {",
    bug: "A sign-off stays valid whatever comes in.",
  },
  {
    name: "ops about a whole entity are overlooked",
    file: "core/state.ts",
    find: 'item.includes("#") ? item.startsWith',
    replace: 'item.includes("#") ? item.endsWith',
    bug: "A newer op on an entity whose single cells are signed does not block signing.",
  },
  {
    name: "ops about nothing in particular are overlooked",
    file: "core/state.ts",
    find: 'if (typeof entity !== "string") return true;',
    replace: 'if (typeof entity !== "string") return false;',
    bug: "A newer op of unknown reach does not block signing.",
  },
  {
    name: "undo forgets new keys",
    file: "core/undo.ts",
    find: "else this.#note(dropKey, map, key, undefined);",
    replace: "",
    bug: "What a full disk refused stays in memory until the file is opened again.",
  },
  {
    name: "undo does not take back list items",
    file: "core/undo.ts",
    find: "this.#note(popItem, list, undefined, undefined);",
    replace: "",
    bug: "A signature that was never written is shown.",
  },
  {
    name: "undo forgets removed items",
    file: "core/undo.ts",
    find: "if (set.delete(item)) this.#note(addItem, set, item, undefined);",
    replace: "set.delete(item);",
    bug: "After a full disk the next entry does not rest on what came before it.",
  },
  {
    name: "undo takes the first step back first",
    file: "core/undo.ts",
    find: "for (let at = this.#steps.length - SIZE; at >= 0; at -= SIZE) {",
    replace: "for (let at = 0; at < this.#steps.length; ) {",
    bug: "After a full disk a cell shows a value between the old and the refused one.",
  },
];
