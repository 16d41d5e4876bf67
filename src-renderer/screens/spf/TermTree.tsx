import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { type KeyboardEvent, useRef, useState } from "react";
import type { SpfTermView } from "../../../src-main/contract/spf.ts";
import { Mono } from "../../components/Mono.tsx";
import { Verdict } from "../../components/Verdict.tsx";
import classes from "./spf.module.css";
import { listRows, moveInTree, type TreeRow } from "./tree-rows.ts";

/** The terms of a record and of everything it leads to, each with its number among the look-ups. Arrow keys walk, open and close. */
export function TermTree({ domain, terms }: { domain: string; terms: readonly SpfTermView[] }) {
  const [closed, setClosed] = useState<ReadonlySet<number>>(new Set());
  const [current, setCurrent] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const rows = listRows(terms, closed);
  const toggle = (index: number, isOpen: boolean) => {
    const next = new Set(closed);
    if (isOpen) next.delete(index);
    else next.add(index);
    setClosed(next);
  };
  const focus = (index: number) => {
    setCurrent(index);
    list.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = moveInTree(event.key, current, rows, terms);
    if (!move) return;
    event.preventDefault();
    if (move.kind === "focus") focus(move.index);
    else toggle(move.index, move.kind === "open");
  };
  // A row that was closed over takes the keyboard's place with it; the first one stands in.
  const reachable = rows.some(({ index }) => index === current) ? current : 0;
  return (
    <div className={classes.tree} role="tree" aria-label={`SPF record of ${domain}`} ref={list} onKeyDown={onKeyDown}>
      {rows.map((row) => (
        <TermRow
          key={row.index}
          row={row}
          isReachable={row.index === reachable}
          onFocus={() => setCurrent(row.index)}
          onToggle={() => toggle(row.index, !row.isOpen)}
        />
      ))}
    </div>
  );
}

interface TermRowProps {
  row: TreeRow;
  isReachable: boolean;
  onFocus: () => void;
  onToggle: () => void;
}

function TermRow({ row, isReachable, onFocus, onToggle }: TermRowProps) {
  const { term, hasInside, isOpen, index } = row;
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree hears the keys
    <div
      className={classes.term}
      role="treeitem"
      data-index={index}
      data-matches={term.matches}
      aria-level={term.level}
      aria-posinset={row.position}
      aria-setsize={row.sisters}
      aria-selected={isReachable}
      {...(hasInside ? { "aria-expanded": isOpen } : {})}
      tabIndex={isReachable ? 0 : -1}
      onFocus={onFocus}
      onClick={hasInside ? onToggle : undefined}
    >
      <span className={classes.number}>
        {term.count ?? "–"}
        <span className="fb-visually-hidden">{term.count === null ? " no look-up" : ". look-up"}</span>
      </span>
      <span className={classes.chevron} style={{ marginLeft: 20 * (Math.min(term.level, 12) - 1) }}>
        {hasInside && <Chevron size={14} aria-hidden="true" />}
      </span>
      <span className={classes.termText}>
        <Mono>{term.term}</Mono>
        <TermRemarks term={term} />
      </span>
      <span className={classes.termCost}>{term.lookups > 1 ? `costs ${term.lookups}` : ""}</span>
    </div>
  );
}

function TermRemarks({ term }: { term: SpfTermView }) {
  const empty = { no: null, ipv6: "Empty for IPv6", yes: "Empty name" }[term.empty];
  return (
    <>
      {term.matches && <Verdict verdict="pass" label="Matches" />}
      {empty && <Verdict verdict={term.empty === "yes" ? "warn" : "not-run"} label={empty} />}
      {term.problem && <span className={classes.termProblem}>{term.problem}</span>}
      {term.note && term.note !== "matches" && <span className={classes.termNote}>{term.note}</span>}
    </>
  );
}
