import type { SignOffView } from "../../src-main/contract/signoffs.ts";

export type SignOffState = SignOffView["state"];

export const signOffWords: Record<SignOffState, string> = {
  valid: "Valid",
  contested: "Contested",
  stale: "Stale",
  reopened: "Reopened",
};

/** What a state means, for somebody who has to act on it. */
export const signOffSentences: Record<SignOffState, string> = {
  valid: "Everything that was signed stands as it was signed.",
  contested: "Something was changed on another copy that the signer had not seen. Decide what shall stand.",
  stale:
    "A signed value was changed after the signature, and the step had not been reopened. The program does not let that happen: find out how it came about before anybody relies on this signature.",
  reopened: "The signature was taken back; it stays in the history.",
};

/** Whether two signatures are in doubt because of the same changes, as those of two signers of one step are. */
export const isSameContest = (one: SignOffView, other: SignOffView): boolean =>
  one.state === other.state && JSON.stringify(one.differences) === JSON.stringify(other.differences);

/** A contested sign-off that a later valid one of the list has settled asks for nothing any more. */
export function isOpenContest(signOff: SignOffView, inOrder: readonly SignOffView[]): boolean {
  const later = inOrder.slice(inOrder.indexOf(signOff) + 1);
  return signOff.state === "contested" && !later.some(({ state }) => state === "valid");
}
