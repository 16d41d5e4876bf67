import type { Mutant } from "../mutant.ts";

export const signOffsMutants: readonly Mutant[] = [
  {
    name: "a reopen voids unseen sign-offs",
    file: "core/signoffs.ts",
    find: "reopen.op.voids.includes(id) && context.isKnownTo(reopen.origin.entry, entry)",
    replace: "reopen.op.voids.includes(id)",
    bug: "A sign-off is voided by someone who had never seen it.",
  },
  {
    name: "a reopen voids every sign-off",
    file: "core/signoffs.ts",
    find: "reopen.op.voids.includes(id) && context",
    replace: "context",
    bug: "A second signature made in parallel is voided along with the one that was meant.",
  },
  {
    name: "signed unseen",
    file: "core/signoffs.ts",
    find: ".filter((id) => causes.isKnownTo(sign.origin.entry, splitOpId(id).entry))",
    replace: "",
    bug: "A sign-off covers values its signer cannot have seen.",
  },
  {
    name: "cells added later are ignored",
    file: "core/signoffs.ts",
    find: 'return covered.length === 0 ? meaning === "deleted" :',
    replace: "return covered.length === 0 ? true :",
    bug: "A finding added to a signed step in parallel leaves it valid.",
  },
  {
    name: "parallel equal values contest",
    file: "core/signoffs.ts",
    find: "covered.some((head) => headMeaning(head) === meaning)",
    replace: "covered.some((head) => headMeaning(head) === meaning && !meaning)",
    bug: "A signed value that nobody changed is contested.",
  },
  {
    name: "stale is taken for contested",
    file: "core/signoffs.ts",
    find: 'isStale ? "stale"',
    replace: 'isStale ? "contested"',
    bug: "A change behind the back of a sign-off raises no alarm.",
  },
  {
    name: "cells signed beyond the scope are ignored",
    file: "core/signoffs.ts",
    find: "if (cell) yield cell;",
    replace: "",
    bug: "Content that a foreign program signed by name changes unnoticed.",
  },
  {
    name: "any reopen is shown",
    file: "core/signoffs.ts",
    find: ".sort((a, b) => comparePlaces({ ...a.origin, index: 0 }, { ...b.origin, index: 0 }))[0]",
    replace: "[0]",
    bug: "Two copies name different reasons for the same reopened sign-off.",
  },
];
