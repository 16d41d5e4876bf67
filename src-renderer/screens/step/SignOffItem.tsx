import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { SignOffView } from "../../../src-main/contract/signoffs.ts";
import type { StepView } from "../../../src-main/contract/steps.ts";
import { api } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { LongValue } from "../../components/LongValue.tsx";
import { Moment } from "../../components/Moment.tsx";
import { Mono } from "../../components/Mono.tsx";
import { Notice } from "../../components/Notice.tsx";
import panel from "../../components/panel.module.css";
import { SignOffMark } from "../../components/SignOffMark.tsx";
import tables from "../../components/table.module.css";
import text from "../../components/text.module.css";
import { isOpenContest, signOffSentences } from "../../words/signoffs.ts";
import { countNoun } from "../../words/steps.ts";
import { shortDevice } from "../../words/trust.ts";
import classes from "./signoffs.module.css";

interface SignOffItemProps {
  engagement: string;
  signOff: SignOffView;
  view: StepView;
  /** Nothing can be changed, because a copy or snapshot is only looked at. */
  isFixed: boolean;
  /** The same changes stand above already, for another signature. */
  isToldAbove: boolean;
  onReopen: () => void;
}

/** One signature: the drawing, who and when, what became of it, and what to do about it. */
export function SignOffItem(props: SignOffItemProps) {
  const { engagement, signOff } = props;
  const { signer, state, reopened } = signOff;
  const { data, error } = useQuery(
    api.signoffs.picture.queryOptions({ input: { engagement, signOff: signOff.signOff } }),
  );
  return (
    <li className={classes.signOffItem} data-state={state}>
      <div className={classes.signature}>
        {data && <img src={`data:image/png;base64,${data.png}`} alt={`Signature of ${signer.name}`} />}
      </div>
      <div className={classes.signOffText}>
        <h2>
          {signer.name}, {signer.role}, {signer.organisation}
        </h2>
        <p>
          <SignOffMark state={state} /> Signed <Moment at={signOff.at} />, {countNoun(signOff.covered, "value")}{" "}
          covered. Witnessed by {signOff.author}.
        </p>
        {reopened && (
          <p>
            Reopened by {reopened.author}, <Moment at={reopened.at} />: {reopened.reason}
          </p>
        )}
        <FailureNotice error={error} />
      </div>
      <Doubt {...props} />
    </li>
  );
}

/** What keeps the signature from being valid, and the ways out as long as nobody has taken one. */
function Doubt({ engagement, signOff, view, isFixed, isToldAbove, onReopen }: SignOffItemProps) {
  const { state, differences } = signOff;
  const isStale = state === "stale";
  if (!isStale && !isOpenContest(signOff, view.signOffs)) {
    if (state === "valid" || differences.length === 0) return null;
    return (
      <div className={classes.doubt}>
        {state === "contested" && <p>A later signature covers what stands there now.</p>}
        <details>
          <summary>What was changed</summary>
          <Differences signOff={signOff} />
        </details>
      </div>
    );
  }
  return (
    <div className={classes.doubt}>
      <Notice tone={isStale ? "fail" : "warn"}>
        <span>
          {isStale && <strong>Audit alarm. </strong>}
          {signOffSentences[state]}
        </span>
      </Notice>
      {isToldAbove ? (
        <p>The changes are those named above; what is decided there settles this one too.</p>
      ) : (
        <>
          <Differences signOff={signOff} />
          {!isFixed && <Settle {...{ engagement, signOff, view, onReopen }} />}
        </>
      )}
    </div>
  );
}

/** What was signed and what stands there now, value by value. */
function Differences({ signOff: { differences } }: Pick<SignOffItemProps, "signOff">) {
  return (
    <table className={tables.table} data-layout="values">
      <thead>
        <tr>
          <th>Value</th>
          <th>Signed</th>
          <th>Now</th>
          <th>Changed by</th>
        </tr>
      </thead>
      <tbody>
        {differences.map(({ cell, subject, signed, now, author, at, device }) => (
          <tr key={`${cell} ${device} ${at}`}>
            <td className={tables.value}>{subject}</td>
            <td>
              <Value absent="Not there">{signed}</Value>
            </td>
            <td>
              <Value absent="Removed">{now}</Value>
            </td>
            <td className={tables.value}>
              {author}
              <p className={text.caption}>
                <Moment at={at} />, <Mono>{shortDevice(device)}</Mono>
              </p>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Value({ children, absent }: { children: string | null; absent: string }) {
  return children === null ? <span className={text.soft}>{absent}</span> : <LongValue>{children}</LongValue>;
}

/** The two ways out: what was signed stands again, or the new values are signed. */
function Settle({ engagement, signOff, view, onReopen }: Omit<SignOffItemProps, "isFixed" | "isToldAbove">) {
  const { summary, gate } = view;
  const putBack = useMutation(api.signoffs.putBack.mutationOptions());
  const isStale = signOff.state === "stale";
  return (
    <>
      <div className={panel.actions}>
        <Button
          variant={isStale ? "default" : "filled"}
          loading={putBack.isPending}
          onClick={() => putBack.mutate({ engagement, step: summary.step, signOff: signOff.signOff })}
        >
          Set back to what was signed
        </Button>
        {gate.ready && !isStale ? (
          <Button component={Link} href={`/e/${engagement}/sign/${summary.step}`} variant="default">
            Keep the new values and sign again
          </Button>
        ) : (
          <Button variant="default" onClick={onReopen}>
            {isStale ? "Reopen the step…" : "Keep the new values and sign again…"}
          </Button>
        )}
      </div>
      <FailureNotice error={putBack.error} title="Nothing was set back." />
    </>
  );
}
