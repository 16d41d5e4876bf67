import type { Instruction } from "../../../src-main/contract/steps.ts";
import { CopyButton } from "../../components/CopyButton.tsx";
import classes from "./step.module.css";
import { UnknownValue } from "./UnknownValue.tsx";

/** Instructions in order: prose, commands and values to copy; what nobody has told yet is marked inside them. */
export function Instructions({ list }: { list: readonly Instruction[] }) {
  return (
    <ol className={classes.instructions}>
      {list.map((instruction, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the order of instructions is their identity
        <li key={index} data-kind={instruction.kind}>
          {instruction.kind === "text" ? <p>{markUnknown(instruction.text)}</p> : <Block instruction={instruction} />}
        </li>
      ))}
    </ol>
  );
}

function Block({ instruction: { kind, text, unresolved } }: { instruction: Instruction }) {
  return (
    <div className={classes.block} data-kind={kind}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard */}
      <pre tabIndex={0}>{markUnknown(text)}</pre>
      <div className={classes.blockActions}>
        {unresolved.length > 0 ? <UnknownValue names={unresolved} /> : <CopyButton value={text} />}
      </div>
    </div>
  );
}

/** Placeholders that nothing fills stand in angle quotes. */
function markUnknown(text: string) {
  return text.split(/(‹[^›]*›)/).map((part, index) =>
    part.startsWith("‹") ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text keep their order
      <mark key={index} className={classes.unknown}>
        {part}
      </mark>
    ) : (
      part
    ),
  );
}
