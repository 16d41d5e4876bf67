import { Button, SegmentedControl } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { NetworkSettings } from "../../../src-main/contract/settings.ts";
import type { VantageFinding, VantageResult } from "../../../src-main/contract/vantage.ts";
import { api } from "../../client.ts";
import { CopyButton } from "../../components/CopyButton.tsx";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { JobProgress } from "../../components/JobProgress.tsx";
import { Loading } from "../../components/Loading.tsx";
import { Moment } from "../../components/Moment.tsx";
import { Mono } from "../../components/Mono.tsx";
import text from "../../components/text.module.css";
import { Verdict } from "../../components/Verdict.tsx";
import { useJob } from "../../events.ts";
import { errorToShow } from "../../failing.ts";
import { vantageSubjects } from "../../words/vantage.ts";
import { Section } from "./Section.tsx";
import classes from "./vantage.module.css";

/** What this network does to checks made from here: the latest look with all findings, and the way to look again. */
export function VantageSection({ network }: { network: NetworkSettings }) {
  const vantage = useQuery(api.vantage.get.queryOptions({ input: {} }));
  return (
    <Section title="This network" about="What this network does to checks made from here. A look takes some seconds.">
      <div className={classes.vantage}>
        {vantage.isPending && <Loading rows={4} label="Loading the findings about this network" />}
        <FailureNotice
          error={errorToShow(vantage)}
          title="The findings were not read."
          onRetry={() => void vantage.refetch()}
        />
        {vantage.data && <Look latest={vantage.data.latest} running={vantage.data.running} />}
        <When selfTest={network.selfTest} />
      </div>
    </Section>
  );
}

function Look({ latest, running }: { latest: VantageResult | null; running: string | null }) {
  const test = useMutation(api.vantage.test.mutationOptions());
  const job = useJob(test.data?.job ?? running);
  const isRunning = job?.state === "running";
  return (
    <>
      {latest ? <Findings latest={latest} /> : <p className={text.soft}>Nobody has looked at this network yet.</p>}
      <div className={classes.again}>
        <Button
          variant="default"
          aria-disabled={isRunning}
          loading={test.isPending}
          onClick={() => isRunning || test.mutate({})}
        >
          {latest ? "Test again" : "Test this network"}
        </Button>
        <span role="status">{isRunning && <JobProgress job={job} />}</span>
      </div>
      <FailureNotice error={test.error} title="The test was not started." onDismiss={test.reset} />
    </>
  );
}

function Findings({ latest }: { latest: VantageResult }) {
  const { at, addresses, resolvers, findings, transcript, isStale } = latest;
  return (
    <>
      <p className={text.soft}>
        Seen <Moment at={at} /> from <Mono>{addresses.slice(0, 3).join(", ") || "no address"}</Mono>
        {resolvers.length > 0 && (
          <>
            , resolver <Mono>{resolvers.slice(0, 3).join(", ")}</Mono>
          </>
        )}
        .{isStale && " This computer has other addresses now: test again."}
      </p>
      <ul className={classes.findings} data-stale={isStale || undefined}>
        {findings.map((finding) => (
          <FindingItem key={finding.subject} finding={finding} />
        ))}
      </ul>
      {transcript && (
        <details className={classes.transcript}>
          <summary>Transcript</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard */}
          <pre tabIndex={0}>{transcript}</pre>
          <CopyButton value={transcript} label="Copy transcript" />
        </details>
      )}
    </>
  );
}

function FindingItem({ finding: { subject, verdict, text: seen, meaning, todo } }: { finding: VantageFinding }) {
  return (
    <li>
      <div className={classes.head}>
        <h3>{vantageSubjects[subject]}</h3>
        <Verdict verdict={verdict} />
      </div>
      <p>{seen}</p>
      {meaning && <p className={classes.meaning}>{meaning}</p>}
      {todo && <p className={classes.todo}>{todo}</p>}
    </li>
  );
}

function When({ selfTest }: Pick<NetworkSettings, "selfTest">) {
  const update = useMutation(api.settings.update.mutationOptions());
  return (
    <div className={classes.when}>
      <span id="self-test">Look at the network</span>
      <SegmentedControl
        aria-labelledby="self-test"
        value={update.variables?.network?.selfTest ?? selfTest}
        onChange={(value) => update.mutate({ network: { selfTest: value as typeof selfTest } })}
        data={[
          { value: "at-start", label: "At the start and after a move" },
          { value: "on-demand", label: "When asked" },
        ]}
      />
      <FailureNotice error={update.error} title="The change was not saved." onDismiss={update.reset} />
    </div>
  );
}
