import { Fragment } from "react";
import classes from "./notices.module.css";

/** A host name, path or hash in the monospaced face; it breaks after dots and slashes only. */
export function Mono({ children }: { children: string }) {
  const parts = children.split(/(?<=[./\\@])/);
  return (
    <code className={classes.mono}>
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text keep their order
        <Fragment key={index}>
          {part}
          {index < parts.length - 1 && <wbr />}
        </Fragment>
      ))}
    </code>
  );
}
