import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { StepView } from "../../../src-main/contract/steps.ts";
import { api } from "../../client.ts";
import { EmptyState } from "../../components/EmptyState.tsx";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { JobProgress } from "../../components/JobProgress.tsx";
import { useJobs } from "../../events.ts";
import { CheckItem } from "./CheckItem.tsx";
import { SecretFields, useSecrets } from "./SecretFields.tsx";
import classes from "./step.module.css";

/** The step's checks: run one or all, stop, read verdicts with their reasons and transcripts. */
export function CheckList({ engagement, view }: { engagement: string; view: StepView }) {
  const secrets = useSecrets(view.checks);
  const step = view.summary.step;
  const run = useMutation(api.checks.run.mutationOptions());
  const running = useJobs().find(
    (job) => job.state === "running" && job.kind === "check-run" && job.engagement === engagement && job.step === step,
  );
  const runnable = view.checks.filter(({ blocked, needsInput }) => blocked === null && needsInput === "none");
  if (view.checks.length === 0)
    return <EmptyState title="This step has no checks">It is proven by tasks and evidence.</EmptyState>;
  const start = (only?: string) =>
    run.mutate(
      { engagement, step, ...(only ? { only: [only] } : {}), ...secrets.toInput() },
      { onSettled: secrets.clear },
    );
  return (
    <section aria-label="Checks" className={classes.checks}>
      <div className={classes.checksHead}>
        {!view.readOnly && <SecretFields secrets={secrets} />}
        <div className={classes.actions}>
          <Button disabled={view.readOnly || runnable.length === 0 || running !== undefined} onClick={() => start()}>
            Run all checks
          </Button>
          {running && <JobProgress job={running} />}
        </div>
      </div>
      <FailureNotice error={run.error} title="The check was not started." onDismiss={() => run.reset()} />
      <ul className={classes.checkItems}>
        {view.checks.map((check) => (
          <CheckItem
            key={check.check}
            engagement={engagement}
            step={step}
            check={check}
            readOnly={view.readOnly}
            isRunning={running !== undefined}
            activity={running?.active.find(({ part }) => part === check.check)?.message}
            onRun={() => start(check.check)}
          />
        ))}
      </ul>
    </section>
  );
}
