import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "wouter";
import type { StepView } from "../../../src-main/contract/steps.ts";
import { api } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Loading } from "../../components/Loading.tsx";
import { Notice } from "../../components/Notice.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { SignOffMark } from "../../components/SignOffMark.tsx";
import { StepMark } from "../../components/StepMark.tsx";
import { useEngagement } from "../../queries.ts";
import { countNoun, explainStep } from "../../words/steps.ts";
import { Background } from "./Background.tsx";
import { CheckList } from "./CheckList.tsx";
import { DifferenceTab } from "./DifferenceTab.tsx";
import { EvidenceTab } from "./EvidenceTab.tsx";
import { RegionValues } from "./RegionValues.tsx";
import { SignOffTab } from "./SignOffTab.tsx";
import { StepHistory } from "./StepHistory.tsx";
import classes from "./step.module.css";
import { TaskList } from "./TaskList.tsx";
import { PlacesContext } from "./UnknownValue.tsx";

const tabs = ["tasks", "checks", "evidence", "before-after", "sign-off", "history"] as const;
type Tab = (typeof tabs)[number];
const tabWords: Record<Tab, string> = {
  tasks: "Tasks",
  checks: "Checks",
  evidence: "Evidence",
  "before-after": "Before / after",
  "sign-off": "Sign-off",
  history: "History",
};

/** One step: what to do, what proves it, what was kept as evidence, and its signature. */
export function StepScreen() {
  const { id = "", step = "", tab = "tasks" } = useParams();
  const query = useQuery(
    api.steps.get.queryOptions({ input: { engagement: id, step: step as StepView["summary"]["step"] } }),
  );
  if (query.error) {
    return (
      <>
        <PageHeader title="Step" />
        <FailureNotice error={query.error} title="The step could not be read." onRetry={() => void query.refetch()} />
      </>
    );
  }
  if (!query.data) return <Loading rows={9} label="Loading the step" />;
  return <Step engagement={id} view={query.data} tab={tabs.find((known) => known === tab) ?? "tasks"} />;
}

function Step({ engagement, view, tab }: { engagement: string; view: StepView; tab: Tab }) {
  const { summary, tasks, checks, evidence, signOffs } = view;
  const isOut = summary.state === "not-applicable";
  const shown = tabs.filter((name) => name !== "before-after" || view.observed !== null);
  const counts: Record<Tab, string> = {
    tasks: `${tasks.filter(({ state }) => state !== "open").length}/${tasks.length}`,
    checks: String(checks.length),
    evidence: String(evidence.length),
    "before-after": "",
    "sign-off": signOffs.length > 0 ? String(signOffs.length) : "",
    history: "",
  };
  return (
    <>
      <PageHeader
        title={summary.number === null ? summary.title : `Step ${summary.number} · ${summary.title}`}
        status={
          <span className={classes.status}>
            <StepMark step={summary} />
            {!isOut && `${summary.done} of ${summary.total}`}
            {!isOut && <Signatures signOffs={signOffs} />}
          </span>
        }
      >
        <p className={classes.purpose}>{view.purpose}</p>
        <p className={classes.facts}>
          {view.who} {view.duration}
        </p>
      </PageHeader>
      <Conditions engagement={engagement} view={view} />
      {!isOut && (
        <>
          <nav className={classes.tabs} aria-label="Parts of the step">
            {shown.map((name) => (
              <Link
                key={name}
                href={`/e/${engagement}/step/${summary.step}/${name}`}
                aria-current={name === tab ? "page" : undefined}
              >
                {tabWords[name]}
                {counts[name] && <span className={classes.tabCount}>{counts[name]}</span>}
              </Link>
            ))}
            <Missing engagement={engagement} view={view} />
          </nav>
          <TabPage engagement={engagement} view={view} tab={tab} />
        </>
      )}
    </>
  );
}

/** The state of each signature that is not taken back. */
function Signatures({ signOffs }: Pick<StepView, "signOffs">) {
  const standing = signOffs.filter(({ state }) => state !== "reopened");
  if (standing.length === 0) return <span>{signOffs.length > 0 ? "Reopened, not signed again" : "Not signed"}</span>;
  return (
    <span className={classes.status}>
      {countNoun(standing.length, "signature")}:
      {standing.map(({ signOff, state }) => (
        <SignOffMark key={signOff} state={state} />
      ))}
    </span>
  );
}

function TabPage({ engagement, view, tab }: { engagement: string; view: StepView; tab: Tab }) {
  switch (tab) {
    case "tasks":
      return (
        <PlacesContext value={{ engagement, values: view.regionValues.map(({ label }) => label) }}>
          <SnapshotHint engagement={engagement} view={view} />
          <TaskList engagement={engagement} view={view} />
          <RegionValues engagement={engagement} view={view} />
          <Background view={view} />
        </PlacesContext>
      );
    case "checks":
      return <CheckList engagement={engagement} view={view} />;
    case "evidence":
      return <EvidenceTab engagement={engagement} view={view} />;
    case "before-after":
      return <DifferenceTab engagement={engagement} view={view} />;
    case "sign-off":
      return <SignOffTab engagement={engagement} view={view} />;
    case "history":
      return <StepHistory engagement={engagement} step={view.summary.step} />;
  }
}

/** Before the change is the only time for the first snapshot. */
function SnapshotHint({ engagement, view: { summary, gate, readOnly } }: { engagement: string; view: StepView }) {
  const [note] = gate.notes;
  if (readOnly || note === undefined) return null;
  return (
    <div className={classes.hint}>
      <Notice>
        <span>
          {note} <Link href={`/e/${engagement}/step/${summary.step}/before-after`}>Take it now</Link>
        </span>
      </Notice>
    </div>
  );
}

/** The gate in one line, on every tab. */
function Missing({ engagement, view }: { engagement: string; view: StepView }) {
  const { summary, gate } = view;
  if (summary.state === "signed") return null;
  const text = gate.ready ? "Ready to sign" : `Before signing: ${countNoun(gate.missing.length, "thing")} missing`;
  return (
    <Link href={`/e/${engagement}/step/${summary.step}/sign-off`} className={classes.gate} data-ready={gate.ready}>
      {text}
    </Link>
  );
}

/** A stale signature is an alarm, not a task. */
function toneOf({ summary, signOffs }: StepView): "plain" | "warn" | "fail" {
  if (signOffs.some(({ state }) => state === "stale")) return "fail";
  return summary.state === "needs-review" ? "warn" : "plain";
}

function Conditions({ engagement, view }: { engagement: string; view: StepView }) {
  const steps = useEngagement(engagement).data?.steps ?? [];
  const { summary, readOnly } = view;
  const why = explainStep(summary, steps);
  return (
    <div className={classes.notices}>
      {summary.state === "not-applicable" && <Notice>This step does not apply. {summary.reason}</Notice>}
      {summary.state !== "not-applicable" && why && (
        <Notice tone={toneOf(view)}>
          <span>
            {why}{" "}
            {summary.state === "needs-review" && (
              <Link href={`/e/${engagement}/step/${summary.step}/sign-off`}>See what was changed</Link>
            )}
          </span>
        </Notice>
      )}
      {readOnly && summary.state === "signed" && (
        <Notice>
          <span>
            This step is signed and read-only.{" "}
            <Link href={`/e/${engagement}/step/${summary.step}/sign-off`}>Reopen it</Link> to change something.
          </span>
        </Notice>
      )}
    </div>
  );
}
