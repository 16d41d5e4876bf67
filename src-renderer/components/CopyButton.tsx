import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import classes from "./notices.module.css";

/** Copies a text; says so for two seconds. `label` names what is copied when the button stands alone. */
export function CopyButton({ value, label = "Copy" }: { value: string; label?: string }) {
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 2000);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () =>
    navigator.clipboard.writeText(value).then(
      () => setState("copied"),
      () => setState("refused"),
    );
  const Icon = state === "copied" ? IconCheck : IconCopy;
  const words = { idle: label, copied: "Copied", refused: "Not copied" };
  return (
    <button type="button" className={classes.plain} onClick={copy}>
      <Icon size={14} aria-hidden="true" />
      <span aria-live="polite">{words[state]}</span>
    </button>
  );
}
