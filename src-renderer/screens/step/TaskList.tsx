import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useId, useState } from "react";
import { Link } from "wouter";
import type { StepView, TaskView } from "../../../src-main/contract/steps.ts";
import { Moment } from "../../components/Moment.tsx";
import { Verdict } from "../../components/Verdict.tsx";
import { partyWords } from "../../words/steps.ts";
import { Instructions } from "./Instructions.tsx";
import classes from "./step.module.css";
import { TaskActions } from "./TaskActions.tsx";
import { TaskMark, taskStateWords } from "./TaskMark.tsx";

/** The step's tasks; each unfolds in place. The first open one is unfolded. */
export function TaskList({ engagement, view }: { engagement: string; view: StepView }) {
  const first = view.tasks.find(({ state }) => state === "open")?.task ?? null;
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(() => new Set(first ? [first] : []));
  const toggle = (task: string) => {
    const next = new Set(unfolded);
    if (!next.delete(task)) next.add(task);
    setUnfolded(next);
  };
  return (
    <section aria-label="Tasks">
      {view.prerequisites.length > 0 && (
        <div className={classes.prerequisites}>
          <h3>Before you begin</h3>
          <ul>
            {view.prerequisites.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </div>
      )}
      <ul className={classes.tasks}>
        {view.tasks.map((task) => (
          <TaskItem
            key={task.task}
            engagement={engagement}
            view={view}
            task={task}
            isUnfolded={unfolded.has(task.task)}
            onToggle={() => toggle(task.task)}
          />
        ))}
      </ul>
    </section>
  );
}

interface TaskItemProps {
  engagement: string;
  view: StepView;
  task: TaskView;
  isUnfolded: boolean;
  onToggle(): void;
}

function TaskItem({ engagement, view, task, isUnfolded, onToggle }: TaskItemProps) {
  const panel = useId();
  const Chevron = isUnfolded ? IconChevronDown : IconChevronRight;
  return (
    <li className={classes.task} data-state={task.state}>
      <h2 className={classes.taskHead}>
        <button type="button" aria-expanded={isUnfolded} aria-controls={panel} onClick={onToggle}>
          <Chevron size={15} aria-hidden="true" />
          <TaskMark state={task.state} />
          <span className={classes.taskTitle}>
            {task.title}
            {!task.required && <span className={classes.optional}> optional</span>}
          </span>
          <span className={classes.taskParty}>{partyWords[task.party]}</span>
          <span className={classes.taskState}>{taskStateWords[task.state]}</span>
        </button>
      </h2>
      {isUnfolded && (
        <div id={panel} className={classes.taskBody}>
          <TaskSource task={task} />
          <Instructions list={task.instructions} />
          <TaskNotes engagement={engagement} view={view} task={task} />
          {!view.readOnly && <TaskActions engagement={engagement} step={view.summary.step} task={task} />}
        </div>
      )}
    </li>
  );
}

function TaskSource({ task }: { task: TaskView }) {
  if (task.state === "open" || !task.source) return null;
  return (
    <p className={classes.source}>
      {taskStateWords[task.state]} {task.by && `by ${task.by}, `}recorded by {task.source.author},{" "}
      <Moment at={task.source.at} />
      {task.reason && `: ${task.reason}`}
    </p>
  );
}

function TaskNotes({ engagement, view, task }: { engagement: string; view: StepView; task: TaskView }) {
  const proofs = view.checks.filter(({ check }) => task.checks.includes(check));
  return (
    <dl className={classes.notes}>
      {proofs.map((proof) => (
        <div key={proof.check}>
          <dt>Proof</dt>
          <dd>
            <Link href={`/e/${engagement}/step/${view.summary.step}/checks`}>{proof.title}</Link>{" "}
            <Verdict verdict={proof.waiver ? "waived" : (proof.latest?.verdict ?? "not-run")} />
          </dd>
        </div>
      ))}
      {task.evidenceWanted && (
        <div>
          <dt>Evidence</dt>
          <dd>{task.evidenceWanted}</dd>
        </div>
      )}
      {task.waiting && (
        <div>
          <dt>Waiting</dt>
          <dd>{task.waiting}</dd>
        </div>
      )}
      {task.undo && (
        <div>
          <dt>Undo</dt>
          <dd>{task.undo}</dd>
        </div>
      )}
    </dl>
  );
}
