import { Link } from "wouter";
import type { RfiView } from "../../../src-main/contract/rfi.ts";
import { countNoun } from "../../words/steps.ts";
import classes from "./rfi.module.css";

/** What is missing or wrong in the whole form, each with a way to it. */
export function MissingAnswers({ engagement, gaps }: { engagement: string; gaps: RfiView["completeness"]["gaps"] }) {
  if (gaps.length === 0) return <p className={classes.complete}>Nothing is missing. The form is complete.</p>;
  return (
    <details className={classes.missing}>
      <summary>{countNoun(gaps.length, "answer is", "answers are")} missing or wrong</summary>
      <ul>
        {gaps.map(({ section, at, label, problem }) => (
          <li key={at}>
            <Link href={`/e/${engagement}/rfi/${section}`}>{label}</Link>: {problem}
          </li>
        ))}
      </ul>
    </details>
  );
}
