import { Button, PasswordInput, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { errorToFailure } from "../../../src-main/contract/failures.ts";
import type { LockView } from "../../../src-main/contract/lock.ts";
import { api } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { PlainButton } from "../../components/PlainButton.tsx";
import { useShowLock } from "../../lock.ts";
import mark from "../../mark.svg";
import classes from "./lock.module.css";

/** Stands instead of everything else while the program is locked. What was shown before is forgotten here too. */
export function LockScreen({ state }: { state: Exclude<LockView["state"], "unlocked"> }) {
  const [isRecovering, setRecovering] = useState(state === "key-lost");
  const queries = useQueryClient();
  useEffect(() => {
    const isAboutLock = ([path]: readonly unknown[]) => Array.isArray(path) && path[0] === "lock";
    queries.removeQueries({ predicate: ({ queryKey }) => !isAboutLock(queryKey) });
  }, [queries]);
  return (
    <main className={classes.screen}>
      {isRecovering ? (
        <Recover state={state} onBack={() => setRecovering(false)} />
      ) : (
        <Unlock onForgotten={() => setRecovering(true)} />
      )}
    </main>
  );
}

function Panel({ title, children, onSubmit }: { title: string; children: ReactNode; onSubmit: () => void }) {
  return (
    <form
      className={classes.panel}
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <div className={classes.heading}>
        <img src={mark} alt="" width={32} height={32} />
        <h1>{title}</h1>
      </div>
      {children}
    </form>
  );
}

/** The sentence under the field for an answer that was wrong; other failures get a notice of their own. */
const sentenceFor = (error: unknown, code: string): string | null => {
  const failure = error === null ? null : errorToFailure(error);
  return failure?.code === code ? `${failure.happened} ${failure.todo}` : null;
};

function Unlock({ onForgotten }: { onForgotten: () => void }) {
  const [passphrase, setPassphrase] = useState("");
  const showLock = useShowLock();
  const unlock = useMutation(
    api.lock.unlock.mutationOptions({ onSuccess: showLock, onSettled: () => setPassphrase("") }),
  );
  const wrong = sentenceFor(unlock.error, "WRONG_PASSPHRASE");
  return (
    <Panel title="Connect Fieldbook is locked" onSubmit={() => passphrase !== "" && unlock.mutate({ passphrase })}>
      <PasswordInput
        label="Passphrase"
        autoFocus
        autoComplete="current-password"
        value={passphrase}
        readOnly={unlock.isPending}
        error={passphrase === "" && !unlock.isPending ? wrong : null}
        onChange={(event) => setPassphrase(event.currentTarget.value)}
      />
      <div className={classes.actions}>
        <Button type="submit" disabled={passphrase === ""} loading={unlock.isPending}>
          Unlock
        </Button>
        <PlainButton onClick={onForgotten}>The passphrase is forgotten</PlainButton>
      </div>
      {!wrong && <FailureNotice error={unlock.error} title="The program was not unlocked." />}
    </Panel>
  );
}

function Recover({ state, onBack }: { state: "locked" | "key-lost"; onBack: () => void }) {
  const [code, setCode] = useState("");
  const showLock = useShowLock();
  const recover = useMutation(api.lock.recover.mutationOptions({ onSuccess: showLock }));
  const wrong = sentenceFor(recover.error, "WRONG_RECOVERY_CODE");
  return (
    <Panel title="Open with the recovery code" onSubmit={() => code.trim() !== "" && recover.mutate({ code })}>
      <p>
        {state === "key-lost"
          ? "The key of this device is not the one that the engagement files were encrypted for: the computer was set up anew, or its key store was emptied. The files are as they were. The recovery code opens them and binds them to this device."
          : "The recovery code was shown when the passphrase was set or the files were encrypted. It opens the program and takes the passphrase away; set a new one afterwards."}
      </p>
      <Textarea
        label="Recovery code"
        description="Eight groups of five; capitals and hyphens do not matter"
        autoFocus
        autosize
        minRows={2}
        spellCheck={false}
        autoComplete="off"
        classNames={{ input: classes.code ?? "" }}
        value={code}
        error={wrong}
        onChange={(event) => {
          recover.reset();
          setCode(event.currentTarget.value);
        }}
      />
      <div className={classes.actions}>
        <Button type="submit" disabled={code.trim() === ""} loading={recover.isPending}>
          Open
        </Button>
        {state === "locked" && (
          <Button variant="default" onClick={onBack}>
            Back
          </Button>
        )}
      </div>
      {!wrong && <FailureNotice error={recover.error} title="The program was not opened." />}
    </Panel>
  );
}
