import { IconCheck, IconCircle, IconMinus, IconUserCheck } from "@tabler/icons-react";
import type { TaskState } from "../../../src-main/contract/steps.ts";
import classes from "./step.module.css";

export const taskStateWords: Record<TaskState, string> = {
  open: "Open",
  done: "Done",
  "not-applicable": "Not applicable",
  waived: "Waived",
};
const icons = { open: IconCircle, done: IconCheck, "not-applicable": IconMinus, waived: IconUserCheck } as const;

/** A task's state by shape; the word stands at the end of its line. */
export function TaskMark({ state }: { state: TaskState }) {
  const Icon = icons[state];
  return <Icon size={16} stroke={2} aria-hidden="true" className={classes.taskMark} data-state={state} />;
}
