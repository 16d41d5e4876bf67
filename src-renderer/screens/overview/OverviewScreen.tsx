import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "wouter";
import type { EngagementView } from "../../../src-main/contract/engagements.ts";
import type { StepSummary } from "../../../src-main/contract/steps.ts";
import { api } from "../../client.ts";
import { useCommands } from "../../commands/CommandProvider.tsx";
import { ChangeClock } from "../../components/ChangeClock.tsx";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Loading } from "../../components/Loading.tsx";
import { Moment, useNow } from "../../components/Moment.tsx";
import { Notice } from "../../components/Notice.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { useEngagement } from "../../queries.ts";
import { countNoun, nameStep, partyWords } from "../../words/steps.ts";
import { formatDay } from "../../words/time.ts";
import { Drift } from "./Drift.tsx";
import { EngagementDetails } from "./EngagementDetails.tsx";
import { FileNotices } from "./FileNotices.tsx";
import { InternalNote } from "./InternalNote.tsx";
import classes from "./overview.module.css";
import { StepTable } from "./StepTable.tsx";

/** Where the engagement stands: steps with their gates, what is next and who must act. */
export function OverviewScreen() {
  const { id = "" } = useParams();
  const engagement = useEngagement(id);
  if (engagement.isPending) return <Loading rows={9} label="Loading the engagement" />;
  if (!engagement.data)
    return (
      <>
        <PageHeader title="Engagement" />
        <FailureNotice
          error={engagement.error}
          title="The engagement was not opened."
          onRetry={() => void engagement.refetch()}
        />
      </>
    );
  return <Overview view={engagement.data} />;
}

function Overview({ view }: { view: EngagementView }) {
  const { run } = useCommands();
  const applicable = view.steps.filter(({ state }) => state !== "not-applicable");
  const signed = applicable.filter(({ state }) => state === "signed").length;
  return (
    <>
      <PageHeader
        title={view.customer}
        status={
          <span>
            {view.reference} · {signed} of {applicable.length} signed
          </span>
        }
        actions={
          <Button variant="default" onClick={() => run("export-copy")}>
            Export a hand-over copy…
          </Button>
        }
      />
      <div className={classes.notices}>
        <Conditions view={view} />
      </div>
      <div className={classes.columns}>
        <div className={classes.column}>
          <Next view={view} />
          <ChangeClock record="mx" engagement={view.engagement} readOnly={view.readOnly} />
          <StepTable view={view} />
          <Drift view={view} />
          <InternalNote view={view} />
        </div>
        <div className={classes.column}>
          <EngagementDetails view={view} />
          <RecentChanges engagement={view.engagement} />
        </div>
      </div>
    </>
  );
}

/** What colours everything else on the page: read-only, archived, conflicts, and what is known about the file. */
function Conditions({ view }: { view: EngagementView }) {
  const isToldNewer = view.notices.some(({ kind }) => kind === "newer");
  return (
    <>
      {view.readOnly && view.viewOf === null && (
        <Notice tone="warn">This file cannot be written, so everything is shown read-only.</Notice>
      )}
      {view.archived && (
        <Notice>This engagement is archived. It can still be read, and taken out of the archive.</Notice>
      )}
      {view.conflicts > 0 && (
        <Notice tone="warn">
          <span>
            {countNoun(view.conflicts, "value was", "values were")} changed on two copies at once.{" "}
            <Link href={`/e/${view.engagement}/conflicts`}>Decide what stands</Link>
          </span>
        </Notice>
      )}
      {view.opaque > 0 && !isToldNewer && (
        <Notice tone="warn">
          {countNoun(view.opaque, "entry comes", "entries come")} from a newer version of the program. They are kept and
          not shown; update to see them.
        </Notice>
      )}
      <FileNotices view={view} />
    </>
  );
}

/** The first step that is not signed, in order. */
const findNextStep = (steps: readonly StepSummary[]): StepSummary | undefined =>
  steps.find(({ number, state }) => number !== null && state !== "signed" && state !== "not-applicable");

function Next({ view }: { view: EngagementView }) {
  const now = useNow();
  const next = findNextStep(view.steps);
  if (!next)
    return (
      <section className={classes.next} aria-label="Next">
        <p className={classes.nextTitle}>Every step is signed</p>
        <p>Hand over the documents and a copy of the engagement.</p>
      </section>
    );
  const { missing, nextParty, plannedDate } = next;
  return (
    <section className={classes.next} aria-label="Next">
      <div>
        <p className={classes.nextLabel}>Next</p>
        <p className={classes.nextTitle}>{nameStep(next)}</p>
        <p>
          {nextParty && <>{partyWords[nextParty]} to act. </>}
          {missing > 0 ? `${countNoun(missing, "thing")} missing before it can be signed. ` : "Nothing is missing. "}
          {plannedDate && `Planned for ${formatDay(plannedDate, now)}.`}
        </p>
      </div>
      <Button
        component={Link}
        href={`/e/${view.engagement}/step/${next.step}${next.state === "ready" ? "/sign-off" : ""}`}
      >
        {next.state === "ready" ? "Go to the sign-off" : "Continue"}
      </Button>
    </section>
  );
}

function RecentChanges({ engagement }: { engagement: string }) {
  const { data, error } = useQuery(api.engagements.recentChanges.queryOptions({ input: { engagement } }));
  return (
    <section aria-labelledby="recent-changes">
      <h2 id="recent-changes">Recent changes</h2>
      <FailureNotice error={error} />
      <ul className={classes.changes}>
        {data?.changes.slice(0, 8).map((change) => (
          <li key={`${change.at} ${change.text}`}>
            <span className={classes.changeText}>{change.text}</span>
            <span className={classes.changeBy}>
              {change.author}, <Moment at={change.at} />
            </span>
          </li>
        ))}
      </ul>
      <Link href={`/e/${engagement}/history`}>Whole history</Link>
    </section>
  );
}
