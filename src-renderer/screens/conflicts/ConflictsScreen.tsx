import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link, useParams } from "wouter";
import type { ConflictView } from "../../../src-main/contract/conflicts.ts";
import type { EngagementView } from "../../../src-main/contract/engagements.ts";
import { api } from "../../client.ts";
import { EmptyState } from "../../components/EmptyState.tsx";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Loading } from "../../components/Loading.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { errorToShow } from "../../failing.ts";
import { useEngagement } from "../../queries.ts";
import { findNextConflict, groupConflicts } from "../../words/conflicts.ts";
import { countNoun } from "../../words/steps.ts";
import { ConflictItem, type Decision } from "./ConflictItem.tsx";
import classes from "./conflicts.module.css";

/** What was written on two copies at once and stands side by side until a person decides. */
export function ConflictsScreen() {
  const { id = "" } = useParams();
  const view = useEngagement(id).data;
  const list = useQuery(api.conflicts.list.queryOptions({ input: { engagement: id } }));
  const conflicts = list.data?.conflicts;
  return (
    <>
      <PageHeader
        title="Conflicts"
        status={conflicts && conflicts.length > 0 && <span>{countNoun(conflicts.length, "conflict")} to decide</span>}
      >
        Two copies were changed without knowing of each other. Both values are kept; forms and documents show one of
        them until you decide. Work goes on meanwhile; only the signature of the step waits.
      </PageHeader>
      {list.isPending && <Loading label="Loading the conflicts" />}
      <FailureNotice
        error={errorToShow(list)}
        title="The conflicts were not read."
        onRetry={() => void list.refetch()}
      />
      {conflicts && view && <Conflicts view={view} conflicts={conflicts} />}
    </>
  );
}

function NoConflicts({ engagement }: { engagement: string }) {
  return (
    <EmptyState
      title="No conflicts"
      actions={
        <Button component={Link} href={`/e/${engagement}`} variant="default">
          Go to the overview
        </Button>
      }
    >
      Every value is agreed. When a copy that was changed elsewhere is taken in, what was written on both sides is
      listed here.
    </EmptyState>
  );
}

/** The list, and what happens after each decision: it is said, and the focus goes on to the next one. */
function Conflicts({ view, conflicts }: { view: EngagementView; conflicts: readonly ConflictView[] }) {
  const { engagement, steps, readOnly } = view;
  const queries = useQueryClient();
  const [decided, setDecided] = useState<{ text: string; next: string | null } | null>(null);
  const headings = useRef(new Map<string, HTMLElement>());
  const said = useRef<HTMLParagraphElement>(null);
  const groups = groupConflicts(conflicts, steps);
  const shown = groups.flatMap((group) => group.conflicts.map(({ cell }) => cell));
  const resolve = useMutation(
    api.conflicts.resolve.mutationOptions({
      onSuccess: (left) => queries.setQueryData(api.conflicts.list.queryKey({ input: { engagement } }), left),
    }),
  );
  useEffect(() => {
    if (!decided) return;
    const next = decided.next === null ? null : headings.current.get(decided.next);
    (next ?? said.current)?.focus();
  }, [decided]);
  const decide = (conflict: ConflictView, decision: Decision, text: string) =>
    resolve.mutate(
      { engagement, cell: conflict.cell, decision },
      {
        onSuccess: (left) => {
          const cells = left.conflicts.map(({ cell }) => cell);
          const rest =
            cells.length === 0 ? "Nothing is left to decide." : `${countNoun(cells.length, "conflict")} left.`;
          setDecided({
            text: `${conflict.subject}: ${text}. ${rest}`,
            next: findNextConflict(shown, conflict.cell, cells),
          });
        },
      },
    );
  return (
    <>
      <p role="status" ref={said} tabIndex={-1} className={decided ? classes.said : undefined}>
        {decided?.text}
      </p>
      {groups.length === 0 && <NoConflicts engagement={engagement} />}
      {groups.map((group) => (
        <section key={group.title} className={classes.group} aria-label={group.title}>
          <h2>{group.title}</h2>
          <ul className={classes.list}>
            {group.conflicts.map((conflict) => (
              <ConflictItem
                key={conflict.cell}
                {...{ conflict, view }}
                isReadOnly={readOnly}
                isBusy={resolve.isPending}
                error={resolve.variables?.cell === conflict.cell ? resolve.error : null}
                headingRef={(heading) => {
                  if (heading) headings.current.set(conflict.cell, heading);
                  else headings.current.delete(conflict.cell);
                }}
                onDecide={(decision, text) => decide(conflict, decision, text)}
              />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}
