import type { ReactNode } from "react";
import classes from "./notices.module.css";

/** One line that belongs to the page: read-only, offline, conflicts. */
export function Notice({ tone = "plain", children }: { tone?: "plain" | "warn" | "fail"; children: ReactNode }) {
  return (
    <div className={classes.notice} data-tone={tone}>
      {children}
    </div>
  );
}
