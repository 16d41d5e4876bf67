import { Button, PasswordInput, Radio, Textarea } from "@mantine/core";
import { useState } from "react";
import { useLocation, useParams } from "wouter";
import type { HandOverSeal } from "../../../src-main/contract/copies.ts";
import { client } from "../../client.ts";
import { useFileJob } from "../../commands/useFileJob.ts";
import { FileJobState } from "../../components/FileJobState.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import panel from "../../components/panel.module.css";
import { findPassphraseProblem, readRecipients } from "../../words/copies.ts";
import classes from "./copies.module.css";

type Space = "everything" | "shared";
type SealKind = HandOverSeal["kind"];

interface Draft {
  kind: SealKind;
  passphrase: string;
  repeated: string;
  recipients: string;
}

/** What the draft means, or the sentence that says what is wrong with it. */
function readSeal({ kind, passphrase, repeated, recipients }: Draft): { seal: HandOverSeal } | { problem: string } {
  if (kind === "open") return { seal: { kind } };
  if (kind === "passphrase") {
    const problem = findPassphraseProblem(passphrase, repeated);
    return problem === null ? { seal: { kind, passphrase } } : { problem };
  }
  const read = readRecipients(recipients);
  return read.problem === null ? { seal: { kind, recipients: read.recipients } } : { problem: read.problem };
}

/** A copy of the engagement for somebody else: with or without the internal notes, open or sealed. */
export function HandOverScreen() {
  const { id = "" } = useParams();
  return (
    <>
      <PageHeader title="Hand over a copy">
        The copy is made new, read again and compared before it is saved. It never replaces a file.
      </PageHeader>
      <HandOver engagement={id} />
    </>
  );
}

function HandOver({ engagement }: { engagement: string }) {
  const [, navigate] = useLocation();
  const [space, setSpace] = useState<Space>("everything");
  const [draft, setDraft] = useState<Draft>({ kind: "open", passphrase: "", repeated: "", recipients: "" });
  const [problem, setProblem] = useState<string | null>(null);
  const copy = useFileJob((seal: HandOverSeal) => client.copies.handOver({ engagement, space, seal }));
  const change = (part: Partial<Draft>) => {
    setDraft({ ...draft, ...part });
    setProblem(null);
  };
  return (
    <form
      className={panel.panel}
      aria-label="Hand over a copy"
      onSubmit={(event) => {
        event.preventDefault();
        const read = readSeal(draft);
        if ("problem" in read) return setProblem(read.problem);
        copy.begin(read.seal);
      }}
    >
      <SpaceChoice space={space} onChange={setSpace} />
      <SealChoice draft={draft} problem={problem} onChange={change} />
      <div className={panel.actions}>
        <Button type="submit" loading={copy.isPending}>
          Make the copy
        </Button>
        <Button variant="default" onClick={() => navigate(`/e/${engagement}`)}>
          Back
        </Button>
      </div>
      <FileJobState {...copy} failureTitle="The copy was not made." />
    </form>
  );
}

function SpaceChoice({ space, onChange }: { space: Space; onChange: (space: Space) => void }) {
  return (
    <Radio.Group label="What goes along" value={space} onChange={(value) => onChange(value as Space)}>
      <div className={panel.choices}>
        <Radio value="everything" label="Everything" description="For a colleague who goes on working" />
        <Radio
          value="shared"
          label="Without the internal note"
          description="For the customer. What was written for colleagues only is not in the file"
        />
      </div>
    </Radio.Group>
  );
}

interface SealChoiceProps {
  draft: Draft;
  problem: string | null;
  onChange: (part: Partial<Draft>) => void;
}

function SealChoice({ draft, problem, onChange }: SealChoiceProps) {
  return (
    <>
      <Radio.Group
        label="Who can open it"
        value={draft.kind}
        onChange={(value) => onChange({ kind: value as SealKind })}
      >
        <div className={panel.choices}>
          <Radio value="open" label="Anybody who has the file" />
          <Radio value="passphrase" label="Whoever knows a passphrase" />
          <Radio value="recipients" label="Named recipients" description="By their age keys; no secret is exchanged" />
        </div>
      </Radio.Group>
      {draft.kind === "passphrase" && <PassphraseFields {...{ draft, problem, onChange }} />}
      {draft.kind === "recipients" && (
        <Textarea
          label="Recipients"
          description="One a line. Each person finds theirs in the settings, under “Who this device belongs to”"
          placeholder="age1…"
          rows={4}
          spellCheck={false}
          classNames={{ input: classes.keys ?? "" }}
          value={draft.recipients}
          error={problem}
          onChange={(event) => onChange({ recipients: event.currentTarget.value })}
        />
      )}
    </>
  );
}

function PassphraseFields({ draft, problem, onChange }: SealChoiceProps) {
  return (
    <div className={classes.pair}>
      <PasswordInput
        label="Passphrase"
        description="At least 12 characters. Four words that do not belong together are good"
        autoComplete="new-password"
        value={draft.passphrase}
        error={problem}
        onChange={(event) => onChange({ passphrase: event.currentTarget.value })}
      />
      <PasswordInput
        label="The same again"
        description="Nobody can open the copy without it; tell it by another way than the file"
        autoComplete="new-password"
        value={draft.repeated}
        onChange={(event) => onChange({ repeated: event.currentTarget.value })}
      />
    </div>
  );
}
