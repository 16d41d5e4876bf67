import { Link } from "wouter";
import type { EngagementView } from "../../../src-main/contract/engagements.ts";
import type { StepSummary } from "../../../src-main/contract/steps.ts";
import { Moment, useNow } from "../../components/Moment.tsx";
import { SignOffMark } from "../../components/SignOffMark.tsx";
import { StepMark } from "../../components/StepMark.tsx";
import tables from "../../components/table.module.css";
import { explainStepBriefly, partyWords } from "../../words/steps.ts";
import { formatDay } from "../../words/time.ts";
import classes from "./overview.module.css";

/** In a narrow column "both" says enough. */
const toActWords = { ...partyWords, both: "Both" };

/** The two considerations and the seven steps, one row each, with the reason whenever one is held up. */
export function StepTable({ view }: { view: EngagementView }) {
  return (
    <section aria-labelledby="steps">
      <h2 id="steps" className="fb-visually-hidden">
        Steps
      </h2>
      <table className={`${tables.table} ${classes.steps}`}>
        <thead>
          <tr>
            <th>Step</th>
            <th>State</th>
            <th data-number="true">Tasks</th>
            <th>To act</th>
            <th>Date</th>
          </tr>
        </thead>
        <tbody>
          {view.steps.map((step) => (
            <StepRow key={step.step} step={step} view={view} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function StepRow({ step, view }: { step: StepSummary; view: EngagementView }) {
  const why = explainStepBriefly(step, view.steps);
  const isOut = step.state === "not-applicable";
  return (
    <tr data-state={step.state}>
      <td>
        <Link href={`/e/${view.engagement}/step/${step.step}`} className={classes.stepLink}>
          <span className={classes.number}>{step.number ?? ""}</span>
          {step.title}
        </Link>
        {why && <p className={classes.why}>{why}</p>}
      </td>
      <td>
        <StepMark step={step} />
        <Signature state={step.signOff} />
      </td>
      <td data-number="true">{isOut ? "" : `${step.done}/${step.total}`}</td>
      <td>{step.state === "signed" || isOut || !step.nextParty ? "" : toActWords[step.nextParty]}</td>
      <td className={classes.date}>
        <StepDate step={step} />
      </td>
    </tr>
  );
}

/** A signature that needs somebody's eye, or was taken back; a valid one is told by the step's own state. */
function Signature({ state }: { state: StepSummary["signOff"] }) {
  if (state === null || state === "valid") return null;
  return (
    <p className={classes.signature}>
      <SignOffMark state={state} />
    </p>
  );
}

function StepDate({ step }: { step: StepSummary }) {
  const now = useNow();
  if (step.signedAt)
    return (
      <>
        signed <Moment at={step.signedAt} />
      </>
    );
  return step.plannedDate ? <>planned {formatDay(step.plannedDate, now)}</> : null;
}
