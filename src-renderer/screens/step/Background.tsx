import type { StepView } from "../../../src-main/contract/steps.ts";
import tables from "../../components/table.module.css";
import { Instructions } from "./Instructions.tsx";
import classes from "./step.module.css";

/** What goes wrong and how to get back: folded until needed. */
export function Background({ view: { mistakes, rollback, answers } }: { view: StepView }) {
  return (
    <div className={classes.background}>
      {mistakes.length > 0 && (
        <details>
          <summary>If something fails: symptom, cause, remedy</summary>
          <table className={tables.table}>
            <thead>
              <tr>
                <th>Symptom</th>
                <th>Cause</th>
                <th>Remedy</th>
              </tr>
            </thead>
            <tbody>
              {mistakes.map(({ mistake, symptom, remedy }) => (
                <tr key={mistake}>
                  <td>{symptom}</td>
                  <td>{mistake}</td>
                  <td>{remedy}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
      <details>
        <summary>The way back</summary>
        <Instructions list={rollback} />
      </details>
      {answers.length > 0 && (
        <details>
          <summary>Answers this step rests on</summary>
          <dl className={classes.answers}>
            {answers.map(({ at, label, value }) => (
              <div key={at}>
                <dt>{label}</dt>
                <dd>{value || "Not answered"}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </div>
  );
}
