import { Link } from "wouter";
import { sections } from "../../../src-main/contract/rfi/form.ts";
import type { RfiView } from "../../../src-main/contract/rfi.ts";
import classes from "./rfi.module.css";

/** The sections of the form with how much of each is answered. */
export function SectionMap({
  engagement,
  completeness,
  shown,
}: {
  engagement: string;
  completeness: RfiView["completeness"];
  shown: string;
}) {
  const countOf = (id: string) => completeness.sections.find((section) => section.id === id);
  return (
    <nav className={classes.map} aria-label="Sections of the form">
      {sections.map(({ id, title }) => {
        const { answered = 0, asked = 0 } = countOf(id) ?? {};
        const isComplete = answered === asked;
        return (
          <Link
            key={id}
            href={`/e/${engagement}/rfi/${id}`}
            className={classes.mapEntry}
            aria-current={id === shown ? "page" : undefined}
          >
            <span>{title}</span>
            <span className={classes.count} data-complete={isComplete}>
              {asked === 0 ? "" : isComplete ? "complete" : `${answered}/${asked}`}
            </span>
          </Link>
        );
      })}
    </nav>
  );
}
