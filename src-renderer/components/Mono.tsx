import { Breakable } from "./Breakable.tsx";
import classes from "./notices.module.css";

/** A host name, path or hash in the monospaced face. */
export function Mono({ children }: { children: string }) {
  return (
    <code className={classes.mono}>
      <Breakable>{children}</Breakable>
    </code>
  );
}
