import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { type CheckView, sights } from "../../../src-main/contract/checks.ts";
import type { StepId } from "../../../src-main/contract/names.ts";
import { api } from "../../client.ts";
import { CopyButton } from "../../components/CopyButton.tsx";
import { Moment } from "../../components/Moment.tsx";
import { Mono } from "../../components/Mono.tsx";
import { Verdict } from "../../components/Verdict.tsx";
import { joinWords } from "../../words/steps.ts";
import { MessageCheck } from "./MessageCheck.tsx";
import classes from "./step.module.css";
import { ReasonForm } from "./TaskActions.tsx";

interface CheckItemProps {
  engagement: string;
  step: StepId;
  check: CheckView;
  readOnly: boolean;
  /** True while checks of the step run, this one or others. */
  isRunning: boolean;
  /** What this check says of itself while it runs; undefined while it does not. */
  activity: string | undefined;
  onRun(): void;
}

/** One check: verdict and reason first, then what to do, what was found, and the transcript on demand. */
export function CheckItem({ engagement, step, check, readOnly, isRunning, activity, onRun }: CheckItemProps) {
  const [isWaiving, setWaiving] = useState(false);
  const [isGiving, setGiving] = useState(false);
  const waive = useMutation(api.checks.waive.mutationOptions({ onSuccess: () => setWaiving(false) }));
  const unwaive = useMutation(api.checks.unwaive.mutationOptions());
  const { latest, waiver, blocked } = check;
  const target = { engagement, step, check: check.check };
  return (
    <li className={classes.check} aria-label={check.title}>
      <div className={classes.checkHead}>
        <Verdict verdict={waiver ? "waived" : (latest?.verdict ?? "not-run")} />
        <h2>{check.title}</h2>
        {!check.required && <span className={classes.optional}>optional</span>}
        {!readOnly && (
          <CheckActions
            check={check}
            isRunning={isRunning}
            isGiving={isGiving}
            onRun={onRun}
            onGive={() => setGiving(!isGiving)}
            onWaive={() => setWaiving(true)}
            onUnwaive={() => unwaive.mutate(target)}
          />
        )}
      </div>
      {activity !== undefined && <p className={classes.activity}>Running{activity && `: ${activity}`}…</p>}
      <p className={classes.reasonText}>
        {waiver ? `${waiver.reason} (${waiver.by})` : (latest?.reason ?? check.purpose)}
      </p>
      {blocked && <p className={classes.unknownNote}>{blocked}</p>}
      {!waiver && latest?.todo && <p className={classes.todo}>{latest.todo}</p>}
      {isGiving && <MessageCheck {...target} onDone={() => setGiving(false)} />}
      {isWaiving && (
        <ReasonForm
          needsName
          submitLabel="Waive check"
          error={waive.error}
          isBusy={waive.isPending}
          onCancel={() => setWaiving(false)}
          onSubmit={(reason, by) => waive.mutate({ ...target, reason, by })}
        />
      )}
      <p className={classes.source}>
        {latest ? "Looked at" : "Looks at"}: {joinWords(check.sees.map((sight) => sights[sight]))}.
      </p>
      {latest && <CheckDetail check={check} latest={latest} />}
    </li>
  );
}

interface CheckActionsProps {
  check: CheckView;
  isRunning: boolean;
  isGiving: boolean;
  onRun(): void;
  onGive(): void;
  onWaive(): void;
  onUnwaive(): void;
}

function CheckActions({ check, isRunning, isGiving, onRun, onGive, onWaive, onUnwaive }: CheckActionsProps) {
  const { latest, waiver, blocked } = check;
  return (
    <span className={classes.checkActions}>
      {check.needsInput === "message" ? (
        <button
          type="button"
          disabled={blocked !== null}
          aria-expanded={isGiving}
          aria-label={`${latest ? "Read another header" : "Read a header"} for ${check.title}`}
          onClick={onGive}
        >
          {latest ? "Read another header…" : "Read a header…"}
        </button>
      ) : (
        <button
          type="button"
          disabled={isRunning || blocked !== null}
          aria-label={`Run ${check.title}`}
          onClick={onRun}
        >
          {latest ? "Run again" : "Run"}
        </button>
      )}
      {waiver ? (
        <button type="button" aria-label={`Take back the waiver of ${check.title}`} onClick={onUnwaive}>
          Take back waiver
        </button>
      ) : (
        <button type="button" aria-label={`Waive ${check.title}`} onClick={onWaive}>
          Waive…
        </button>
      )}
    </span>
  );
}

function CheckDetail({ check, latest }: { check: CheckView; latest: NonNullable<CheckView["latest"]> }) {
  const { vantage, findings, transcript } = latest;
  return (
    <>
      <ul className={classes.findings}>
        {findings.map(({ verdict, subject, text, todo }) => (
          <li key={`${subject} ${text}`}>
            <Verdict verdict={verdict} />
            <span>
              <Mono>{subject}</Mono> {text} {todo}
            </span>
          </li>
        ))}
      </ul>
      <p className={classes.source}>
        {vantage.resolver === "" ? (
          <>
            Read <Moment at={latest.finishedAt} />: {vantage.host}.
          </>
        ) : (
          <>
            Seen <Moment at={latest.finishedAt} /> from {vantage.host}
            {vantage.addresses.length > 0 && ` (${vantage.addresses.join(", ")})`}, resolver {vantage.resolver}.
          </>
        )}{" "}
        Recorded by {latest.author}.
      </p>
      <details className={classes.transcript}>
        <summary>Transcript</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard */}
        <pre tabIndex={0}>{transcript}</pre>
        <CopyButton value={transcript} label="Copy transcript" />
      </details>
      {check.earlier.length > 0 && (
        <details className={classes.transcript}>
          <summary>Earlier runs ({check.earlier.length})</summary>
          <ul className={classes.earlier}>
            {check.earlier.map(({ run, verdict, at }) => (
              <li key={run}>
                <Verdict verdict={verdict} /> <Moment at={at} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
