import { useState } from "react";
import { Breakable } from "./Breakable.tsx";
import { PlainButton } from "./PlainButton.tsx";
import tables from "./table.module.css";

const longest = 320;

/** A value of any length: its beginning, and the whole of it on demand. */
export function LongValue({ children }: { children: string }) {
  const [isWhole, setWhole] = useState(false);
  if (children.length <= longest)
    return (
      <span className={tables.value}>
        <Breakable>{children}</Breakable>
      </span>
    );
  return (
    <>
      <span className={tables.value}>
        <Breakable>{isWhole ? children : `${children.slice(0, longest)}…`}</Breakable>
      </span>{" "}
      <PlainButton aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
        {isWhole ? "Show less" : "Show the whole value"}
      </PlainButton>
    </>
  );
}
