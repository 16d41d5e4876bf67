import { IconCheck, IconX } from "@tabler/icons-react";
import type { Verification } from "../../src-main/contract/reports.ts";
import classes from "./VerificationResult.module.css";

/** Whether a file holds, in one line; each thing looked at on demand, each problem at once. */
export function VerificationResult({ verification }: { verification: Verification }) {
  const { ok, holds, problems, kind } = verification;
  const Icon = ok ? IconCheck : IconX;
  const what = kind === "engagement" ? "engagement" : "document";
  return (
    <div className={classes.result} data-ok={ok} role="status">
      <p className={classes.line}>
        <Icon size={16} stroke={2.4} aria-hidden="true" />
        {ok ? `The ${what} holds: nothing was changed outside the program` : `The ${what} does not hold`}
      </p>
      {problems.length > 0 && (
        <ul>
          {problems.map(({ code, where, sentence }) => (
            <li key={`${code} ${where} ${sentence}`}>
              {where && <strong>{where}: </strong>}
              {sentence}
            </li>
          ))}
        </ul>
      )}
      {holds.length > 0 && (
        <details>
          <summary>What was looked at</summary>
          <ul>
            {holds.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
