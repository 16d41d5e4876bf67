import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "wouter";
import type { StepId } from "../../../src-main/contract/names.ts";
import type { Drawing, SignPreview } from "../../../src-main/contract/signoffs.ts";
import { signer as signerSchema } from "../../../src-main/contract/signoffs.ts";
import { api } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Loading } from "../../components/Loading.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { wordMoments } from "../../words/time.ts";
import { MakeStepDocument } from "../step/MakeStepDocument.tsx";
import { SignaturePad } from "./SignaturePad.tsx";
import classes from "./signoff.module.css";

/** The page turned towards the customer: what was done, what was not tested, and the signature. */
export function SignOffScreen() {
  const { id = "", step = "" } = useParams();
  const query = useQuery(api.signoffs.preview.queryOptions({ input: { engagement: id, step: step as StepId } }));
  if (query.error) {
    return (
      <>
        <PageHeader title="Sign-off" />
        <FailureNotice error={query.error} title="The page could not be made." onRetry={() => void query.refetch()} />
      </>
    );
  }
  if (!query.data) return <Loading rows={9} label="Loading the sign-off" />;
  return <SignOff engagement={id} step={step as StepId} preview={query.data} />;
}

const emptySigner = { name: "", role: "", organisation: "", email: "" };

function SignOff({ engagement, step, preview }: { engagement: string; step: StepId; preview: SignPreview }) {
  const [signer, setSigner] = useState({ ...emptySigner, organisation: preview.customer });
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  const sign = useMutation(api.signoffs.sign.mutationOptions());
  const stepPage = `/e/${engagement}/step/${step}/sign-off`;
  if (sign.data) {
    return (
      <div className={classes.page}>
        <PageHeader title="Signed" />
        <p role="status">
          {sign.data.signer.name} has signed “{preview.title}”. {sign.data.covered} values are covered; the step is
          read-only now.
        </p>
        <MakeStepDocument engagement={engagement} step={step} isSigned />
        <p>
          <Link href={stepPage}>Back to the step</Link>
        </p>
      </div>
    );
  }
  const obstacles = listObstacles(preview, signer, drawing);
  const change = (field: keyof typeof emptySigner) => ({
    value: signer[field],
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) =>
      setSigner({ ...signer, [field]: currentTarget.value }),
  });
  return (
    <div className={classes.page}>
      <PageHeader
        title={preview.title}
        status={<span>{`${preview.customer} · ${preview.reference}`}</span>}
        actions={<Link href={stepPage}>Back to the step</Link>}
      />
      <List title="What was done" lines={preview.done} empty="Nothing has been recorded as done." />
      <List title="What the checks showed" lines={preview.proven} />
      <List title="What was waived" lines={preview.waived} />
      <List title="What was not tested" lines={preview.notTested} />
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          const { email, ...named } = signer;
          if (drawing && obstacles.length === 0)
            sign.mutate({ engagement, step, signer: email.trim() ? signer : named, drawing });
        }}
      >
        <blockquote className={classes.statement}>{preview.statement}</blockquote>
        <div className={classes.signer}>
          <TextInput size="md" label="Name" autoComplete="name" required withAsterisk={false} {...change("name")} />
          <TextInput
            size="md"
            label="Role"
            autoComplete="organization-title"
            required
            withAsterisk={false}
            {...change("role")}
          />
          <TextInput
            size="md"
            label="Organisation"
            autoComplete="organization"
            required
            withAsterisk={false}
            {...change("organisation")}
          />
          <TextInput size="md" label="E-mail (optional)" type="email" autoComplete="email" {...change("email")} />
        </div>
        <SignaturePad onDrawn={setDrawing} />
        <FailureNotice error={sign.error} title="The step was not signed." />
        <div className={classes.signRow}>
          <Button type="submit" size="md" disabled={obstacles.length > 0} loading={sign.isPending}>
            Sign step
          </Button>
          {obstacles.length > 0 && (
            <ul className={classes.obstacles} aria-label="Missing before signing">
              {obstacles.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          )}
        </div>
        <p className={classes.honest}>
          This is a signature drawn on the consultant's device, in the presence of the consultant. It is recorded with
          the time, the strokes and the exact values shown, and sealed with the device's key.
        </p>
      </form>
    </div>
  );
}

/** Why the button is not enabled, in the order of the page. */
export function listObstacles(preview: SignPreview, signer: typeof emptySigner, drawing: Drawing | null): string[] {
  const hasWrongEmail = signer.email.trim() !== "" && !signerSchema.shape.email.safeParse(signer.email.trim()).success;
  return [
    ...preview.missing.map((sentence) => wordMoments(sentence)),
    ...(signer.name.trim() ? [] : ["Name of the signer."]),
    ...(signer.role.trim() ? [] : ["Role of the signer."]),
    ...(signer.organisation.trim() ? [] : ["Organisation of the signer."]),
    ...(hasWrongEmail ? ["An e-mail address such as name@example.com, or none."] : []),
    ...(drawing ? [] : ["A signature, drawn across the field."]),
  ];
}

function List({ title, lines, empty }: { title: string; lines: readonly string[]; empty?: string }) {
  if (lines.length === 0 && !empty) return null;
  return (
    <section className={classes.list}>
      <h2>{title}</h2>
      {lines.length === 0 ? (
        <p>{empty}</p>
      ) : (
        <ul>
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
