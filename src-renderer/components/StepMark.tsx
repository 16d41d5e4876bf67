import type { StepSummary } from "../../src-main/contract/steps.ts";
import { isLocked, stepStateWords } from "../words/steps.ts";
import { StepGlyph } from "./glyphs.tsx";
import classes from "./marks.module.css";

/** A step's state by shape and word; `isQuiet` leaves the word to assistive technology. */
export function StepMark({ step, isQuiet = false }: { step: StepSummary; isQuiet?: boolean }) {
  const locked = isLocked(step);
  const word = locked && step.state === "open" ? "Locked" : stepStateWords[step.state];
  return (
    <span className={classes.mark} data-state={step.state}>
      <StepGlyph shape={locked && step.state === "open" ? "locked" : step.state} />
      <span className={isQuiet ? "fb-visually-hidden" : undefined}>{word}</span>
    </span>
  );
}
