import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { IconFileImport, IconPlus, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useState } from "react";
import { useLocation } from "wouter";
import type { EngagementListItem } from "../../../src-main/contract/engagements.ts";
import { api } from "../../client.ts";
import { useCommands } from "../../commands/CommandProvider.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Loading } from "../../components/Loading.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { errorToShow } from "../../failing.ts";
import { countNoun } from "../../words/steps.ts";
import { EngagementTable } from "./EngagementTable.tsx";
import classes from "./engagements.module.css";
import { type EngagementFilter, filterEngagements, type Sorting, sortEngagements } from "./sorting.ts";

const NewEngagementPanel = lazy(() =>
  import("./NewEngagementPanel.tsx").then((module) => ({ default: module.NewEngagementPanel })),
);

/** All engagements on this computer. At `/new` the panel for another one is open above the list. */
export function EngagementsScreen() {
  const [location] = useLocation();
  const isNew = location === "/new";
  const list = useQuery(api.engagements.list.queryOptions({ input: {} }));
  const items = list.data?.engagements;
  return (
    <>
      <PageHeader
        title="Engagements"
        status={items && items.length > 0 && <CountLine items={items} />}
        actions={items && (items.length > 0 || isNew) && <BeginButtons isNew={isNew} />}
      />
      {isNew && (
        <Suspense fallback={<Loading rows={4} />}>
          <NewEngagementPanel />
        </Suspense>
      )}
      {list.isPending && <Loading label="Loading the engagements" />}
      <FailureNotice error={errorToShow(list)} title="The list was not read." onRetry={() => void list.refetch()} />
      {items?.length === 0 && !isNew && <NoEngagements />}
      {items && items.length > 0 && <EngagementList items={items} />}
    </>
  );
}

function CountLine({ items }: { items: readonly EngagementListItem[] }) {
  const current = items.filter(({ archived, problem }) => !archived && problem === null);
  const conflicts = current.filter((item) => item.conflicts > 0).length;
  return (
    <span>
      {countNoun(current.length, "open engagement")}
      {conflicts > 0 && `, ${conflicts} with conflicts`}
    </span>
  );
}

function BeginButtons({ isNew }: { isNew: boolean }) {
  const { run, isBusy } = useCommands();
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconFileImport size={16} aria-hidden="true" />}
        onClick={() => run("open-file")}
        loading={isBusy}
      >
        Open a file…
      </Button>
      {!isNew && (
        <Button leftSection={<IconPlus size={16} aria-hidden="true" />} onClick={() => run("new-engagement")}>
          New engagement
        </Button>
      )}
    </>
  );
}

function NoEngagements() {
  const { run, isBusy } = useCommands();
  return (
    <EmptyState
      title="No engagements yet"
      actions={
        <>
          <Button onClick={() => run("new-engagement")}>New engagement</Button>
          <Button variant="default" onClick={() => run("open-file")} loading={isBusy}>
            Open a file…
          </Button>
          <Button variant="default" onClick={() => run("open-sample")} loading={isBusy}>
            Open the sample
          </Button>
        </>
      }
    >
      An engagement holds one customer’s seven steps: answers, checks, evidence and signatures, in one file on this
      computer. Begin one, open a hand-over copy (or drop it on this window), or look round in the filled sample.
    </EmptyState>
  );
}

function EngagementList({ items }: { items: readonly EngagementListItem[] }) {
  const [filter, setFilter] = useState<EngagementFilter>({ query: "", show: "current" });
  const [sorting, setSorting] = useState<Sorting>({ column: "changedAt", isDescending: true });
  const shown = useMemo(() => sortEngagements(filterEngagements(items, filter), sorting), [items, filter, sorting]);
  return (
    <section aria-label="List of engagements">
      <div className={classes.tools}>
        <TextInput
          type="search"
          aria-label="Search engagements"
          placeholder="Customer, reference or step"
          leftSection={<IconSearch size={15} aria-hidden="true" />}
          className={classes.search}
          value={filter.query}
          onChange={(event) => setFilter({ ...filter, query: event.currentTarget.value })}
        />
        <SegmentedControl
          size="xs"
          aria-label="Which engagements"
          value={filter.show}
          onChange={(show) => setFilter({ ...filter, show: show as EngagementFilter["show"] })}
          data={[
            { value: "current", label: "Current" },
            { value: "archived", label: "Archived" },
            { value: "all", label: "All" },
          ]}
        />
        <span role="status" className={classes.found}>
          {filter.query !== "" && `${shown.length} found`}
        </span>
      </div>
      {shown.length > 0 ? (
        <EngagementTable items={shown} sorting={sorting} onSort={setSorting} />
      ) : (
        <NothingFound filter={filter} onClear={() => setFilter({ query: "", show: "all" })} />
      )}
    </section>
  );
}

function NothingFound({ filter, onClear }: { filter: EngagementFilter; onClear: () => void }) {
  const title = filter.query
    ? `Nothing holds “${filter.query}”`
    : filter.show === "archived"
      ? "Nothing is archived"
      : "Every engagement is archived";
  return (
    <EmptyState
      title={title}
      actions={
        <Button variant="default" onClick={onClear}>
          Show all engagements
        </Button>
      }
    />
  );
}
