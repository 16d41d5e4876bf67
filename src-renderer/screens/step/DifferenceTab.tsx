import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { StepId } from "../../../src-main/contract/names.ts";
import type { Comparison, ObservationView } from "../../../src-main/contract/observations.ts";
import type { StepView } from "../../../src-main/contract/steps.ts";
import { api } from "../../client.ts";
import { ChangeClock } from "../../components/ChangeClock.tsx";
import { DifferenceTable } from "../../components/DifferenceTable.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { JobProgress } from "../../components/JobProgress.tsx";
import { Loading } from "../../components/Loading.tsx";
import { Moment } from "../../components/Moment.tsx";
import { Notice } from "../../components/Notice.tsx";
import observed from "../../components/observations.module.css";
import panel from "../../components/panel.module.css";
import tables from "../../components/table.module.css";
import { useJobs } from "../../events.ts";
import { summarizeComparison } from "../../words/observations.ts";
import { ClockGate } from "./ClockGate.tsx";
import classes from "./step.module.css";

/** The outside before the step's change and after it: take either snapshot, and see what is different. */
export function DifferenceTab({ engagement, view }: { engagement: string; view: StepView }) {
  const { step } = view.summary;
  const compared = useQuery(api.observations.compare.queryOptions({ input: { engagement, step } }));
  const hasClock = step === "inbound" || step === "lockdown";
  return (
    <section aria-label="Before and after" className={classes.checks}>
      {hasClock && <ClockGate engagement={engagement} step={step} readOnly={view.readOnly} />}
      {step === "outbound" && <ChangeClock record="spf" engagement={engagement} readOnly={view.readOnly} />}
      <Snapshots engagement={engagement} step={step} view={view} />
      <FailureNotice
        error={compared.error}
        title="The snapshots were not compared."
        onRetry={() => void compared.refetch()}
      />
      {compared.isPending && <Loading rows={5} label="Loading the snapshots" />}
      {compared.data && <Difference comparison={compared.data} />}
    </section>
  );
}

/** The buttons. A signed step keeps the snapshots that were signed. */
function Snapshots({ engagement, step, view }: { engagement: string; step: StepId; view: StepView }) {
  const take = useMutation(api.observations.take.mutationOptions());
  const running = useJobs().find(
    (job) => job.state === "running" && job.kind === "observation" && job.engagement === engagement,
  );
  const isTaken = (moment: "before" | "after") => view.observed?.[moment] != null;
  if (view.readOnly) return null;
  const button = (moment: "before" | "after", isNext: boolean) => (
    <Button
      variant={isNext ? "filled" : "default"}
      disabled={running !== undefined || take.isPending}
      onClick={() => take.mutate({ engagement, step, moment })}
    >
      {isTaken(moment) ? `Take the snapshot ${moment} again` : `Take the snapshot ${moment} the change`}
    </Button>
  );
  return (
    <>
      <div className={panel.actions}>
        {button("before", !isTaken("before"))}
        {button("after", isTaken("before") && !isTaken("after"))}
        {running && <JobProgress job={running} />}
      </div>
      <FailureNotice error={take.error} title="The snapshot was not taken." onDismiss={() => take.reset()} />
    </>
  );
}

function Difference({ comparison }: { comparison: Comparison }) {
  const { before, after, limits, lines } = comparison;
  if (before === null && after === null)
    return (
      <EmptyState title="No snapshot yet">
        Take one right before the change and one right after it: MX, SPF and DMARC records with their lifetimes,
        greetings, certificates and open ports. The difference goes into the step's document. Where lifetimes are
        lowered first, take one before that as well: each may be taken again, and all are kept.
      </EmptyState>
    );
  return (
    <>
      <div className={observed.looks}>
        <Look when="Before" look={before} />
        <Look when="After" look={after} />
        {limits.map((limit) => (
          <Notice key={limit} tone="warn">
            <span className={tables.value}>{limit}</span>
          </Notice>
        ))}
      </div>
      {before && after ? <Lines comparison={comparison} /> : <SeenOnce lines={lines} />}
    </>
  );
}

function Look({ when, look }: { when: string; look: ObservationView | null }) {
  if (look === null) return <p className={observed.look}>{when}: no snapshot was taken.</p>;
  const { at, vantage, author } = look;
  return (
    <p className={observed.look}>
      {when}: <Moment at={at} />, seen from {vantage.host}
      {vantage.addresses.length > 0 && ` (${vantage.addresses.join(", ")})`}, resolver {vantage.resolver}. Recorded by{" "}
      {author}.
    </p>
  );
}

/** What is different and what was not seen; the rest on demand. */
function Lines({ comparison }: { comparison: Comparison }) {
  const [showsAll, setShowsAll] = useState(false);
  const telling = comparison.lines.filter(({ kind }) => kind !== "same");
  const same = comparison.lines.filter(({ kind }) => kind === "same");
  return (
    <>
      <p className={observed.look}>{summarizeComparison(comparison)}</p>
      {telling.length > 0 && <DifferenceTable lines={telling} label="What is different" />}
      {same.length > 0 && (
        <div>
          <Button variant="default" aria-expanded={showsAll} onClick={() => setShowsAll(!showsAll)}>
            {showsAll ? "Hide what is the same" : `Show what is the same (${same.length})`}
          </Button>
        </div>
      )}
      {showsAll && <DifferenceTable lines={same} label="What is the same" />}
    </>
  );
}

/** With one snapshot there is nothing to compare yet; what it saw is shown as it is. */
function SeenOnce({ lines }: Pick<Comparison, "lines">) {
  return (
    <>
      <p className={observed.look}>There is no second snapshot yet, so this is what the one saw.</p>
      <DifferenceTable lines={lines} label="What was seen" />
    </>
  );
}
