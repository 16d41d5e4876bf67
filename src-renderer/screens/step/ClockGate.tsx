import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { StepId } from "../../../src-main/contract/names.ts";
import { api } from "../../client.ts";
import { ChangeClock } from "../../components/ChangeClock.tsx";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import observed from "../../components/observations.module.css";
import { PlainButton } from "../../components/PlainButton.tsx";
import { ReasonForm } from "./TaskActions.tsx";

/** The clock of the MX change where it holds the step up, with the named waiver that lets it go on all the same. */
export function ClockGate({ engagement, step, readOnly }: { engagement: string; step: StepId; readOnly: boolean }) {
  const { data } = useQuery(api.observations.clock.queryOptions({ input: { engagement } }));
  const [isWaiving, setWaiving] = useState(false);
  const waive = useMutation(api.observations.waiveClock.mutationOptions({ onSuccess: () => setWaiving(false) }));
  const unwaive = useMutation(api.observations.unwaiveClock.mutationOptions());
  const waiver = data?.waivers.find((one) => one.step === step);
  const isWaiting = data?.clock != null && data.clock.state !== "over";
  return (
    <ChangeClock record="mx" engagement={engagement} readOnly={readOnly} always>
      {waiver && (
        <p className={observed.look}>
          The wait is waived by {waiver.by}: {waiver.reason}{" "}
          {!readOnly && (
            <PlainButton onClick={() => unwaive.mutate({ engagement, step })}>Take back the waiver</PlainButton>
          )}
        </p>
      )}
      {!waiver && isWaiting && !readOnly && !isWaiving && (
        <div className={observed.watch}>
          <PlainButton onClick={() => setWaiving(true)}>Waive the wait…</PlainButton>
        </div>
      )}
      {isWaiving && (
        <ReasonForm
          needsName
          submitLabel="Waive the wait"
          error={waive.error}
          isBusy={waive.isPending}
          onCancel={() => setWaiving(false)}
          onSubmit={(reason, by) => waive.mutate({ engagement, step, reason, by })}
        />
      )}
      <FailureNotice error={unwaive.error} title="The waiver was not taken back." />
    </ChangeClock>
  );
}
