import { useQuery } from "@tanstack/react-query";
import type { StepId } from "../../../src-main/contract/names.ts";
import { api } from "../../client.ts";
import { EmptyState } from "../../components/EmptyState.tsx";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Loading } from "../../components/Loading.tsx";
import { Moment } from "../../components/Moment.tsx";
import classes from "./step.module.css";

/** What was recorded in this step, newest first. */
export function StepHistory({ engagement, step }: { engagement: string; step: StepId }) {
  const { data, error } = useQuery(api.history.list.queryOptions({ input: { engagement, step, limit: 100 } }));
  if (error) return <FailureNotice error={error} />;
  if (!data) return <Loading />;
  if (data.entries.length === 0) return <EmptyState title="Nothing has been recorded in this step yet" />;
  return (
    <ol className={classes.history} aria-label="History of the step">
      {data.entries.map((entry) => (
        <li key={entry.entry}>
          <span className={classes.source}>
            <Moment at={entry.at} />, {entry.author}
          </span>
          <ul>
            {entry.changes.map(({ subject, before, after }) => (
              <li key={`${subject} ${after}`}>
                {subject}
                {after !== null && `: ${after}`}
                {before !== null && <span className={classes.source}> before: {before}</span>}
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}
