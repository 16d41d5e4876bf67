import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { client } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { VerificationResult } from "../../components/VerificationResult.tsx";
import { type ChosenFile, chooseFile } from "../../files.ts";
import classes from "./documents.module.css";

async function verifyChosen(chosen: ChosenFile) {
  return { name: chosen.name, verification: await client.reports.verify({ source: chosen.source }) };
}

/** Choose a file, read what holds and what does not. */
export function VerifyFile() {
  const verify = useMutation({
    mutationFn: async () => {
      const chosen = await chooseFile("document");
      return chosen && verifyChosen(chosen);
    },
  });
  return (
    <div className={classes.verify}>
      <Button variant="default" onClick={() => verify.mutate()} loading={verify.isPending}>
        Choose a file to verify…
      </Button>
      <FailureNotice error={verify.error} title="The file was not verified." />
      {verify.data && (
        <section aria-label={`Result for ${verify.data.name}`}>
          <h3>{verify.data.name}</h3>
          <VerificationResult verification={verify.data.verification} />
        </section>
      )}
    </div>
  );
}
