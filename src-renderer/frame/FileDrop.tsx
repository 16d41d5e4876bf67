import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { describeFailure } from "../../src-main/contract/failures.ts";
import { client } from "../client.ts";
import { useCommands } from "../commands/CommandProvider.tsx";
import { TypedFailure } from "../failing.ts";
import { sourceOfFile } from "../files.ts";
import classes from "./Frame.module.css";

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;

async function openDropped(file: File): Promise<string> {
  if (!file.name.toLowerCase().endsWith(".fieldbook"))
    throw new TypedFailure({
      code: "NOT_A_FIELDBOOK",
      ...describeFailure("NOT_A_FIELDBOOK", { happened: `${file.name} is not an engagement file.` }),
    });
  return (await client.engagements.open({ source: await sourceOfFile(file) })).engagement;
}

/** Opens an engagement file dropped anywhere on the window. A part of a page that takes drops itself calls `preventDefault` first. */
export function FileDrop() {
  const [isOver, setOver] = useState(false);
  const [, navigate] = useLocation();
  const { act } = useCommands();
  const latest = useRef({ act, navigate });
  latest.current = { act, navigate };
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
      latest.current.act("The file was not opened", async () =>
        latest.current.navigate(`/e/${await openDropped(file)}`),
      );
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
  return isOver ? <div className={classes.drop}>Drop the engagement file to open it</div> : null;
}
