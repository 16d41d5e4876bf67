import { useEffect, useRef } from "react";
import type { Verdict as VerdictValue } from "../../../src-main/contract/checks.ts";
import type { SpfExamination } from "../../../src-main/contract/spf.ts";
import { Facts } from "../../components/Facts.tsx";
import { LongValue } from "../../components/LongValue.tsx";
import { Mono } from "../../components/Mono.tsx";
import { Notice } from "../../components/Notice.tsx";
import text from "../../components/text.module.css";
import { Verdict } from "../../components/Verdict.tsx";
import { Budget } from "./Budget.tsx";
import classes from "./spf.module.css";
import { TermTree } from "./TermTree.tsx";

/** A record with its cost, what it lets pass, and its tree. `isTried` when it is not published. */
export function Examination({ view, isTried }: { view: SpfExamination; isTried: boolean }) {
  const { domain, record, problem, terms, leftOut, totals, duplicates, problems, result, resolver } = view;
  const heading = useRef<HTMLHeadingElement>(null);
  // The tree stands above what asked for it, so the reader is taken there.
  useEffect(() => {
    if (isTried && view) heading.current?.focus();
  }, [isTried, view]);
  const isSilent = record === null && problems.some(({ kind }) => kind === "unseen");
  return (
    <section className={classes.block} aria-labelledby="spf-tree">
      <h2 id="spf-tree" ref={heading} tabIndex={-1}>
        {isTried ? "The record you try" : "The record as published"}
      </h2>
      {isSilent && (
        <Notice tone="warn">
          The resolver gave no answer, so nothing can be said of the record. Check this machine’s network or the
          resolver in the settings, and look it up again.
        </Notice>
      )}
      {record === null && !isSilent && <Notice tone="fail">{problem ?? "There is no SPF record."}</Notice>}
      {record !== null && (
        <div className={classes.record}>
          <LongValue>{record}</LongValue>
        </div>
      )}
      {record !== null && <Budget lookups={totals.lookups} />}
      {result && <Answered result={result} />}
      {problems.length > 0 && !(record === null && !isSilent) && (
        <Notice tone="fail">
          <ul>
            {problems.map(({ text: sentence }) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </Notice>
      )}
      {terms.length > 0 && <TermTree key={record} domain={domain} terms={terms} />}
      {leftOut > 0 && <p className={text.caption}>{leftOut} more terms are not shown.</p>}
      {record !== null && (
        <Facts
          rows={[
            ["Lets pass", describePassing(totals)],
            ["Empty names", `${totals.voids.v4} for IPv4 senders, ${totals.voids.v6} for IPv6 senders; 2 are allowed`],
            ...(duplicates.length > 0
              ? [["More than once", <Repeated key="repeated" duplicates={duplicates} />] as const]
              : []),
            ["Asked", <Mono key="asked">{resolver}</Mono>],
          ]}
        />
      )}
    </section>
  );
}

function describePassing({ ipv4, ipv6, isExact }: SpfExamination["totals"]): string {
  const sixth = ipv6.length === 0 ? "no IPv6 network" : ipv6.join(", ");
  const rest = isExact ? "" : "; terms that depend on the single sender are not counted";
  return `${ipv4.toLocaleString("en-GB")} IPv4 ${ipv4 === 1 ? "address" : "addresses"}, ${sixth}${rest}`;
}

function Repeated({ duplicates }: Pick<SpfExamination, "duplicates">) {
  return (
    <>
      {duplicates.map(({ text: what, times }) => (
        <div key={what}>
          {times} times: {what}
        </div>
      ))}
    </>
  );
}

const verdicts: Record<NonNullable<SpfExamination["result"]>["result"], VerdictValue> = {
  pass: "pass",
  neutral: "warn",
  softfail: "warn",
  none: "warn",
  fail: "fail",
  permerror: "fail",
  temperror: "not-measurable",
};

function Answered({ result }: { result: NonNullable<SpfExamination["result"]> }) {
  return (
    <div className={classes.answer} role="status">
      <Verdict verdict={verdicts[result.result]} label={result.result} />
      <span>
        <Mono>{result.ip}</Mono> sending as <Mono>{result.sender}</Mono>: {result.reason}
        {result.explanation !== null && ` The domain says: ${result.explanation}`}
      </span>
    </div>
  );
}
