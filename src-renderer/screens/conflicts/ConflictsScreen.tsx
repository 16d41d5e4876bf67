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

interface ConflictsProps {
  view: EngagementView;
  conflicts: readonly ConflictView[];
}

/** Decides conflicts one by one: what was decided is said, and the focus goes on to the next one in the order shown. */
function useDeciding(engagement: string, shown: readonly string[]) {
  const queries = useQueryClient();
  const [decided, setDecided] = useState<{ text: string; next: string | null } | null>(null);
  const headings = useRef(new Map<string, HTMLElement>());
  const said = useRef<HTMLParagraphElement>(null);
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
  const decide = ({ cell, subject }: ConflictView, decision: Decision, words: string) =>
    resolve.mutate(
      { engagement, cell, decision },
      {
        onSuccess: ({ conflicts }) => {
          const left = conflicts.map((conflict) => conflict.cell);
          const rest = left.length === 0 ? "Nothing is left to decide." : `${countNoun(left.length, "conflict")} left.`;
          setDecided({ text: `${subject}: ${words}. ${rest}`, next: findNextConflict(shown, cell, left) });
        },
      },
    );
  const keepHeading = (cell: string) => (heading: HTMLElement | null) => {
    if (heading) headings.current.set(cell, heading);
    else headings.current.delete(cell);
  };
  return { decide, resolve, decided, said, keepHeading };
}

function Conflicts({ view, conflicts }: ConflictsProps) {
  const groups = groupConflicts(conflicts, view.steps);
  const shown = groups.flatMap((group) => group.conflicts.map(({ cell }) => cell));
  const { decide, resolve, decided, said, keepHeading } = useDeciding(view.engagement, shown);
  return (
    <>
      <p role="status" ref={said} tabIndex={-1} className={decided ? classes.said : undefined}>
        {decided?.text}
      </p>
      {groups.length === 0 && <NoConflicts engagement={view.engagement} />}
      {groups.map((group) => (
        <section key={group.title} className={classes.group} aria-label={group.title}>
          <h2>{group.title}</h2>
          <ul className={classes.list}>
            {group.conflicts.map((conflict) => (
              <ConflictItem
                key={conflict.cell}
                {...{ conflict, view }}
                isBusy={resolve.isPending}
                error={resolve.variables?.cell === conflict.cell ? resolve.error : null}
                headingRef={keepHeading(conflict.cell)}
                onDecide={(decision, words) => decide(conflict, decision, words)}
              />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}
