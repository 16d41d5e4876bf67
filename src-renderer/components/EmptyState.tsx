import type { ReactNode } from "react";
import classes from "./notices.module.css";

/** A list with nothing in it: what belongs here and how to begin. */
export function EmptyState({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <section className={classes.empty}>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {actions && <div className={classes.emptyActions}>{actions}</div>}
    </section>
  );
}
