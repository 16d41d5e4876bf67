import type { Field } from "./field.ts";

/** A question answered with yes or no. The id keeps its literal type, so that field paths stay checked. */
export const yesNo = <Id extends string>(
  id: Id,
  label: string,
  more: Pick<Field, "required" | "help" | "when" | "feeds"> = {},
) => ({ id, label, kind: "yes-no" as const, ...more });

/** Platform families with Exchange servers of the customer's own. */
export const exchangeLike = ["exchange", "hybrid"] as const;
/** Platform families with servers of the customer's own. */
export const ownServers = ["exchange", "hybrid", "domino", "postfix"] as const;
