import { Checkbox, PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";
import type { CheckView } from "../../../src-main/contract/checks.ts";
import classes from "./step.module.css";

const empty = { directoryPassword: "", smtpUser: "", smtpPassword: "" };
type Secrets = typeof empty;

/** What the checks that can run ask for, as typed so far, and whether the program is to remember it. */
export function useSecrets(checks: readonly CheckView[]) {
  const [values, setValues] = useState(empty);
  const [choice, setChoice] = useState<boolean | null>(null);
  const asking = checks.filter(({ needsSecret, blocked }) => needsSecret !== "none" && blocked === null);
  const kinds = [...new Set(asking.map(({ needsSecret }) => needsSecret))];
  const remembered = new Set(
    asking.filter(({ secretRemembered }) => secretRemembered).map(({ needsSecret }) => needsSecret),
  );
  const isTicked = choice ?? remembered.size > 0;
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== "")) as Partial<Secrets>;
  return {
    kinds,
    remembered,
    values,
    isTicked,
    set: (field: keyof Secrets, value: string) => setValues((known) => ({ ...known, [field]: value })),
    tick: setChoice,
    /** For the command that runs checks: untouched, the tick changes nothing. */
    toInput: () => ({ ...given, ...(choice === null ? {} : { remember: choice }) }),
    clear: () => {
      setValues(empty);
      setChoice(null);
    },
  };
}

/** Fields for the secrets of this run. They leave the page with the command and are empty again after it. */
export function SecretFields({ secrets }: { secrets: ReturnType<typeof useSecrets> }) {
  const { kinds, remembered, isTicked, tick } = secrets;
  if (kinds.length === 0) return null;
  const describe = (kind: (typeof kinds)[number]) => {
    if (remembered.has(kind)) return "Remembered; type only to change it.";
    return isTicked ? "Kept in memory, never in a file." : "Used for this run and kept nowhere.";
  };
  return (
    <fieldset className={classes.secrets}>
      <legend>Asked for by these checks</legend>
      {kinds.includes("directory-password") && (
        <PasswordInput
          label="Password of the directory account"
          description={describe("directory-password")}
          {...fieldOf(secrets, "directoryPassword")}
        />
      )}
      {kinds.includes("smtp-credentials") && (
        <>
          <TextInput
            label="User name for the smart hosts"
            description={
              remembered.has("smtp-credentials") ? "Remembered as well." : "An internal address of the account."
            }
            spellCheck={false}
            {...fieldOf(secrets, "smtpUser")}
          />
          <PasswordInput
            label="Password for the smart hosts"
            description={describe("smtp-credentials")}
            {...fieldOf(secrets, "smtpPassword")}
          />
        </>
      )}
      <Checkbox
        size="xs"
        label="Remember until the program closes"
        checked={isTicked}
        onChange={({ currentTarget }) => tick(currentTarget.checked)}
      />
    </fieldset>
  );
}

const fieldOf = ({ values, set }: ReturnType<typeof useSecrets>, name: keyof Secrets) => ({
  autoComplete: "off",
  value: values[name],
  className: classes.password ?? "",
  onChange: ({ currentTarget }: { currentTarget: { value: string } }) => set(name, currentTarget.value),
});
