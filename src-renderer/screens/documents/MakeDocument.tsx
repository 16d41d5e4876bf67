import { Button, NativeSelect } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { StepId } from "../../../src-main/contract/names.ts";
import { client } from "../../client.ts";
import { waitForDownload } from "../../commands/jobs.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { JobProgress } from "../../components/JobProgress.tsx";
import { useJob } from "../../events.ts";
import { useEngagement } from "../../queries.ts";
import { nameStep, stepStateWords } from "../../words/steps.ts";
import classes from "./documents.module.css";

/** Makes the PDF of a step; the signed ones come first to hand. `onMade` gets the new document's id. */
export function MakeDocument({ engagement, onMade }: { engagement: string; onMade: (download: string) => void }) {
  const view = useEngagement(engagement);
  const steps = view.data?.steps.filter(({ state }) => state !== "not-applicable") ?? [];
  const [chosen, setChosen] = useState<StepId | null>(null);
  const [job, setJob] = useState<string | null>(null);
  const running = useJob(job);
  const step = chosen ?? steps.findLast(({ state }) => state === "signed")?.step ?? steps[0]?.step;
  const make = useMutation({
    mutationFn: async (wanted: StepId) => {
      const started = await client.reports.create({ engagement, step: wanted });
      setJob(started.job);
      return waitForDownload(started.job);
    },
    onSuccess: onMade,
  });
  return (
    <section className={classes.make} aria-label="Make a document">
      <NativeSelect
        aria-label="Step"
        value={step ?? ""}
        onChange={(event) => setChosen(event.currentTarget.value as StepId)}
        data={steps.map((summary) => ({
          value: summary.step,
          label: `${nameStep(summary)} (${stepStateWords[summary.state].toLowerCase()})`,
        }))}
      />
      <Button onClick={() => step && make.mutate(step)} loading={make.isPending} disabled={!step}>
        Make PDF
      </Button>
      {make.isPending && running?.state === "running" && <JobProgress job={running} />}
      <div className={classes.makeFailure}>
        <FailureNotice error={make.error} title="The document was not made." onDismiss={make.reset} />
      </div>
    </section>
  );
}
