import { Button, NativeSelect } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "wouter";
import type { HistoryEntry } from "../../../src-main/contract/history.ts";
import type { StepId } from "../../../src-main/contract/names.ts";
import type { DeviceView } from "../../../src-main/contract/trust.ts";
import { api } from "../../client.ts";
import { DeviceTable } from "../../components/Devices.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Loading } from "../../components/Loading.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import text from "../../components/text.module.css";
import { VerificationResult } from "../../components/VerificationResult.tsx";
import { errorToShow } from "../../failing.ts";
import { useEngagement } from "../../queries.ts";
import { nameStep } from "../../words/steps.ts";
import { describeDevices, shortDevice } from "../../words/trust.ts";
import { HistoryRow } from "./HistoryRow.tsx";
import classes from "./history.module.css";
import { OldEvidence } from "./OldEvidence.tsx";

interface HistoryFilter {
  step: StepId | "";
  author: string;
}

/** Who changed what and when, newest first; whether all of it still holds stands at the top. */
export function HistoryScreen() {
  const { id = "" } = useParams();
  const [filter, setFilter] = useState<HistoryFilter>({ step: "", author: "" });
  return (
    <>
      <PageHeader title="History">Every change ever made, by whom, on which device. Nothing is overwritten.</PageHeader>
      <Verified engagement={id} />
      <OldEvidence engagement={id} />
      <HistoryList engagement={id} filter={filter} onFilter={setFilter} />
    </>
  );
}

function Verified({ engagement }: { engagement: string }) {
  const verify = useQuery(api.history.verify.queryOptions({ input: { engagement }, staleTime: 0 }));
  return (
    <section className={classes.verified} aria-label="Verification">
      {verify.isPending && <p className={text.soft}>Checking every hash, chain and signature…</p>}
      <FailureNotice
        error={errorToShow(verify)}
        title="The engagement was not verified."
        onRetry={() => void verify.refetch()}
      />
      {verify.data && <VerificationResult verification={verify.data} />}
    </section>
  );
}

interface HistoryListProps {
  engagement: string;
  filter: HistoryFilter;
  onFilter: (filter: HistoryFilter) => void;
}

function HistoryList({ engagement, filter, onFilter }: HistoryListProps) {
  const { step, author } = filter;
  const pages = useInfiniteQuery(
    api.history.list.infiniteOptions({
      input: (before: number | undefined) => ({
        engagement,
        ...(step ? { step } : {}),
        ...(author ? { author } : {}),
        ...(before === undefined ? {} : { before }),
      }),
      initialPageParam: undefined as number | undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),
  );
  const entries = pages.data?.pages.flatMap((page) => page.entries) ?? [];
  const devices = pages.data?.pages[0]?.devices ?? [];
  return (
    <>
      <Filters
        engagement={engagement}
        filter={filter}
        authors={pages.data?.pages[0]?.authors ?? []}
        onFilter={onFilter}
      />
      {pages.isPending && <Loading label="Loading the history" />}
      <FailureNotice
        error={errorToShow(pages)}
        title="The history was not read."
        onRetry={() => void pages.refetch()}
      />
      {pages.data && entries.length === 0 && (
        <EmptyState
          title="No change fits the filter"
          actions={
            <Button variant="default" onClick={() => onFilter({ step: "", author: "" })}>
              Show all changes
            </Button>
          }
        />
      )}
      {devices.length > 0 && (
        <details className={classes.devices}>
          <summary>{describeDevices(devices)}</summary>
          <DeviceTable devices={devices} />
        </details>
      )}
      <Entries entries={entries} devices={devices} />
      {pages.hasNextPage && (
        <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          Show earlier changes
        </Button>
      )}
    </>
  );
}

interface EntriesProps {
  entries: readonly HistoryEntry[];
  devices: readonly DeviceView[];
}

function Entries({ entries, devices }: EntriesProps) {
  if (entries.length === 0) return null;
  // Until an office vouches for somebody, the list of devices says once that nobody is verified.
  const isVouched = devices.some(({ standing }) => standing === "verified");
  const told = devices.filter(({ standing }) => standing !== "verified" && (isVouched || standing !== "unverified"));
  const standings = new Map(told.map(({ device, standing }) => [shortDevice(device), standing]));
  return (
    <ol className={classes.entries} aria-label="Changes, newest first">
      {entries.map((entry) => (
        <HistoryRow key={entry.entry} entry={entry} standing={standings.get(shortDevice(entry.device))} />
      ))}
    </ol>
  );
}

interface FiltersProps extends HistoryListProps {
  authors: readonly string[];
}

function Filters({ engagement, filter, authors, onFilter }: FiltersProps) {
  const { data } = useEngagement(engagement);
  return (
    <div className={classes.filters}>
      <NativeSelect
        aria-label="Step"
        value={filter.step}
        onChange={(event) => onFilter({ ...filter, step: event.currentTarget.value as StepId | "" })}
        data={[
          { value: "", label: "All steps" },
          ...(data?.steps ?? []).map((step) => ({ value: step.step, label: nameStep(step) })),
        ]}
      />
      <NativeSelect
        aria-label="Person"
        value={filter.author}
        onChange={(event) => onFilter({ ...filter, author: event.currentTarget.value })}
        data={[{ value: "", label: "Everybody" }, ...authors.map((name) => ({ value: name, label: name }))]}
      />
    </div>
  );
}
