import type { Attribution } from "../../../src-main/contract/names.ts";
import { Moment } from "../../components/Moment.tsx";
import classes from "./rfi.module.css";

/** Who wrote an answer and when. Quiet until the field is pointed at or has the focus; "saved" only after the commit. */
export function AnswerSource({ source, isSaving }: { source: Attribution | undefined; isSaving: boolean }) {
  if (isSaving) return <p className={classes.source}>Saving</p>;
  if (!source) return <p className={classes.source} />;
  return (
    <p className={classes.source}>
      Saved by {source.author}, <Moment at={source.at} />
    </p>
  );
}
