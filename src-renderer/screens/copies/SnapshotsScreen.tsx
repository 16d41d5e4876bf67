import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocation, useParams } from "wouter";
import type { SnapshotView } from "../../../src-main/contract/copies.ts";
import { api, client } from "../../client.ts";
import { useFileJob } from "../../commands/useFileJob.ts";
import { EmptyState } from "../../components/EmptyState.tsx";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { FileJobState } from "../../components/FileJobState.tsx";
import { Loading } from "../../components/Loading.tsx";
import { Moment } from "../../components/Moment.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import tables from "../../components/table.module.css";
import text from "../../components/text.module.css";
import { Verdict, type VerdictShown } from "../../components/Verdict.tsx";
import { errorToShow } from "../../failing.ts";
import { useEngagement } from "../../queries.ts";
import { rememberReturn } from "../../views.ts";
import { describeProof, snapshotReasonWords } from "../../words/copies.ts";
import { formatMomentInFull, formatSize } from "../../words/time.ts";
import classes from "./copies.module.css";

/** The engagement as it was earlier: when, why it was kept, and whether it was ever opened. */
export function SnapshotsScreen() {
  const { id = "" } = useParams();
  const list = useQuery(api.copies.snapshots.queryOptions({ input: { engagement: id } }));
  const isView = typeof useEngagement(id).data?.viewOf === "string";
  const queries = useQueryClient();
  const take = useMutation(
    api.copies.takeSnapshot.mutationOptions({
      onSuccess: (taken) => queries.setQueryData(api.copies.snapshots.queryKey({ input: { engagement: id } }), taken),
    }),
  );
  const takeButton = (
    <Button variant="default" loading={take.isPending} onClick={() => take.mutate({ engagement: id })}>
      Take a snapshot now
    </Button>
  );
  const snapshots = list.data?.snapshots ?? [];
  if (isView)
    return (
      <>
        <PageHeader title="Snapshots" />
        <EmptyState title="A copy that is looked at has no snapshots">
          Close it to see those of the engagement.
        </EmptyState>
      </>
    );
  return (
    <>
      <PageHeader title="Snapshots" actions={takeButton}>
        The engagement as it was: kept every hour while it changes, once a day, and before a copy is taken in. The
        newest is opened and checked by the program itself.
      </PageHeader>
      <FailureNotice error={take.error} title="No snapshot was taken." onDismiss={take.reset} />
      {list.isPending && <Loading label="Loading the snapshots" />}
      <FailureNotice error={errorToShow(list)} title="The list was not read." onRetry={() => void list.refetch()} />
      {list.data && snapshots.length === 0 && (
        <EmptyState title="No snapshots yet">
          The first is taken by itself, within an hour of the next change. Take one now before something you are not
          sure of.
        </EmptyState>
      )}
      {snapshots.length > 0 && <SnapshotList engagement={id} snapshots={snapshots} />}
    </>
  );
}

function SnapshotList({ engagement, snapshots }: { engagement: string; snapshots: readonly SnapshotView[] }) {
  const [location, navigate] = useLocation();
  const restore = useFileJob((snapshot: string) => client.copies.restore({ engagement, snapshot }));
  const look = useMutation({
    mutationFn: (snapshot: string) => client.copies.lookInto({ engagement, snapshot }),
    onSuccess: ({ engagement: view }) => {
      rememberReturn(view, location);
      navigate(`/e/${view}`);
    },
  });
  const isBusy = restore.isPending || look.isPending;
  return (
    <div className={classes.snapshots}>
      <table className={tables.table} data-align="middle">
        <thead>
          <tr>
            <th>Taken</th>
            <th>Why</th>
            <th>Proof</th>
            <th data-number="true">Size</th>
            <th>
              <span className="fb-visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {snapshots.map((snapshot) => (
            <SnapshotRow
              key={snapshot.snapshot}
              snapshot={snapshot}
              onLook={() => !isBusy && look.mutate(snapshot.snapshot)}
              onRestore={() => !isBusy && restore.begin(snapshot.snapshot)}
            />
          ))}
        </tbody>
      </table>
      <FileJobState {...restore} failureTitle="The snapshot was not restored." />
      <FailureNotice error={look.error} title="The snapshot was not opened." onDismiss={look.reset} />
    </div>
  );
}

const proofMarks: Record<SnapshotView["proof"], { verdict: VerdictShown; words: string }> = {
  proven: { verdict: "pass", words: "Proven" },
  unproven: { verdict: "not-run", words: "Unproven" },
  failed: { verdict: "fail", words: "Failed" },
};

interface SnapshotRowProps {
  snapshot: SnapshotView;
  onLook: () => void;
  onRestore: () => void;
}

function SnapshotRow({ snapshot, onLook, onRestore }: SnapshotRowProps) {
  const { at, reason, size, proof, provenAt } = snapshot;
  const { verdict, words } = proofMarks[proof];
  const name = `the snapshot of ${formatMomentInFull(at)}`;
  return (
    <tr>
      <td>
        <Moment at={at} />
      </td>
      <td>{snapshotReasonWords[reason]}</td>
      <td>
        <Verdict verdict={verdict} label={words} />
        <p className={text.caption}>
          {describeProof(snapshot)}
          {provenAt && (
            <>
              , <Moment at={provenAt} />
            </>
          )}
        </p>
      </td>
      <td data-number="true">{formatSize(size)}</td>
      <td className={tables.rowActions}>
        <Button variant="default" size="compact-sm" aria-label={`Look into ${name}`} onClick={onLook}>
          Look into
        </Button>
        <Button variant="default" size="compact-sm" aria-label={`Restore as a copy: ${name}`} onClick={onRestore}>
          Restore as a copy…
        </Button>
      </td>
    </tr>
  );
}
