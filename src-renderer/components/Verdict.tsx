import { IconAlertTriangle, IconCheck, IconHelp, IconMinus, IconX } from "@tabler/icons-react";
import type { Verdict as VerdictValue } from "../../src-main/contract/checks.ts";
import classes from "./marks.module.css";

export type VerdictShown = VerdictValue | "not-run" | "waived";

const verdictWords: Record<VerdictShown, string> = {
  pass: "Pass",
  warn: "Warning",
  fail: "Fail",
  "not-measurable": "Not measurable",
  error: "Could not run",
  "not-run": "Not run",
  waived: "Waived",
};

const icons = {
  pass: IconCheck,
  warn: IconAlertTriangle,
  fail: IconX,
  "not-measurable": IconHelp,
  error: IconAlertTriangle,
  "not-run": IconMinus,
  waived: IconMinus,
} as const;

/** A verdict by icon, word and colour, in that order of importance. */
export function Verdict({ verdict, label }: { verdict: VerdictShown; label?: string }) {
  const Icon = icons[verdict];
  return (
    <span className={classes.verdict} data-verdict={verdict}>
      <Icon size={14} stroke={2.2} aria-hidden="true" />
      {label ?? verdictWords[verdict]}
    </span>
  );
}
