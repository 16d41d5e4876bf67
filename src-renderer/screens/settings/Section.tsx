import type { ReactNode } from "react";
import classes from "./settings.module.css";

/** One subject of the settings: its name and what it is about at the left, its values at the right. */
export function Section({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  const id = title.toLowerCase().replaceAll(" ", "-");
  return (
    <section className={classes.section} aria-labelledby={id}>
      <div>
        <h2 id={id}>{title}</h2>
        <p>{about}</p>
      </div>
      <div className={classes.body}>{children}</div>
    </section>
  );
}
