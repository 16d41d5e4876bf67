import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import type { ClockView, WatchView } from "../../src-main/contract/observations.ts";
import { api } from "../client.ts";
import { clockWords, formatLeft, isUnderWay } from "../words/observations.ts";
import { wordMomentsBriefly } from "../words/time.ts";
import { FailureNotice } from "./FailureNotice.tsx";
import { Moment, useNow } from "./Moment.tsx";
import classes from "./observations.module.css";
import { PlainButton } from "./PlainButton.tsx";
import { Propagation } from "./Propagation.tsx";
import tables from "./table.module.css";

/** How often a running countdown is asked again: the engine decides when it is over. */
const pace = 30_000;

interface ChangeClockProps {
  engagement: string;
  record: "mx" | "spf";
  readOnly: boolean;
  /** Shown also while no change is under way. */
  always?: boolean;
  children?: ReactNode;
}

/** When caches have forgotten the old records, and which server gives what. Only the MX change is watched: other steps wait for it. */
export function ChangeClock({ engagement, record, readOnly, always = false, children }: ChangeClockProps) {
  const { data, error } = useQuery(
    api.observations.clock.queryOptions({
      input: { engagement },
      refetchInterval: ({ state }) => (state.data?.clock?.state === "counting" ? pace : false),
    }),
  );
  const clock = record === "mx" ? data?.clock : data?.spf;
  useGateAtTheEnd(clock?.state);
  if (error) return <FailureNotice error={error} title="The clock of the change was not read." />;
  if (!data || !clock || (!always && !isUnderWay(clock))) return null;
  const name = record === "mx" ? "MX" : "SPF";
  return (
    <section className={classes.clock} data-state={clock.state} aria-label={`${name} change in caches`}>
      <Countdown clock={clock} name={name} />
      {clock.servers.length > 0 && <Propagation servers={clock.servers} />}
      {record === "mx" && <Watch engagement={engagement} watch={data.watch} clock={clock} readOnly={readOnly} />}
      {children}
    </section>
  );
}

/** The passing of time is no change that the engine tells: when the wait ends, the steps that waited are read again. */
function useGateAtTheEnd(state: ClockView["state"] | undefined): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (state !== "over") return;
    void queries.invalidateQueries({ queryKey: api.engagements.key() });
    void queries.invalidateQueries({ queryKey: api.steps.key() });
  }, [queries, state]);
}

function Countdown({ clock: { state, sentence, expectedAt }, name }: { clock: ClockView; name: string }) {
  const now = useNow();
  return (
    <>
      <div className={classes.clockHead}>
        <h2>
          {name} change: {clockWords[state]}
        </h2>
        {state === "counting" && expectedAt && (
          <span className={classes.left} role="timer">
            {formatLeft(expectedAt, now)} left
          </span>
        )}
      </div>
      <p className={tables.value}>{wordMomentsBriefly(sentence, now)}</p>
      {expectedAt && (
        <p className={classes.what}>
          Computed from the lifetimes seen, with two minutes added. Resolvers that keep records longer than their
          lifetime are not covered.
        </p>
      )}
    </>
  );
}

interface WatchProps {
  engagement: string;
  watch: WatchView;
  clock: ClockView;
  readOnly: boolean;
}

function Watch({ engagement, watch, clock, readOnly }: WatchProps) {
  const start = useMutation(api.observations.watch.mutationOptions());
  const stop = useMutation(api.jobs.cancel.mutationOptions());
  const { job, askedAt, nextAt } = watch;
  if (job !== null)
    return (
      <div className={classes.watch}>
        <span>
          Watching the servers
          {askedAt && (
            <>
              {" "}
              · asked <Moment at={askedAt} />
            </>
          )}
          {nextAt && (
            <>
              {" "}
              · next <Moment at={nextAt} />
            </>
          )}
        </span>
        <PlainButton onClick={() => stop.mutate({ job })}>Stop watching</PlainButton>
        <FailureNotice error={stop.error} title="The watch was not stopped." />
      </div>
    );
  if (readOnly || clock.state === "over" || clock.state === "unknown") return null;
  return (
    <div className={classes.watch}>
      <Button variant="default" loading={start.isPending} onClick={() => start.mutate({ engagement })}>
        Watch the servers
      </Button>
      <span>Asks every few minutes until caches have turned over, and tells you then.</span>
      <FailureNotice error={start.error} title="The watch was not started." />
    </div>
  );
}
