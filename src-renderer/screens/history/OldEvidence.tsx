import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { RecheckItem } from "../../../src-main/contract/checks.ts";
import { api } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Moment } from "../../components/Moment.tsx";
import tables from "../../components/table.module.css";
import text from "../../components/text.module.css";
import { Verdict } from "../../components/Verdict.tsx";
import { useEngagement } from "../../queries.ts";
import { recheckWords, summarizeRecheck } from "../../words/recheck.ts";
import { nameStep } from "../../words/steps.ts";
import classes from "./history.module.css";

/** Judges the kept answers of all checks again on demand, and shows what came out differently. */
export function OldEvidence({ engagement }: { engagement: string }) {
  const recheck = useMutation(api.checks.recheck.mutationOptions());
  const runs = recheck.data?.runs;
  const changed = runs?.filter(({ outcome }) => outcome !== "same") ?? [];
  const same = runs?.filter(({ outcome }) => outcome === "same") ?? [];
  return (
    <section className={classes.evidence} aria-labelledby="old-evidence">
      <div className={classes.evidenceHead}>
        <div>
          <h2 id="old-evidence">Old evidence</h2>
          <p className={text.soft}>
            What the checks recorded can be judged again by the rules of this version, without a network. The recorded
            verdicts stay.
          </p>
        </div>
        <Button variant="default" loading={recheck.isPending} onClick={() => recheck.mutate({ engagement })}>
          Judge old evidence again
        </Button>
      </div>
      <FailureNotice
        error={recheck.error}
        title="The evidence was not judged."
        onRetry={() => recheck.mutate({ engagement })}
      />
      {runs && (
        <p className={text.strong} role="status">
          {summarizeRecheck(runs)}
        </p>
      )}
      {changed.length > 0 && <Runs engagement={engagement} runs={changed} label="Runs that came out differently" />}
      {same.length > 0 && (
        <details>
          <summary>The same as recorded ({same.length})</summary>
          <Runs engagement={engagement} runs={same} label="Runs that came out the same" />
        </details>
      )}
    </section>
  );
}

interface RunsProps {
  engagement: string;
  runs: readonly RecheckItem[];
  label: string;
}

function Runs({ engagement, runs, label }: RunsProps) {
  const { data } = useEngagement(engagement);
  const titles = new Map((data?.steps ?? []).map((step) => [step.step, nameStep(step)]));
  return (
    <table className={tables.table} aria-label={label}>
      <thead>
        <tr>
          <th>Check</th>
          <th>Recorded</th>
          <th>Today</th>
        </tr>
      </thead>
      <tbody>
        {runs.map(({ run, title, step, at, was, wasReason, now, reason, outcome }) => (
          <tr key={run}>
            <td>
              {title}
              <p className={text.caption}>{titles.get(step) ?? step}</p>
              <p className={text.caption}>
                <Moment at={at} />
              </p>
            </td>
            <td>
              <Verdict verdict={was} />
              {outcome !== "same" && <p className={text.caption}>{wasReason}</p>}
            </td>
            <td>
              {now === null ? <Verdict verdict="not-run" label={recheckWords[outcome]} /> : <Verdict verdict={now} />}
              <p className={text.caption}>{reason}</p>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
