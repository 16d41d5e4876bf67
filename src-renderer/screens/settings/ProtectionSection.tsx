import { Button, NativeSelect } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { errorToFailure } from "../../../src-main/contract/failures.ts";
import type { LockView } from "../../../src-main/contract/lock.ts";
import { api, client } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { JobProgress } from "../../components/JobProgress.tsx";
import { Notice } from "../../components/Notice.tsx";
import panel from "../../components/panel.module.css";
import text from "../../components/text.module.css";
import { useJobs } from "../../events.ts";
import { TypedFailure } from "../../failing.ts";
import { useLock, useShowLock } from "../../lock.ts";
import { describeFiles } from "../../words/lock.ts";
import { PassphraseForm, type Passphrases } from "./PassphraseForm.tsx";
import classes from "./protection.module.css";
import { RecoveryCode } from "./RecoveryCode.tsx";
import { Section } from "./Section.tsx";

/** What can be changed about the protection: what it is called, what it does, and which passphrases it asks for. */
interface Change {
  title: string;
  about: string;
  action: string;
  asksNew?: boolean;
  /** Resolves with a recovery code where there is a new one. */
  run(passphrases: Passphrases): Promise<string | null>;
}

const setPassphrase = ({ current, passphrase }: { current?: string; passphrase: string | null }) =>
  client.lock.setPassphrase({ passphrase, ...(current === undefined ? {} : { current }) });
const now = ({ current }: Passphrases) => (current === undefined ? {} : { current });

const changes = {
  set: {
    title: "Set a passphrase",
    about:
      "The program then starts locked, and locks itself when nobody uses it. Without encryption the files themselves can still be read by whoever can read this disk.",
    action: "Set the passphrase",
    asksNew: true,
    run: async (passphrases) => (await setPassphrase(passphrases)).recoveryCode,
  },
  change: {
    title: "Change the passphrase",
    about: "The recovery code stays as it is.",
    action: "Change the passphrase",
    asksNew: true,
    run: async (passphrases) => (await setPassphrase(passphrases)).recoveryCode,
  },
  remove: {
    title: "Remove the passphrase",
    about:
      "The program then starts unlocked. Encrypted files stay encrypted, and are opened by the key of this device.",
    action: "Remove the passphrase",
    run: async (passphrases) => (await setPassphrase({ ...now(passphrases), passphrase: null })).recoveryCode,
  },
  encrypt: {
    title: "Encrypt the engagement files",
    about:
      "Every engagement and snapshot of this computer is written anew, encrypted, compared, and only then the plain file is removed. Copies handed over stay plain, and so do damaged files that were kept aside. What a disk keeps of removed files is not overwritten: disk encryption answers for that.",
    action: "Encrypt",
    run: async (passphrases) => (await client.lock.encrypt(now(passphrases))).recoveryCode,
  },
  decrypt: {
    title: "Decrypt the engagement files",
    about: "Every file is written anew, plain, and compared before the encrypted one is removed.",
    action: "Decrypt",
    run: async (passphrases) => {
      await client.lock.decrypt(now(passphrases));
      return null;
    },
  },
  renew: {
    title: "Make a new recovery code",
    about: "The one before it opens nothing any more.",
    action: "Make a new code",
    run: async (passphrases) => (await client.lock.renewRecoveryCode(now(passphrases))).recoveryCode,
  },
} as const satisfies Record<string, Change>;
type ChangeId = keyof typeof changes;

/** App lock and encryption of the files on this computer. Both are off until somebody wants them. */
export function ProtectionSection() {
  const { data: lock } = useLock();
  const [code, setCode] = useState<string | null>(null);
  const [open, setOpen] = useState<ChangeId | null>(null);
  if (!lock) return null;
  return (
    <Section
      title="Protection"
      about="For a computer that is lost, stolen or left alone. Off until you turn it on; copies you hand over are protected when you make them."
    >
      <div className={classes.protection}>
        {code !== null && <RecoveryCode code={code} onKept={() => setCode(null)} />}
        {code === null && open !== null && (
          <ChangeForm
            key={open}
            change={changes[open]}
            asksCurrent={lock.passphrase}
            onDone={(made) => {
              setCode(made);
              setOpen(null);
            }}
            onCancel={() => setOpen(null)}
          />
        )}
        <AppLock lock={lock} onOpen={setOpen} />
        <Encryption lock={lock} onOpen={setOpen} />
      </div>
    </Section>
  );
}

