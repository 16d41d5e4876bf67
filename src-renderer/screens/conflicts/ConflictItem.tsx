import { Button, Textarea } from "@mantine/core";
import { type Ref, useState } from "react";
import { Link } from "wouter";
import type { ConflictView } from "../../../src-main/contract/conflicts.ts";
import type { EngagementView } from "../../../src-main/contract/engagements.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { LongValue } from "../../components/LongValue.tsx";
import { Moment } from "../../components/Moment.tsx";
import { Mono } from "../../components/Mono.tsx";
import { Notice } from "../../components/Notice.tsx";
import panel from "../../components/panel.module.css";
import text from "../../components/text.module.css";
import { describeConflict, describeVersion } from "../../words/conflicts.ts";
import { nameStep } from "../../words/steps.ts";
import { shortDevice } from "../../words/trust.ts";
import classes from "./conflicts.module.css";

export type Decision = { kind: "choose"; version: string } | { kind: "write"; value: string };
type Version = ConflictView["versions"][number];

interface ConflictItemProps {
  conflict: ConflictView;
  view: EngagementView;
  isBusy: boolean;
  error: unknown;
  headingRef: Ref<HTMLHeadingElement>;
  /** Takes the decision and what it is in words, such as "kept “4” of Anna". */
  onDecide: (decision: Decision, words: string) => void;
}

/** One value that stands beside another: who wrote which and when, and the buttons that end it. */
export function ConflictItem({ conflict, view, isBusy, error, headingRef, onDecide }: ConflictItemProps) {
  const { subject, versions, signedSteps, writable } = conflict;
  const isHeldUp = signedSteps.length > 0;
  const canDecide = !view.readOnly && !isHeldUp;
  return (
    <li className={classes.conflict}>
      <h3 ref={headingRef} tabIndex={-1}>
        {subject}
      </h3>
      <p className={text.soft}>{describeConflict(conflict)}</p>
      <ul className={classes.versions}>
        {versions.map((version) => (
          <VersionRow
            key={version.version}
            {...{ version, subject }}
            onKeep={
              canDecide
                ? () => !isBusy && onDecide({ kind: "choose", version: version.version }, describeChoice(version))
                : null
            }
          />
        ))}
      </ul>
      {isHeldUp && <SignedSteps view={view} steps={signedSteps} />}
      {canDecide && writable && (
        <WriteAnother
          subject={subject}
          isBusy={isBusy}
          onWrite={(value) => onDecide({ kind: "write", value }, "another value was written")}
        />
      )}
      <FailureNotice error={error} title="This was not decided." />
    </li>
  );
}

const describeChoice = ({ author, deleted }: Version): string =>
  deleted ? `the removal by ${author} stands` : `the value of ${author} was kept`;

interface VersionRowProps {
  version: Version;
  subject: string;
  onKeep: (() => void) | null;
}

function VersionRow({ version, subject, onKeep }: VersionRowProps) {
  const { author, at, device, shown, deleted, value } = version;
  const words = describeVersion(version);
  return (
    <li className={classes.version}>
      <div className={deleted || value === null ? text.soft : undefined}>
        <LongValue>{words}</LongValue>
        {shown && <span className={classes.shown}>Shown now</span>}
      </div>
      <p className={text.caption}>
        {author}, <Moment at={at} />, device <Mono>{shortDevice(device)}</Mono>
      </p>
      {onKeep && (
        <Button
          variant="default"
          size="compact-sm"
          className={classes.keep ?? ""}
          aria-label={`Keep this one for ${subject}: ${words.slice(0, 80)}, by ${author}`}
          onClick={onKeep}
        >
          Keep this one
        </Button>
      )}
    </li>
  );
}

/** A signature covers the value, so the step comes first: what to do stands on its page. */
function SignedSteps({ view, steps }: { view: EngagementView; steps: ConflictView["signedSteps"] }) {
  return (
    <Notice tone="warn">
      <span>
        A signature covers this value. Settle the signed step first, by setting it back or by reopening it:{" "}
        {steps.map((step, index) => {
          const summary = view.steps.find((candidate) => candidate.step === step);
          return (
            <span key={step}>
              {index > 0 && ", "}
              <Link href={`/e/${view.engagement}/step/${step}/sign-off`}>{summary ? nameStep(summary) : step}</Link>
            </span>
          );
        })}
      </span>
    </Notice>
  );
}

interface WriteAnotherProps {
  subject: string;
  isBusy: boolean;
  onWrite: (value: string) => void;
}

function WriteAnother({ subject, isBusy, onWrite }: WriteAnotherProps) {
  const [draft, setDraft] = useState<string | null>(null);
  if (draft === null)
    return (
      <div className={panel.actions}>
        <Button
          variant="default"
          size="compact-sm"
          aria-label={`Write another value for ${subject}`}
          onClick={() => setDraft("")}
        >
          Write another value…
        </Button>
      </div>
    );
  return (
    <form
      className={classes.write}
      onSubmit={(event) => {
        event.preventDefault();
        if (draft.trim() !== "" && !isBusy) onWrite(draft.trim());
      }}
    >
      <Textarea
        label={`Another value for ${subject}`}
        description="It replaces all of the above; those stay in the history"
        autoFocus
        autosize
        minRows={2}
        maxRows={12}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
      />
      <div className={panel.actions}>
        <Button type="submit" size="compact-sm" disabled={draft.trim() === ""}>
          Write this value
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => setDraft(null)}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
