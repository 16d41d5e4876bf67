import { createHash } from "node:crypto";
import { base32crockford } from "@scure/base";
import type { Random } from "../journal/index.ts";

/** 160 random bits: nobody guesses them, so that the slow derivation behind the code is a second line and not the first. */
const CODE_BYTES = 20;
const GROUPS = 8;
const GROUP_LETTERS = 4;

/** One letter that follows from the group and its place, so that a slip of the pen or a swapped group is named at once. */
function checkLetter(group: string, index: number): string {
  const [byte = 0] = createHash("sha256").update(`${index}:${group}`).digest();
  return base32crockford.encode(Uint8Array.of(byte)).slice(0, 1);
}

/** Makes a recovery code: eight groups of four letters and a check letter each (Crockford's base 32: no I, L, O, U). */
export function createRecoveryCode(random: Random): string {
  const letters = base32crockford.encode(random.bytes(CODE_BYTES));
  return Array.from({ length: GROUPS }, (_, index) => {
    const group = letters.slice(index * GROUP_LETTERS, (index + 1) * GROUP_LETTERS);
    return group + checkLetter(group, index);
  }).join("-");
}

/** The secret in a code as somebody typed it, in any case, with O for 0 and I or L for 1; or the numbers of the groups that are wrong. */
export function readRecoveryCode(typed: string): { secret: Uint8Array } | { wrongGroups: number[] } {
  const letters = typed.toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1").replace(/[\s-]/g, "");
  const size = GROUP_LETTERS + 1;
  const groups = Array.from({ length: GROUPS }, (_, index) => letters.slice(index * size, (index + 1) * size));
  const isRight = (group: string, index: number) =>
    /^[0-9A-HJKMNP-TV-Z]{5}$/.test(group) && checkLetter(group.slice(0, GROUP_LETTERS), index) === group.at(-1);
  const wrongGroups = groups.flatMap((group, index) => (isRight(group, index) ? [] : [index + 1]));
  if (wrongGroups.length > 0 || letters.length !== GROUPS * size) return { wrongGroups };
  return { secret: base32crockford.decode(groups.map((group) => group.slice(0, GROUP_LETTERS)).join("")) };
}
