import { Fragment } from "react";

/** A text that breaks after dots and slashes before anywhere else, so that host names and paths stay readable. */
export function Breakable({ children }: { children: string }) {
  const parts = children.split(/(?<=[./\\@])/);
  return parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text keep their order
    <Fragment key={index}>
      {part}
      {index < parts.length - 1 && <wbr />}
    </Fragment>
  ));
}
