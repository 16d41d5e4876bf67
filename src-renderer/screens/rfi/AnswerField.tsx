import { NativeSelect, Radio, Textarea, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef } from "react";
import { Controller, type UseFormReturn } from "react-hook-form";
import { errorToFailure } from "../../../src-main/contract/failures.ts";
import type { Field } from "../../../src-main/contract/rfi/field.ts";
import type { FieldPath } from "../../../src-main/contract/rfi/form.ts";
import type { RfiView } from "../../../src-main/contract/rfi.ts";
import { api } from "../../client.ts";
import { AnswerSource } from "./AnswerSource.tsx";
import { ParallelAnswers } from "./ParallelAnswers.tsx";
import classes from "./rfi.module.css";
import { findInputProblem, inputToAnswer, type SectionTexts } from "./text.ts";

interface AnswerFieldProps {
  engagement: string;
  path: FieldPath;
  field: Field;
  form: UseFormReturn<SectionTexts>;
  rfi: RfiView;
}

const restBeforeSave = 500;

/** One question. Its answer is saved when the field is left or half a second after the last key; a text that cannot be saved stays in the field. */
export function AnswerField({ engagement, path, field, form, rfi }: AnswerFieldProps) {
  const save = useMutation(api.rfi.answer.mutationOptions());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const saveNow = (text: string) => {
    clearTimeout(timer.current);
    if (!form.getFieldState(field.id).isDirty || findInputProblem(field, text) !== null) return;
    save.mutate(
      { engagement, field: path, value: inputToAnswer(field, text) },
      {
        onSuccess: () => {
          if (form.getValues(field.id) === text) form.resetField(field.id, { defaultValue: text });
        },
        onError: (error) => form.setError(field.id, { type: "server", message: errorToFailure(error).happened }),
      },
    );
  };
  const saveSoon = (text: string) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => saveNow(text), restBeforeSave);
  };
  const conflict = rfi.conflicts[path];
  return (
    <div className={classes.field} data-wide={field.kind === "notes"}>
      <Controller
        name={field.id}
        control={form.control}
        render={({ field: bound, fieldState: { error } }) => (
          <AnswerInput
            field={field}
            name={bound.name}
            inputRef={bound.ref}
            value={bound.value ?? ""}
            readOnly={rfi.readOnly}
            error={error?.message}
            onChange={(text) => {
              bound.onChange(text);
              saveSoon(text);
            }}
            onChosen={(text) => {
              form.setValue(field.id, text, { shouldDirty: true, shouldValidate: true });
              saveNow(text);
            }}
            onBlur={() => {
              bound.onBlur();
              saveNow(form.getValues(field.id) ?? "");
            }}
          />
        )}
      />
      <AnswerSource source={rfi.sources[path]} isSaving={save.isPending} />
      {conflict && (
        <ParallelAnswers
          engagement={engagement}
          values={conflict}
          field={field}
          onChoose={(value) => save.mutate({ engagement, field: path, value })}
        />
      )}
    </div>
  );
}

interface AnswerInputProps {
  field: Field;
  name: string;
  inputRef: (element: HTMLElement | null) => void;
  value: string;
  readOnly: boolean;
  error: string | undefined;
  onChange(text: string): void;
  onChosen(text: string): void;
  onBlur(): void;
}

const inputTypes: Partial<Record<Field["kind"], string>> = { email: "email", phone: "tel", date: "date" };
const monospaced: ReadonlySet<Field["kind"]> = new Set(["domain", "host", "address", "network", "dn"]);

function AnswerInput({
  field,
  name,
  inputRef,
  value,
  readOnly,
  error,
  onChange,
  onChosen,
  onBlur,
}: AnswerInputProps): ReactNode {
  const shared = {
    label: field.label,
    description: field.help,
    error,
    required: field.required ?? false,
    withAsterisk: false,
    name,
    onBlur,
    ref: inputRef,
  };
  if (field.kind === "yes-no") {
    return (
      <Radio.Group {...shared} value={value} onChange={onChosen} readOnly={readOnly}>
        <div className={classes.options}>
          <Radio value="true" label="Yes" disabled={readOnly} />
          <Radio value="false" label="No" disabled={readOnly} />
        </div>
      </Radio.Group>
    );
  }
  if (field.kind === "choice") {
    const options = [{ value: "", label: "Choose…" }, ...(field.options ?? []).map((option) => ({ ...option }))];
    return (
      <NativeSelect
        {...shared}
        value={value}
        data={options}
        disabled={readOnly}
        onChange={({ currentTarget }) => onChosen(currentTarget.value)}
      />
    );
  }
  if (field.kind === "notes") {
    return (
      <Textarea
        {...shared}
        value={value}
        readOnly={readOnly}
        autosize
        minRows={2}
        maxRows={12}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
    );
  }
  const isNumber = field.kind === "count" || field.kind === "port";
  return (
    <TextInput
      {...shared}
      value={value}
      readOnly={readOnly}
      type={inputTypes[field.kind] ?? "text"}
      inputMode={isNumber ? "numeric" : undefined}
      spellCheck={false}
      autoComplete="off"
      classNames={monospaced.has(field.kind) ? { input: classes.mono ?? "" } : {}}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
