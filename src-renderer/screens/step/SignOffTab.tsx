import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import type { SignOffView } from "../../../src-main/contract/signoffs.ts";
import type { MissingItem, StepView } from "../../../src-main/contract/steps.ts";
import { api } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Moment } from "../../components/Moment.tsx";
import { MakeStepDocument } from "./MakeStepDocument.tsx";
import classes from "./step.module.css";
import { ReasonForm } from "./TaskActions.tsx";

const stateWords: Record<SignOffView["state"], string> = {
  valid: "Signed",
  contested: "Needs review: something was changed elsewhere that the signer had not seen",
  stale: "Changed after the signature without a reopening",
  reopened: "Reopened",
};

/** The gate with everything that is missing, the sign-offs so far, and the way to the customer's page. */
export function SignOffTab({ engagement, view }: { engagement: string; view: StepView }) {
  const { summary, gate, signOffs } = view;
  const isStanding = signOffs.some(({ state }) => state !== "reopened");
  return (
    <section aria-label="Sign-off" className={classes.signOff}>
      {!isStanding && (
        <div className={classes.gatePanel}>
          {gate.ready ? (
            <p>Everything is there. Turn the screen to the customer.</p>
          ) : (
            <MissingItems engagement={engagement} view={view} />
          )}
          <Button
            component={Link}
            href={`/e/${engagement}/sign/${summary.step}`}
            variant={gate.ready ? "filled" : "default"}
          >
            {gate.ready ? "Go to the signature" : "See what the customer will see"}
          </Button>
        </div>
      )}
      {isStanding && <Reopen engagement={engagement} view={view} />}
      <MakeStepDocument engagement={engagement} step={summary.step} isSigned={summary.state === "signed"} />
      {signOffs.length > 0 && (
        <ul className={classes.signOffs}>
          {[...signOffs].reverse().map((signOff) => (
            <SignOffItem key={signOff.signOff} engagement={engagement} signOff={signOff} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** Where each missing thing is put right. */
function placeOf(engagement: string, view: StepView, item: MissingItem): string {
  const step = `/e/${engagement}/step/${view.summary.step}`;
  if (item.kind === "answer") return `/e/${engagement}/rfi/${item.id.split(/[./]/)[0]}`;
  if (item.kind === "check") return `${step}/checks`;
  return item.kind === "evidence" ? `${step}/evidence` : `${step}/tasks`;
}

function MissingItems({ engagement, view }: { engagement: string; view: StepView }) {
  return (
    <div>
      <p>Missing before this step can be signed:</p>
      <ul>
        {view.gate.missing.map((item) => (
          <li key={`${item.kind} ${item.id}`}>
            <Link href={placeOf(engagement, view, item)}>{item.text}</Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Reopen({ engagement, view }: { engagement: string; view: StepView }) {
  const [isAsking, setAsking] = useState(false);
  const reopen = useMutation(api.signoffs.reopen.mutationOptions({ onSuccess: () => setAsking(false) }));
  if (!isAsking) {
    return (
      <div className={classes.actions}>
        <Button variant="default" onClick={() => setAsking(true)}>
          Reopen the step…
        </Button>
      </div>
    );
  }
  return (
    <div className={classes.gatePanel}>
      <p>
        Reopening takes the sign-off back. It stays in the history with its signature, and the customer signs again.
      </p>
      <ReasonForm
        needsName={false}
        submitLabel="Reopen step"
        error={reopen.error}
        isBusy={reopen.isPending}
        onCancel={() => setAsking(false)}
        onSubmit={(reason) => reopen.mutate({ engagement, step: view.summary.step, reason })}
      />
    </div>
  );
}

function SignOffItem({ engagement, signOff }: { engagement: string; signOff: SignOffView }) {
  const { data, error } = useQuery(
    api.signoffs.picture.queryOptions({ input: { engagement, signOff: signOff.signOff } }),
  );
  const { signer, state, reopened, reasons } = signOff;
  return (
    <li className={classes.signOffItem} data-state={state}>
      <div className={classes.signature}>
        {data && <img src={`data:image/png;base64,${data.png}`} alt={`Signature of ${signer.name}`} />}
      </div>
      <div>
        <h2>
          {signer.name}, {signer.role}, {signer.organisation}
        </h2>
        <p>
          {stateWords[state]}, <Moment at={signOff.at} />. {signOff.covered} values covered. Witnessed by{" "}
          {signOff.author}.
        </p>
        {reopened && (
          <p>
            Reopened by {reopened.author}, <Moment at={reopened.at} />: {reopened.reason}
          </p>
        )}
        {state !== "reopened" && reasons.length > 0 && (
          <p className={classes.unknownNote}>Changed: {reasons.join(", ")}</p>
        )}
        <FailureNotice error={error} />
      </div>
    </li>
  );
}
