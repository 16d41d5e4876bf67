import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link } from "wouter";
import type { EngagementView } from "../../../src-main/contract/engagements.ts";
import type { StepSummary } from "../../../src-main/contract/steps.ts";
import { api, client } from "../../client.ts";
import { DifferenceTable } from "../../components/DifferenceTable.tsx";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Moment } from "../../components/Moment.tsx";
import observed from "../../components/observations.module.css";
import text from "../../components/text.module.css";
import { useJobs } from "../../events.ts";
import { differentLines, summarizeComparison } from "../../words/observations.ts";
import classes from "./overview.module.css";

/** Steps whose change can be seen from outside. */
const observedSteps: readonly string[] = ["outbound", "recipients", "inbound", "lockdown"];

/** What has changed outside since steps were signed. Opening an engagement looks again where the program may use the network by itself. */
export function Drift({ view }: { view: EngagementView }) {
  const { engagement, readOnly } = view;
  const signed = view.steps.filter(({ step, signOff }) => observedSteps.includes(step) && isStanding(signOff));
  const look = useMutation(api.observations.lookAgain.mutationOptions());
  const isLooking = useJobs().some(
    (job) => job.state === "running" && job.kind === "observation" && job.engagement === engagement,
  );
  const isOffered = signed.length > 0 && !readOnly;
  useEffect(() => {
    // When it cannot be started the section still shows the last look, and the button says why.
    if (isOffered) client.observations.lookAgain({ engagement, automatic: true }).catch(() => undefined);
  }, [engagement, isOffered]);
  if (signed.length === 0) return null;
  return (
    <section aria-labelledby="drift" className={classes.drift}>
      <div className={observed.clockHead}>
        <h2 id="drift">Since the signatures</h2>
        {isOffered && (
          <Button
            variant="default"
            disabled={isLooking}
            loading={look.isPending}
            onClick={() => look.mutate({ engagement, automatic: false })}
          >
            Look again
          </Button>
        )}
      </div>
      <FailureNotice error={look.error} title="Nothing was looked at." onDismiss={() => look.reset()} />
      {signed.map((step) => (
        <StepDrift key={step.step} engagement={engagement} step={step} />
      ))}
    </section>
  );
}

const isStanding = (signOff: StepSummary["signOff"]): boolean => signOff !== null && signOff !== "reopened";

function StepDrift({ engagement, step }: { engagement: string; step: StepSummary }) {
  const { data, error } = useQuery(api.observations.drift.queryOptions({ input: { engagement, step: step.step } }));
  const title = `What changed since step ${step.number} was signed`;
  if (error) return <FailureNotice error={error} title={`${title}: it was not read.`} />;
  if (!data) return null;
  const { before, after, limits } = data;
  const different = differentLines(data);
  return (
    <div className={observed.looks}>
      <h3>
        <Link href={`/e/${engagement}/step/${step.step}/before-after`}>{title}</Link>
      </h3>
      {before === null && <p className={text.caption}>No snapshot was taken before the signature.</p>}
      {before && after === null && (
        <p className={text.caption}>
          Not looked at since. The last snapshot before the signature is of <Moment at={before.at} />.
        </p>
      )}
      {before && after && (
        <p className={text.caption}>
          {summarizeComparison(data)} Looked at <Moment at={after.at} /> from {after.vantage.host}, compared with{" "}
          <Moment at={before.at} />. {limits.join(" ")}
        </p>
      )}
      {before && after && different.length > 0 && <DifferenceTable lines={different} label={title} />}
    </div>
  );
}
