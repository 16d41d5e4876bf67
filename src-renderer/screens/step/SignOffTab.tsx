import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import type { MissingItem, StepView } from "../../../src-main/contract/steps.ts";
import { api } from "../../client.ts";
import { useNow } from "../../components/Moment.tsx";
import panel from "../../components/panel.module.css";
import { useEngagement } from "../../queries.ts";
import { isOpenContest, isSameContest } from "../../words/signoffs.ts";
import { wordMomentsBriefly } from "../../words/time.ts";
import { MakeStepDocument } from "./MakeStepDocument.tsx";
import { SignOffItem } from "./SignOffItem.tsx";
import classes from "./signoffs.module.css";
import { ReasonForm } from "./TaskActions.tsx";

/** The gate with everything that is missing, the sign-offs so far with what became of them, and the way to the customer's page. */
export function SignOffTab({ engagement, view }: { engagement: string; view: StepView }) {
  const { summary, signOffs } = view;
  const isFixed = useEngagement(engagement).data?.readOnly ?? true;
  const [isReopening, setReopening] = useState(false);
  const standing = signOffs.filter(({ state }) => state !== "reopened");
  const newestFirst = [...signOffs].reverse();
  const isDoubted = signOffs.some((signOff) => signOff.state === "stale" || isOpenContest(signOff, signOffs));
  return (
    <section aria-label="Sign-off" className={classes.signOff}>
      {standing.length === 0 && <Gate engagement={engagement} view={view} />}
      {isReopening && <Reopen engagement={engagement} view={view} onClose={() => setReopening(false)} />}
      {standing.length > 0 && !isFixed && !isReopening && !isDoubted && (
        <div className={panel.actions}>
          <Button variant="default" onClick={() => setReopening(true)}>
            Reopen the step…
          </Button>
          {summary.state === "signed" && (
            <Button component={Link} href={`/e/${engagement}/sign/${summary.step}`} variant="default">
              Let somebody else sign too
            </Button>
          )}
        </div>
      )}
      {signOffs.length > 0 && (
        <ul className={classes.signOffs} aria-label="Signatures, newest first">
          {newestFirst.map((signOff, index) => (
            <SignOffItem
              key={signOff.signOff}
              {...{ engagement, signOff, view, isFixed }}
              isToldAbove={newestFirst.slice(0, index).some((above) => isSameContest(above, signOff))}
              onReopen={() => setReopening(true)}
            />
          ))}
        </ul>
      )}
      <MakeStepDocument engagement={engagement} step={summary.step} isSigned={summary.state === "signed"} />
    </section>
  );
}

function Gate({ engagement, view: { summary, gate } }: { engagement: string; view: StepView }) {
  return (
    <div className={classes.gatePanel}>
      {gate.ready ? (
        <p>Everything is there. Turn the screen to the customer.</p>
      ) : (
        <MissingItems engagement={engagement} step={summary.step} missing={gate.missing} />
      )}
      {gate.notes.map((note) => (
        <p key={note}>
          <Link href={`/e/${engagement}/step/${summary.step}/before-after`}>{note}</Link>
        </p>
      ))}
      <Button
        component={Link}
        href={`/e/${engagement}/sign/${summary.step}`}
        variant={gate.ready ? "filled" : "default"}
      >
        {gate.ready ? "Go to the signature" : "See what the customer will see"}
      </Button>
    </div>
  );
}

/** Where each missing thing is put right. */
function placeOf(engagement: string, step: string, { kind, id }: MissingItem): string {
  const page = `/e/${engagement}/step/${step}`;
  if (kind === "answer") return `/e/${engagement}/rfi/${id.split(/[./]/)[0]}`;
  if (kind === "conflict") return `/e/${engagement}/conflicts`;
  if (kind === "newer") return `/e/${engagement}`;
  if (kind === "clock") return `${page}/before-after`;
  if (kind === "check") return `${page}/checks`;
  return kind === "evidence" ? `${page}/evidence` : `${page}/tasks`;
}

interface MissingItemsProps {
  engagement: string;
  step: string;
  missing: readonly MissingItem[];
}

function MissingItems({ engagement, step, missing }: MissingItemsProps) {
  const now = useNow();
  return (
    <div>
      <p>Missing before this step can be signed:</p>
      <ul>
        {missing.map((item) => (
          <li key={`${item.kind} ${item.id}`}>
            <Link href={placeOf(engagement, step, item)}>{wordMomentsBriefly(item.text, now)}</Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface ReopenProps {
  engagement: string;
  view: StepView;
  onClose: () => void;
}

function Reopen({ engagement, view: { summary, gate }, onClose }: ReopenProps) {
  const reopen = useMutation(api.signoffs.reopen.mutationOptions({ onSuccess: onClose }));
  return (
    <div className={classes.gatePanel}>
      <p>
        Reopening takes the sign-off back. It stays in the history with its signature, and the customer signs again.
      </p>
      {gate.missing.length > 0 && <MissingItems engagement={engagement} step={summary.step} missing={gate.missing} />}
      <ReasonForm
        needsName={false}
        submitLabel="Reopen step"
        error={reopen.error}
        isBusy={reopen.isPending}
        onCancel={onClose}
        onSubmit={(reason) => reopen.mutate({ engagement, step: summary.step, reason })}
      />
    </div>
  );
}
