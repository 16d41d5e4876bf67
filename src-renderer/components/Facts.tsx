import type { ReactNode } from "react";
import { CopyButton } from "./CopyButton.tsx";
import classes from "./Facts.module.css";
import { Mono } from "./Mono.tsx";

export type FactRow = readonly [label: string, value: ReactNode];

/** Names and values in two columns. */
export function Facts({ rows }: { rows: readonly FactRow[] }) {
  return (
    <dl className={classes.facts}>
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A long value such as a key or a path, with a button that copies it. `what` names it for the button. */
export function WithCopy({ value, what }: { value: string; what?: string }) {
  return (
    <span className={classes.withCopy}>
      <Mono>{value}</Mono>
      <CopyButton value={value} {...(what ? { label: `Copy ${what}` } : {})} />
    </span>
  );
}
