import { useEffect, useRef, useState } from "react";
import { describeFailure } from "../../src-main/contract/failures.ts";
import { useCommands } from "../commands/CommandProvider.tsx";
import { TypedFailure } from "../failing.ts";
import { type ChosenFile, sourceOfFile } from "../files.ts";
import classes from "./Frame.module.css";

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;

async function readDropped(file: File): Promise<ChosenFile> {
  if (!/\.fieldbook(\.age)?$/i.test(file.name))
    throw new TypedFailure({
      code: "NOT_A_FIELDBOOK",
      ...describeFailure("NOT_A_FIELDBOOK", { happened: `${file.name} is not an engagement file.` }),
    });
  return { name: file.name, source: await sourceOfFile(file) };
}

/** Takes in an engagement file dropped anywhere on the window. A part of a page that takes drops itself calls `preventDefault` first. */
export function FileDrop() {
  const [isOver, setOver] = useState(false);
  const { takeIn } = useCommands();
  const latest = useRef(takeIn);
  latest.current = takeIn;
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      setOver(!event.defaultPrevented);
      event.preventDefault();
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      const file = event.dataTransfer?.files[0];
      if (event.defaultPrevented || !file) return;
      event.preventDefault();
      latest.current(() => readDropped(file));
    };
    window.addEventListener("dragover", over);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", over);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
    };
  }, []);
  return isOver ? <div className={classes.drop}>Drop the engagement file to open it or take it in</div> : null;
}
