import { Button, NativeSelect } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import type { StepId } from "../../../src-main/contract/names.ts";
import type { ExplainedReply } from "../../../src-main/contract/replies.ts";
import { client } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { useEngagement } from "../../queries.ts";
import { nameStep } from "../../words/steps.ts";
import classes from "./reading.module.css";

/** The reply and its meaning as a text that stands by itself in the step's evidence. */
function describeReply({ quoted, recipient, host, meaning, outlook, who, grid, source }: ExplainedReply): string {
  return [
    quoted,
    ...(recipient ? [`Recipient: ${recipient}`] : []),
    ...(host ? [`Server: ${host}`] : []),
    "",
    meaning,
    outlook,
    `Who acts: ${who}`,
    ...(grid ? [grid.sentence] : []),
    ...(source ? [`Source of the meaning: ${source}`] : []),
  ].join("\n");
}

/** The reply without its address and reference. */
const titleOf = ({ quoted }: ExplainedReply): string =>
  `SMTP reply ${quoted.replace(/\s*(?:[-–] *https?:|\[).*$/, "")}`.slice(0, 120);

/** Adds the reply to the evidence of a step that is not signed. Absent where the engagement is only looked at. */
export function KeepReply({ engagement, reply }: { engagement: string; reply: ExplainedReply }) {
  const { data } = useEngagement(engagement);
  const open = (data?.steps ?? []).filter(({ state }) => state !== "not-applicable" && state !== "signed");
  const [chosen, setChosen] = useState<StepId | null>(null);
  const step = chosen ?? open.find((one) => reply.steps.includes(one.step))?.step ?? open[0]?.step;
  const keep = useMutation({
    mutationFn: (into: StepId) =>
      client.evidence.add({
        engagement,
        step: into,
        title: titleOf(reply),
        source: { kind: "text", text: describeReply(reply) },
      }),
  });
  if (!data || data.viewOf !== null || !step) return null;
  return (
    <div className={classes.keep}>
      <NativeSelect
        label="Keep in step"
        value={step}
        data={open.map((one) => ({ value: one.step, label: nameStep(one) }))}
        onChange={({ currentTarget }) => {
          setChosen(currentTarget.value as StepId);
          keep.reset();
        }}
      />
      <Button variant="default" loading={keep.isPending} disabled={keep.isSuccess} onClick={() => keep.mutate(step)}>
        Keep as evidence
      </Button>
      <span role="status">
        {keep.isSuccess && (
          <>
            Kept. <Link href={`/e/${engagement}/step/${keep.data.step}/evidence`}>Show the evidence</Link>
          </>
        )}
      </span>
      <FailureNotice error={keep.error} title="The evidence was not added." onDismiss={() => keep.reset()} />
    </div>
  );
}
