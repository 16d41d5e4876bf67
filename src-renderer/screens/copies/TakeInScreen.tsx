import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";
import type { Job } from "../../../src-main/contract/jobs.ts";
import { api } from "../../client.ts";
import { useCommands } from "../../commands/CommandProvider.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { JobProgress } from "../../components/JobProgress.tsx";
import { Loading } from "../../components/Loading.tsx";
import { Mono } from "../../components/Mono.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import panel from "../../components/panel.module.css";
import { TypedFailure } from "../../failing.ts";
import type { ChosenFile } from "../../files.ts";
import { SealedCopy } from "./SealedCopy.tsx";
import { TakeInReview } from "./TakeInReview.tsx";

const pace = 250;

/** The one way by which a file from elsewhere comes in: looked into in a process of its own, shown, and then taken in or not. */
export function TakeInScreen() {
  const { job } = useParams();
  const copy = useHistoryState<ChosenFile | null>();
  return (
    <>
      <PageHeader title="Take in a copy" status={copy && <Mono>{copy.name}</Mono>} />
      {job ? <Examination key={job} jobId={job} copy={copy} /> : <ChooseCopy title="Choose a copy of an engagement" />}
    </>
  );
}

function ChooseCopy({ title }: { title: string }) {
  const { run, isBusy } = useCommands();
  return (
    <EmptyState
      title={title}
      actions={
        <Button variant="default" loading={isBusy} onClick={() => run("take-in-copy")}>
          Choose a copy…
        </Button>
      }
    >
      A hand-over copy, or the file of a colleague. It is checked first, and nothing changes before you have seen what
      would come in. You can also drop it anywhere on this window.
    </EmptyState>
  );
}

function Examination({ jobId, copy }: { jobId: string; copy: ChosenFile | null }) {
  const query = useQuery(
    api.jobs.get.queryOptions({
      input: { job: jobId },
      refetchInterval: ({ state }) => (state.data?.state === "running" ? pace : false),
    }),
  );
  if (query.data) return <Examined job={query.data} copy={copy} />;
  if (query.error) return <ChooseCopy title="This copy is not at hand any more" />;
  return <Loading rows={3} label="Looking into the copy" />;
}

function Examined({ job, copy }: { job: Job; copy: ChosenFile | null }) {
  if (job.state === "running") {
    return (
      <div className={panel.panel}>
        <JobProgress job={job} />
        <p>The copy is read in a process of its own. Nothing has been changed.</p>
      </div>
    );
  }
  if (job.state === "done") return <TakeInReview job={job.job} />;
  if (job.state === "cancelled") return <ChooseCopy title="Stopped; nothing was taken in" />;
  const code = job.failure?.code;
  if (copy && (code === "SEALED_FILE" || code === "WRONG_PASSPHRASE"))
    return <SealedCopy copy={copy} isWrong={code === "WRONG_PASSPHRASE"} />;
  return (
    <div className={panel.panel}>
      <FailureNotice error={new TypedFailure(job.failure ?? { code: "INTERNAL" })} title="The copy was not opened." />
      <ChooseCopy title="Choose another copy" />
    </div>
  );
}