interface ChangeFormProps {
  change: Change;
  asksCurrent: boolean;
  onDone: (code: string | null) => void;
  onCancel: () => void;
}

function ChangeForm({ change, asksCurrent, onDone, onCancel }: ChangeFormProps) {
  const { title, about, action, asksNew = false, run } = change;
  const mutation = useMutation({ mutationFn: run, onSuccess: onDone });
  const isWrong = mutation.error !== null && errorToFailure(mutation.error).code === "WRONG_PASSPHRASE";
  return (
    <PassphraseForm
      {...{ title, about, action, asksNew, asksCurrent, onCancel }}
      isPending={mutation.isPending}
      wrong={isWrong ? "That is not the passphrase that is set. Enter it again." : null}
      onSubmit={mutation.mutate}
    >
      {!isWrong && <FailureNotice error={mutation.error} title="Nothing was changed." />}
    </PassphraseForm>
  );
}

interface PartProps {
  lock: LockView;
  onOpen: (change: ChangeId) => void;
}

function Part({ title, state, children }: { title: string; state: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <div>
        <h3>{title}</h3>
        <p className={text.soft}>{state}</p>
      </div>
      {children}
    </section>
  );
}

const minutes = [5, 15, 30, 60, 120];

function AppLock({ lock: { passphrase, autoLockMinutes }, onOpen }: PartProps) {
  const showLock = useShowLock();
  const lockNow = useMutation(api.lock.lock.mutationOptions({ onSuccess: showLock }));
  const setAutoLock = useMutation(api.lock.setAutoLock.mutationOptions({ onSuccess: showLock }));
  if (!passphrase)
    return (
      <Part title="App lock" state="Off: the program opens without a passphrase.">
        <Button variant="default" onClick={() => onOpen("set")}>
          Set a passphrase…
        </Button>
      </Part>
    );
  return (
    <Part title="App lock" state="On: the program starts locked.">
      <NativeSelect
        label="Locks by itself when not used for"
        value={String(autoLockMinutes)}
        data={[...new Set([...minutes, autoLockMinutes])]
          .sort((a, b) => a - b)
          .map((value) => ({ value: String(value), label: `${value} minutes` }))}
        onChange={(event) => setAutoLock.mutate({ minutes: Number(event.currentTarget.value) })}
      />
      <div className={panel.actions}>
        <Button loading={lockNow.isPending} onClick={() => lockNow.mutate({})}>
          Lock now
        </Button>
        <Button variant="default" onClick={() => onOpen("change")}>
          Change the passphrase…
        </Button>
        <Button variant="default" onClick={() => onOpen("remove")}>
          Remove the passphrase…
        </Button>
        <FailureNotice error={lockNow.error ?? setAutoLock.error} title="Nothing was changed." />
      </div>
    </Part>
  );
}

function Encryption({ lock, onOpen }: PartProps) {
  const [job] = useJobs().filter(({ kind }) => kind === "protect");
  const isRunning = job?.state === "running";
  const { encrypted, passphrase } = lock;
  return (
    <Part title="Encryption of the engagement files" state={`${describeFiles(lock)}.`}>
      {isRunning && <JobProgress job={job} />}
      {job?.state === "failed" && job.failure && (
        <FailureNotice error={new TypedFailure(job.failure)} title="Not every file could be changed." />
      )}
      {!isRunning && (encrypted ? lock.files.plain : lock.files.encrypted) > 0 && (
        <Notice tone="warn">
          Not every file was changed. The rest follows when the program is started or unlocked.
        </Notice>
      )}
      {encrypted && (
        <Notice>
          A backup needs the folder of the program as a whole: without its file vault-key.json nothing opens the
          engagement files, not even the recovery code.
        </Notice>
      )}
      <div className={panel.actions}>
        <Button variant="default" disabled={isRunning} onClick={() => onOpen(encrypted ? "decrypt" : "encrypt")}>
          {encrypted ? "Decrypt the engagement files…" : "Encrypt the engagement files…"}
        </Button>
        {(encrypted || passphrase) && (
          <Button variant="default" onClick={() => onOpen("renew")}>
            Make a new recovery code…
          </Button>
        )}
      </div>
    </Part>
  );
}
