import { IconAlertTriangle } from "@tabler/icons-react";
import { errorToFailure, type Failure } from "../../src-main/contract/failures.ts";
import { wordMoments } from "../words/time.ts";
import { CopyButton } from "./CopyButton.tsx";
import classes from "./notices.module.css";

interface FailureNoticeProps {
  /** What a query or mutation rejected with; nothing is shown for null. */
  error: unknown;
  /** What was being tried, such as "The engagement was not opened". */
  title?: string;
  onRetry?: () => void;
  onDismiss?: () => void;
}

/** The failure as text to send to somebody. */
function failureToText({ code, happened, kept, todo, details = [] }: Failure): string {
  return [`${code}: ${happened}`, kept, todo, ...details].join("\n");
}

/** What happened, what was kept, what to do; details on demand. Announced when it appears. */
export function FailureNotice({ error, title, onRetry, onDismiss }: FailureNoticeProps) {
  if (error === null || error === undefined) return null;
  const failure = errorToFailure(error);
  const details = failure.details?.map((detail) => wordMoments(detail)) ?? [];
  return (
    <div className={classes.failure} role="alert">
      <IconAlertTriangle size={18} aria-hidden="true" />
      <div className={classes.failureText}>
        <strong>{title ?? failure.happened}</strong>
        <p>
          {title ? `${failure.happened} ` : ""}
          {failure.kept} {failure.todo}
        </p>
        {details.length > 0 && (
          <ul>
            {details.map((detail) => (
              <li key={detail}>{detail}</li>
            ))}
          </ul>
        )}
        <div className={classes.failureActions}>
          {onRetry && (
            <button type="button" className={classes.plain} onClick={onRetry}>
              Try again
            </button>
          )}
          <CopyButton value={failureToText(failure)} label="Copy details" />
          {onDismiss && (
            <button type="button" className={classes.plain} onClick={onDismiss}>
              Close
            </button>
          )}
        </div>
      </div>
    </div>
  );
}
