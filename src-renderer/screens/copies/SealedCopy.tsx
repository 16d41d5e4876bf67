import { Button, PasswordInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { client } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import panel from "../../components/panel.module.css";
import type { ChosenFile } from "../../files.ts";

/** Asks for the passphrase of a sealed copy and has it examined again. The passphrase is sent once and kept nowhere. */
export function SealedCopy({ copy, isWrong }: { copy: ChosenFile; isWrong: boolean }) {
  const [passphrase, setPassphrase] = useState("");
  const [, navigate] = useLocation();
  const examine = useMutation({
    mutationFn: () => client.copies.examine({ source: copy.source, passphrase }),
    onSuccess: ({ job }) => navigate(`/take-in/${job}`, { replace: true, state: copy }),
  });
  return (
    <form
      className={panel.panel}
      aria-label="Open a sealed copy"
      onSubmit={(event) => {
        event.preventDefault();
        if (passphrase !== "") examine.mutate();
      }}
    >
      <p>
        The copy is sealed with a passphrase, or for other recipients than this computer. Who handed it over knows the
        passphrase; it is used once and not kept.
      </p>
      <PasswordInput
        className={panel.narrow ?? ""}
        label="Passphrase"
        autoFocus
        autoComplete="off"
        value={passphrase}
        error={isWrong && passphrase === "" ? "That passphrase does not open it. Enter it again." : null}
        onChange={(event) => setPassphrase(event.currentTarget.value)}
      />
      <div className={panel.actions}>
        <Button type="submit" disabled={passphrase === ""} loading={examine.isPending}>
          Open the copy
        </Button>
        <Button variant="default" onClick={() => navigate("/")}>
          Cancel
        </Button>
      </div>
      <FailureNotice error={examine.error} title="The copy was not opened." />
    </form>
  );
}
