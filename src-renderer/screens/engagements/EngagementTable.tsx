import { ActionIcon, Menu } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconDots } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import type { EngagementListItem } from "../../../src-main/contract/engagements.ts";
import { client } from "../../client.ts";
import { useCommands } from "../../commands/CommandProvider.tsx";
import { Moment, useNow } from "../../components/Moment.tsx";
import { Mono } from "../../components/Mono.tsx";
import { formatDay } from "../../words/time.ts";
import { DuplicateRow } from "./DuplicateRow.tsx";
import classes from "./engagements.module.css";
import { type SortColumn, type Sorting, turnSorting } from "./sorting.ts";

const columns: readonly { column: SortColumn; label: string; isNumber?: boolean }[] = [
  { column: "customer", label: "Customer" },
  { column: "reference", label: "Reference" },
  { column: "step", label: "Step reached" },
  { column: "waitingFor", label: "Waiting for" },
  { column: "nextDate", label: "Next date" },
  { column: "conflicts", label: "Conflicts", isNumber: true },
  { column: "changedAt", label: "Last change" },
];

interface EngagementTableProps {
  items: readonly EngagementListItem[];
  sorting: Sorting;
  onSort: (sorting: Sorting) => void;
}

export function EngagementTable({ items, sorting, onSort }: EngagementTableProps) {
  const [duplicating, setDuplicating] = useState<string | null>(null);
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            {columns.map(({ column, label, isNumber = false }) => (
              <SortHeading key={column} column={column} label={label} isNumber={isNumber} {...{ sorting, onSort }} />
            ))}
            <th>
              <span className="fb-visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => {
            if (item.problem !== null) return <ProblemRow key={item.file} item={item} problem={item.problem} />;
            if (duplicating === item.engagement)
              return <DuplicateRow key={item.engagement} item={item} onClose={() => setDuplicating(null)} />;
            return (
              <EngagementRow key={item.engagement} item={item} onDuplicate={() => setDuplicating(item.engagement)} />
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

interface SortHeadingProps extends Omit<EngagementTableProps, "items"> {
  column: SortColumn;
  label: string;
  isNumber: boolean;
}

function SortHeading({ column, label, isNumber, sorting, onSort }: SortHeadingProps) {
  const isHere = sorting.column === column;
  const Arrow = sorting.isDescending ? IconArrowDown : IconArrowUp;
  const order = isHere ? (sorting.isDescending ? "descending" : "ascending") : "none";
  return (
    <th aria-sort={order} data-number={isNumber}>
      <button type="button" onClick={() => onSort(turnSorting(sorting, column))}>
        {label}
        <Arrow size={12} aria-hidden="true" visibility={isHere ? "visible" : "hidden"} />
      </button>
    </th>
  );
}

function EngagementRow({ item, onDuplicate }: { item: EngagementListItem; onDuplicate: () => void }) {
  const now = useNow();
  return (
    <tr data-archived={item.archived}>
      <td className={classes.customer}>
        <Link href={`/e/${item.engagement}`} title={item.customer}>
          {item.customer}
        </Link>
        {item.archived && <span className={classes.tag}>Archived</span>}
      </td>
      <td className={classes.reference}>{item.reference}</td>
      <td>
        <span className={classes.step}>
          <progress
            aria-label={`${item.signed} of ${item.applicable} signed`}
            value={item.signed}
            max={Math.max(item.applicable, 1)}
          />
          <span className={classes.stepCount}>
            {item.signed}/{item.applicable}
          </span>
          {item.stepTitle}
        </span>
      </td>
      <td className={classes.party}>{item.waitingFor || <Nothing />}</td>
      <td className={classes.date}>{item.nextDate ? formatDay(item.nextDate, now) : <Nothing />}</td>
      <td data-number="true">
        {item.conflicts > 0 ? <strong className={classes.conflicts}>{item.conflicts}</strong> : <Nothing />}
      </td>
      <td className={classes.date}>
        <Moment at={item.changedAt} />
      </td>
      <td className={classes.actions}>
        <RowMenu item={item} onDuplicate={onDuplicate} />
      </td>
    </tr>
  );
}

const Nothing = () => (
  <span className={classes.nothing}>
    <span aria-hidden="true">–</span>
    <span className="fb-visually-hidden">none</span>
  </span>
);

function RowMenu({ item, onDuplicate }: { item: EngagementListItem; onDuplicate: () => void }) {
  const { act } = useCommands();
  const [, navigate] = useLocation();
  const { engagement, archived, customer } = item;
  const setArchived = () =>
    act(archived ? "The engagement was not taken back" : "The engagement was not archived", () =>
      client.engagements.archive({ engagement, archived: !archived }),
    );
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${customer}`}>
          <IconDots size={16} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onDuplicate}>Duplicate…</Menu.Item>
        <Menu.Item onClick={() => navigate(`/e/${engagement}/hand-over`)}>Export a hand-over copy…</Menu.Item>
        <Menu.Item onClick={setArchived}>{archived ? "Take out of the archive" : "Archive"}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** A file that cannot be read: its name, and the sentence that says what can be done. */
function ProblemRow({ item, problem }: { item: EngagementListItem; problem: string }) {
  return (
    <tr data-problem="true">
      <td className={classes.customer}>
        <Mono>{item.file}</Mono>
      </td>
      <td colSpan={5} className={classes.problem}>
        {problem}
      </td>
      <td className={classes.date}>
        <Moment at={item.changedAt} />
      </td>
      <td />
    </tr>
  );
}
