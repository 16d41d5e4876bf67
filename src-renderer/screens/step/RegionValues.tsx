import { Button, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Confidence } from "../../../src-main/contract/names.ts";
import type { RegionValue, StepView } from "../../../src-main/contract/steps.ts";
import { api } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Moment } from "../../components/Moment.tsx";
import { Mono } from "../../components/Mono.tsx";
import classes from "./step.module.css";
import { regionValuesId } from "./UnknownValue.tsx";

const confidenceWords: Record<Confidence, string> = {
  C: "Two or more independent sources agree",
  O: "The vendor's own, one source",
  S: "One source, to be confirmed by you",
  I: "Inferred, to be confirmed by you",
  K: "General knowledge",
  U: "Not published, to be entered by you",
};

/** Host names and networks of the region: what is known and how well, what waits for a tick, what must be entered. */
export function RegionValues({ engagement, view }: { engagement: string; view: StepView }) {
  if (view.regionValues.length === 0) return null;
  return (
    <section className={classes.values} aria-labelledby={regionValuesId}>
      <h2 id={regionValuesId} tabIndex={-1}>
        Values of the region
      </h2>
      <dl>
        {view.regionValues.map((value) => (
          <ValueLine key={value.key} engagement={engagement} view={view} value={value} />
        ))}
      </dl>
    </section>
  );
}

function ValueLine({ engagement, view, value }: { engagement: string; view: StepView; value: RegionValue }) {
  const [isEntering, setEntering] = useState(false);
  const confirm = useMutation(api.steps.confirmValue.mutationOptions({ onSuccess: () => setEntering(false) }));
  const send = (list: string[]) => confirm.mutate({ engagement, step: view.summary.step, key: value.key, value: list });
  const offered = value.confirmed ? null : value.suggestion;
  return (
    <div className={classes.value}>
      <dt>{value.label}</dt>
      <dd>
        {value.value ? <ValueList list={value.value} /> : <span className={classes.unknownNote}>Not known yet</span>}
        {offered && (
          <div className={classes.suggestion}>
            <span>Suggested</span>
            <ValueList list={offered} />
          </div>
        )}
        <p className={classes.source}>
          {value.confirmed ? (
            <>
              Confirmed by {value.confirmed.author}, <Moment at={value.confirmed.at} />
            </>
          ) : (
            `${confidenceWords[value.confidence]}. ${value.source}, ${value.asOf}.`
          )}
        </p>
        {!view.readOnly && !isEntering && (
          <div className={classes.valueActions}>
            {offered && (
              <button type="button" onClick={() => send(offered)}>
                Confirm the suggestion
              </button>
            )}
            <button type="button" aria-label={`Enter ${value.label}`} onClick={() => setEntering(true)}>
              Enter…
            </button>
          </div>
        )}
        {isEntering && (
          <ValueForm
            label={value.label}
            present={value.value ?? offered ?? []}
            isBusy={confirm.isPending}
            onSend={send}
            onCancel={() => setEntering(false)}
          />
        )}
        <FailureNotice error={confirm.error} title="The value was not kept." />
      </dd>
    </div>
  );
}

const ValueList = ({ list }: { list: readonly string[] }) => (
  <ul className={classes.valueList}>
    {list.map((item) => (
      <li key={item}>
        <Mono>{item}</Mono>
      </li>
    ))}
  </ul>
);

interface ValueFormProps {
  label: string;
  present: readonly string[];
  isBusy: boolean;
  onSend(list: string[]): void;
  onCancel(): void;
}

function ValueForm({ label, present, isBusy, onSend, onCancel }: ValueFormProps) {
  const [text, setText] = useState(present.join("\n"));
  const list = [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
  return (
    <form
      className={classes.reason}
      onSubmit={(event) => {
        event.preventDefault();
        if (list.length > 0) onSend(list);
      }}
    >
      <Textarea
        label={label}
        description="As the customer's own console shows it; one on each line."
        autosize
        minRows={2}
        maxRows={14}
        autoFocus
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      <div className={classes.actions}>
        <Button type="submit" disabled={list.length === 0} loading={isBusy}>
          Confirm value
        </Button>
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
