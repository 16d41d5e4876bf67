import type { StepSummary } from "../../src-main/contract/steps.ts";
import { isLocked, nameState } from "../words/steps.ts";
import { StepGlyph } from "./glyphs.tsx";
import classes from "./marks.module.css";

/** A step's state by shape and word; `isQuiet` leaves the word to assistive technology. */
export function StepMark({ step, isQuiet = false }: { step: StepSummary; isQuiet?: boolean }) {
  return (
    <span className={classes.mark} data-state={step.state}>
      <StepGlyph shape={isLocked(step) && step.state === "open" ? "locked" : step.state} />
      <span className={isQuiet ? "fb-visually-hidden" : undefined}>{nameState(step)}</span>
    </span>
  );
}
