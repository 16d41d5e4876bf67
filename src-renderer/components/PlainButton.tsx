import type { ComponentProps } from "react";
import classes from "./notices.module.css";

/** A button that looks like a link, for small actions beside a text. */
export function PlainButton(props: Omit<ComponentProps<"button">, "className" | "type">) {
  return <button {...props} type="button" className={classes.plain} />;
}
