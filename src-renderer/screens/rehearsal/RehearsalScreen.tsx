import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import type { RehearsalView, ScenarioId } from "../../../src-main/contract/rehearsal.ts";
import { api } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Loading } from "../../components/Loading.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { errorToShow } from "../../failing.ts";
import { useKeepView } from "./keep-view.ts";
import { RunningRehearsal } from "./RunningRehearsal.tsx";
import classes from "./rehearsal.module.css";

/** Practising steps on servers of this machine, which behave as they are told. */
export function RehearsalScreen() {
  const query = useQuery(api.rehearsal.get.queryOptions({ input: {} }));
  const keep = useKeepView();
  const [, navigate] = useLocation();
  const start = useMutation(
    api.rehearsal.start.mutationOptions({
      onSuccess: (view) => {
        keep(view);
        if (view.running) navigate(`/e/${view.running.engagement}/step/${view.running.step}/checks`);
      },
    }),
  );
  const stop = useMutation(api.rehearsal.stop.mutationOptions({ onSuccess: keep }));
  const running = query.data?.running ?? null;
  const stopButton = running && (
    <Button variant="default" loading={stop.isPending} onClick={() => stop.mutate({})}>
      Stop the rehearsal
    </Button>
  );
  return (
    <>
      <PageHeader title="Rehearsal" actions={stopButton}>
        Practise a step without a network and without a customer. Names, gateway, mail server and directory run on this
        computer and misbehave as you choose; every check asks them and nobody else.
      </PageHeader>
      <FailureNotice error={start.error} title="The rehearsal did not start." onDismiss={start.reset} />
      <FailureNotice error={stop.error} title="The rehearsal did not stop." onDismiss={stop.reset} />
      {query.isPending && <Loading rows={6} label="Loading the scenarios" />}
      <FailureNotice
        error={errorToShow(query)}
        title="The scenarios were not read."
        onRetry={() => void query.refetch()}
      />
      {query.data && running && <RunningRehearsal view={query.data} running={running} />}
      {query.data && (
        <Scenarios
          view={query.data}
          starting={start.isPending ? start.variables.scenario : null}
          onStart={(scenario) => start.mutate({ scenario })}
        />
      )}
    </>
  );
}

interface ScenariosProps {
  view: RehearsalView;
  starting: ScenarioId | null;
  onStart: (scenario: ScenarioId) => void;
}

function Scenarios({ view: { scenarios, running }, starting, onStart }: ScenariosProps) {
  return (
    <section className={classes.scenarios} aria-labelledby="scenarios">
      <h2 id="scenarios">Scenarios</h2>
      <ul>
        {scenarios.map(({ scenario, title, task }) => {
          const isCurrent = running?.scenario === scenario;
          return (
            <li key={scenario} data-current={isCurrent}>
              <div>
                <h3>{title}</h3>
                <p>{task}</p>
              </div>
              {isCurrent ? (
                <Link href={`/e/${running.engagement}/step/${running.step}/checks`}>Go to its checks</Link>
              ) : (
                <Button
                  variant="default"
                  size="compact-sm"
                  aria-label={`Start: ${title}`}
                  loading={starting === scenario}
                  disabled={starting !== null && starting !== scenario}
                  onClick={() => onStart(scenario)}
                >
                  Start
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
