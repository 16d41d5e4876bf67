import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import * as z from "zod";
import type { Field, Section } from "../../../src-main/contract/rfi/field.ts";
import { type FieldPath, type FormContext, isAsked } from "../../../src-main/contract/rfi/form.ts";
import type { RfiView } from "../../../src-main/contract/rfi.ts";
import { AnswerField } from "./AnswerField.tsx";
import { RowTable } from "./RowTable.tsx";
import classes from "./rfi.module.css";
import { answerToInput, findInputProblem, type SectionTexts } from "./text.ts";

interface SectionFormProps {
  engagement: string;
  section: Section;
  context: FormContext;
  rfi: RfiView;
}

/** The section's inputs under the contract's own checks; an empty input is left for the completeness meter to name. */
function sectionSchema(fields: readonly Field[]) {
  const checked = (field: Field) =>
    z.string().superRefine((text, issues) => {
      const problem = findInputProblem(field, text);
      if (problem) issues.addIssue({ code: "custom", message: problem });
    });
  return z.object(Object.fromEntries(fields.map((field) => [field.id, checked(field)])));
}

/** One section: its questions, then its repeating questions. Every answer is saved by itself; there is nothing to submit. */
export function SectionForm({ engagement, section, context, rfi }: SectionFormProps) {
  const fields = section.fields.filter((field) => isAsked(field.when, context, rfi.answers));
  const groups = section.groups.filter((group) => isAsked(group.when, context, rfi.answers));
  const pathOf = (field: Field) => `${section.id}.${field.id}` as FieldPath;
  const saved: SectionTexts = Object.fromEntries(
    fields.map((field) => [field.id, answerToInput(rfi.answers.fields[pathOf(field)])]),
  );
  const form = useForm<SectionTexts>({
    values: saved,
    // A field that is being edited keeps its text while answers from elsewhere come in.
    resetOptions: { keepDirtyValues: true, keepErrors: true },
    resolver: zodResolver(sectionSchema(fields)),
    mode: "onBlur",
  });
  const isNothingAsked = fields.length === 0 && groups.length === 0;
  return (
    <form
      className={classes.section}
      onSubmit={(event) => event.preventDefault()}
      aria-labelledby="section-title"
      noValidate
    >
      <h2 id="section-title">{section.title}</h2>
      <p className={classes.purpose}>{section.purpose}</p>
      {isNothingAsked && (
        <p className={classes.purpose}>Nothing is asked here for this platform and the services bought.</p>
      )}
      {fields.length > 0 && (
        <div className={classes.fields}>
          {fields.map((field) => (
            <AnswerField
              key={field.id}
              engagement={engagement}
              path={pathOf(field)}
              field={field}
              form={form}
              rfi={rfi}
            />
          ))}
        </div>
      )}
      {groups.map((group) => (
        <RowTable key={group.id} engagement={engagement} group={group} rfi={rfi} />
      ))}
    </form>
  );
}
