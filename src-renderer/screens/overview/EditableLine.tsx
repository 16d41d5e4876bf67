import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import type { ServiceId } from "../../../src-main/contract/names.ts";
import classes from "./overview.module.css";

interface EditableLineProps {
  label: string;
  value: string;
  /** The value in words, when it is not what is edited. */
  shown?: string | undefined;
  type?: "text" | "date";
  options?: readonly (readonly [value: string, words: string])[];
  isReadOnly: boolean;
  /** Saves; returns the sentence that says what is wrong, or null. */
  onSave: (value: string) => string | null;
}

/** One detail: text until it is pressed, then a field. Enter or leaving saves, Escape gives up; the focus returns to the line. */
export function EditableLine({ label, value, shown, type = "text", options, isReadOnly, onSave }: EditableLineProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const close = (isByKey: boolean) => {
    setDraft(null);
    setProblem(null);
    if (isByKey) setTimeout(() => opener.current?.focus());
  };
  const save = (text: string, isByKey: boolean) => {
    const refused = text.trim() === value || text.trim() === "" ? null : onSave(text);
    if (refused === null) close(isByKey);
    else setProblem(refused);
  };
  if (draft === null)
    return (
      <Line label={label}>
        <Shown ref={opener} label={label} isReadOnly={isReadOnly} onEdit={() => setDraft(value)}>
          {shown ?? value}
        </Shown>
      </Line>
    );
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Enter") save(draft, true);
    if (event.key === "Escape") close(true);
  };
  const shared = {
    "aria-label": label,
    value: draft,
    error: problem,
    autoFocus: true,
    onKeyDown: keys,
    size: "xs" as const,
  };
  return (
    <Line label={label}>
      {options ? (
        <NativeSelect
          {...shared}
          data={options.map(([id, words]) => ({ value: id, label: words }))}
          onChange={(event) => setDraft(event.currentTarget.value)}
          onBlur={() => save(draft, false)}
        />
      ) : (
        <TextInput
          {...shared}
          type={type}
          onChange={(event) => setDraft(event.currentTarget.value)}
          onBlur={() => save(draft, false)}
        />
      )}
    </Line>
  );
}

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={classes.detail}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface ShownProps {
  ref: React.Ref<HTMLButtonElement>;
  label: string;
  isReadOnly: boolean;
  onEdit: () => void;
  children: ReactNode;
}

function Shown({ ref, label, isReadOnly, onEdit, children }: ShownProps) {
  const words = children || <span className={classes.unset}>not set</span>;
  if (isReadOnly) return <span className={classes.fixed}>{words}</span>;
  return (
    <button ref={ref} type="button" className={classes.shown} onClick={onEdit} aria-describedby={undefined}>
      <span>{words}</span>
      <span className="fb-visually-hidden">, change {label.toLowerCase()}</span>
      <IconPencil size={13} aria-hidden="true" />
    </button>
  );
}

interface EditableServicesProps {
  value: readonly ServiceId[];
  all: readonly ServiceId[];
  words: Record<ServiceId, string>;
  shown: string;
  isReadOnly: boolean;
  onSave: (value: ServiceId[]) => string | null;
}

/** The services bought: changing them changes which steps apply, so they are saved together on a button. */
export function EditableServices({ value, all, words, shown, isReadOnly, onSave }: EditableServicesProps) {
  const [draft, setDraft] = useState<ServiceId[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  if (draft === null)
    return (
      <Line label="Services">
        <Shown ref={opener} label="Services" isReadOnly={isReadOnly} onEdit={() => setDraft([...value])}>
          {shown}
        </Shown>
      </Line>
    );
  const close = () => {
    setDraft(null);
    setProblem(null);
    setTimeout(() => opener.current?.focus());
  };
  const save = () => {
    const refused = onSave(draft);
    if (refused === null) close();
    else setProblem(refused);
  };
  return (
    <Line label="Services">
      <Checkbox.Group
        aria-label="Services"
        value={draft}
        onChange={(next) => setDraft(next as ServiceId[])}
        error={problem}
      >
        <div className={classes.choices}>
          {all.map((service) => (
            <Checkbox key={service} value={service} label={words[service]} size="xs" />
          ))}
        </div>
      </Checkbox.Group>
      <div className={classes.choiceActions}>
        <Button size="compact-sm" onClick={save}>
          Save services
        </Button>
        <Button size="compact-sm" variant="default" onClick={close}>
          Cancel
        </Button>
      </div>
    </Line>
  );
}
