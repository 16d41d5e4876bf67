import type { DifferenceLine } from "../../src-main/contract/observations.ts";
import { kindWords, valueToWords } from "../words/observations.ts";
import { Breakable } from "./Breakable.tsx";
import { LongValue } from "./LongValue.tsx";
import classes from "./observations.module.css";
import tables from "./table.module.css";
import { Verdict, type VerdictShown } from "./Verdict.tsx";

/** A difference is neither good nor bad; only what was not seen is set apart. */
const marks: Record<DifferenceLine["kind"], VerdictShown> = {
  added: "warn",
  removed: "warn",
  changed: "warn",
  "not-seen": "not-measurable",
  same: "not-run",
};

/** What was seen before and after, line by line. `label` names the table. */
export function DifferenceTable({ lines, label }: { lines: readonly DifferenceLine[]; label: string }) {
  return (
    <table className={`${tables.table} ${classes.difference}`} aria-label={label}>
      <thead>
        <tr>
          <th>What</th>
          <th>Before</th>
          <th>After</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.key}>
            <td>
              <Verdict verdict={marks[line.kind]} label={kindWords[line.kind]} />
              <span className={`${classes.subject} ${classes.mono} ${tables.value}`}>
                <Breakable>{line.subject}</Breakable>
              </span>
              <span className={classes.what}>{line.what}</span>
              {line.kind === "not-seen" && <span className={classes.what}>{line.detail}</span>}
            </td>
            <td>
              <SeenValue value={line.before} />
            </td>
            <td>
              <SeenValue value={line.after} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A value in the monospaced face; that there is none, or that it was not seen, in words. */
export function SeenValue({ value }: { value: string | null }) {
  if (value === null || value === "") return <span className={classes.absent}>{valueToWords(value)}</span>;
  return (
    <span className={classes.mono}>
      <LongValue>{value}</LongValue>
    </span>
  );
}
