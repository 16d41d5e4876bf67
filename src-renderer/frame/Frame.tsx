import type { ReactNode } from "react";

/** Map on the left, truth bar below, the page in the middle. */
export function Frame({ children }: { children: ReactNode }) {
  return <main>{children}</main>;
}
