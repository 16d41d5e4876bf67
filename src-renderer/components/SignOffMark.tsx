import { type SignOffState, signOffWords } from "../words/signoffs.ts";
import { Verdict, type VerdictShown } from "./Verdict.tsx";

const verdicts: Record<SignOffState | "draft", VerdictShown> = {
  valid: "pass",
  contested: "warn",
  stale: "fail",
  reopened: "not-measurable",
  draft: "not-run",
};

/** The state of a signature by icon, word and colour; `draft` for a document that nobody has signed. */
export function SignOffMark({ state }: { state: SignOffState | "draft" }) {
  return <Verdict verdict={verdicts[state]} label={state === "draft" ? "Draft" : signOffWords[state]} />;
}
