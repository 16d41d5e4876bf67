import { Button, PasswordInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import panel from "../../components/panel.module.css";
import { findNewPassphraseProblem } from "../../words/lock.ts";
import classes from "./protection.module.css";

export interface Passphrases {
  /** The one that is set now. */
  current?: string;
  /** The new one. */
  passphrase: string;
}

interface PassphraseFormProps {
  title: string;
  about: ReactNode;
  /** Whether the passphrase that is set now is asked for. */
  asksCurrent: boolean;
  /** Whether a new one is asked for. */
  asksNew: boolean;
  action: string;
  isPending: boolean;
  /** What is wrong with the current passphrase. */
  wrong: string | null;
  onSubmit: (passphrases: Passphrases) => void;
  onCancel: () => void;
  children?: ReactNode;
}

/** Asks for passphrases before something about the protection is changed. They are sent once and kept nowhere. */
export function PassphraseForm(props: PassphraseFormProps) {
  const { title, about, asksCurrent, asksNew, action, isPending, wrong, onSubmit, onCancel, children } = props;
  const [draft, setDraft] = useState({ current: "", passphrase: "", repeated: "" });
  const [problem, setProblem] = useState<string | null>(null);
  const change = (part: Partial<typeof draft>) => {
    setDraft({ ...draft, ...part });
    setProblem(null);
  };
  const submit = () => {
    const found = asksNew ? findNewPassphraseProblem(draft.passphrase, draft.repeated) : null;
    setProblem(found);
    if (found !== null) return;
    onSubmit({ passphrase: draft.passphrase, ...(asksCurrent ? { current: draft.current } : {}) });
  };
  return (
    <form
      className={`${panel.panel} ${classes.panel}`}
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <h3>{title}</h3>
      <p>{about}</p>
      {asksCurrent && (
        <PasswordInput
          className={panel.narrow ?? ""}
          label="Passphrase now"
          autoFocus
          autoComplete="current-password"
          value={draft.current}
          error={wrong}
          onChange={(event) => change({ current: event.currentTarget.value })}
        />
      )}
      {asksNew && (
        <div className={classes.pair}>
          <PasswordInput
            label="New passphrase"
            description="At least 8 characters. Four words that do not belong together are good"
            autoFocus={!asksCurrent}
            autoComplete="new-password"
            value={draft.passphrase}
            error={problem}
            onChange={(event) => change({ passphrase: event.currentTarget.value })}
          />
          <PasswordInput
            label="The same again"
            description="It is asked for whenever the program starts"
            autoComplete="new-password"
            value={draft.repeated}
            onChange={(event) => change({ repeated: event.currentTarget.value })}
          />
        </div>
      )}
      <div className={panel.actions}>
        <Button type="submit" loading={isPending} disabled={asksCurrent && draft.current === ""}>
          {action}
        </Button>
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
      </div>
      {children}
    </form>
  );
}
