import { Button, Textarea, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { StepId } from "../../../src-main/contract/names.ts";
import type { TaskView } from "../../../src-main/contract/steps.ts";
import { api } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import classes from "./step.module.css";

type Form = "waive" | "not-applicable" | null;

/** Marks a task. A waiver needs a reason and a named person; "not applicable" needs a reason. */
export function TaskActions({ engagement, step, task }: { engagement: string; step: StepId; task: TaskView }) {
  const [form, setForm] = useState<Form>(null);
  const set = useMutation(api.steps.setTask.mutationOptions({ onSuccess: () => setForm(null) }));
  const target = { engagement, step, task: task.task };
  if (form) {
    return (
      <ReasonForm
        needsName={form === "waive"}
        submitLabel={form === "waive" ? "Waive task" : "Mark as not applicable"}
        error={set.error}
        isBusy={set.isPending}
        onCancel={() => setForm(null)}
        onSubmit={(reason, by) =>
          set.mutate({
            ...target,
            change: form === "waive" ? { state: "waived", reason, by } : { state: "not-applicable", reason },
          })
        }
      />
    );
  }
  return (
    <div className={classes.actions}>
      {task.state === "open" ? (
        <>
          <Button loading={set.isPending} onClick={() => set.mutate({ ...target, change: { state: "done" } })}>
            Mark as done
          </Button>
          <Button variant="default" onClick={() => setForm("not-applicable")}>
            Not applicable…
          </Button>
          <Button variant="default" onClick={() => setForm("waive")}>
            Waive…
          </Button>
        </>
      ) : (
        <Button
          variant="default"
          loading={set.isPending}
          onClick={() => set.mutate({ ...target, change: { state: "open" } })}
        >
          Set back to open
        </Button>
      )}
      <FailureNotice error={set.error} title="The task was not changed." />
    </div>
  );
}

interface ReasonFormProps {
  needsName: boolean;
  submitLabel: string;
  error: unknown;
  isBusy: boolean;
  onSubmit(reason: string, by: string): void;
  onCancel(): void;
}

/** A reason, and a name where somebody answers for it. */
export function ReasonForm({ needsName, submitLabel, error, isBusy, onSubmit, onCancel }: ReasonFormProps) {
  const [reason, setReason] = useState("");
  const [by, setBy] = useState("");
  const isComplete = reason.trim() !== "" && (!needsName || by.trim() !== "");
  return (
    <form
      className={classes.reason}
      onSubmit={(event) => {
        event.preventDefault();
        if (isComplete) onSubmit(reason.trim(), by.trim());
      }}
    >
      <Textarea
        label="Reason"
        description="It is printed in the document."
        required
        autosize
        minRows={2}
        maxRows={8}
        autoFocus
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
      {needsName && (
        <TextInput
          label="Who answers for it"
          required
          value={by}
          onChange={({ currentTarget }) => setBy(currentTarget.value)}
        />
      )}
      <div className={classes.actions}>
        <Button type="submit" disabled={!isComplete} loading={isBusy}>
          {submitLabel}
        </Button>
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
      </div>
      <FailureNotice error={error} />
    </form>
  );
}
