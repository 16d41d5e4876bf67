import { IconCheck, IconX } from "@tabler/icons-react";
import type { Verification } from "../../src-main/contract/reports.ts";
import classes from "./VerificationResult.module.css";

function summarize({ ok, kind, problems }: Verification): string {
  const what = kind === "engagement" ? "engagement" : "document";
  if (ok) return `The ${what} holds: nothing was changed outside the program`;
  return problems.some(({ code }) => code === "NOT_A_FIELDBOOK")
    ? "This file was not made by the program"
    : `The ${what} does not hold`;
}

/** Whether a file holds, in one line; each thing looked at on demand, each problem at once. */
export function VerificationResult({ verification }: { verification: Verification }) {
  const { ok, holds, problems } = verification;
  const Icon = ok ? IconCheck : IconX;
  return (
    <div className={classes.result} data-ok={ok} role="status">
      <p className={classes.line}>
        <Icon size={16} stroke={2.4} aria-hidden="true" />
        {summarize(verification)}
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
