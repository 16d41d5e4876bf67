import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { ClockView, ServerState, WatchView } from "../../src-main/contract/observations.ts";
import { api } from "../client.ts";
import { clockWords, formatLeft, serverKindWords } from "../words/observations.ts";
import { wordMomentsBriefly } from "../words/time.ts";
import { Breakable } from "./Breakable.tsx";
import { SeenValue } from "./DifferenceTable.tsx";
import { FailureNotice } from "./FailureNotice.tsx";
import { Moment, useNow } from "./Moment.tsx";
import classes from "./observations.module.css";
import { PlainButton } from "./PlainButton.tsx";
import tables from "./table.module.css";
import { Verdict } from "./Verdict.tsx";

/** How often a running countdown is asked again: the engine decides when it is over. */
const pace = 30_000;

/** When caches have forgotten the old MX records, and which server gives what. Nothing while no change is under way, unless `always`. */
export function MxClock({ engagement, readOnly, always = false, children }: MxClockProps) {
  const { data, error } = useQuery(
    api.observations.clock.queryOptions({
      input: { engagement },
      refetchInterval: ({ state }) => (state.data?.clock?.state === "counting" ? pace : false),
    }),
  );
  const clock = data?.clock;
  if (error) return <FailureNotice error={error} title="The clock of the MX change was not read." />;
  if (!data || !clock || (!always && !isUnderWay(clock))) return null;
  return (
    <section className={classes.clock} data-state={clock.state} aria-label="MX change in caches">
      <Countdown clock={clock} />
      {clock.servers.length > 0 && <Propagation servers={clock.servers} />}
      <Watch engagement={engagement} watch={data.watch} clock={clock} readOnly={readOnly} />
      {children}
    </section>
  );
}

interface MxClockProps {
  engagement: string;
  readOnly: boolean;
  always?: boolean;
  children?: ReactNode;
}

/** A change has begun, whether or not every server has it. */
const isUnderWay = ({ state, servers }: ClockView): boolean =>
  state === "counting" || state === "over" || (state === "waiting" && servers.some(({ isNew }) => isNew));

function Countdown({ clock: { state, sentence, expectedAt } }: { clock: ClockView }) {
  const now = useNow();
  return (
    <>
      <div className={classes.clockHead}>
        <h2>MX change: {clockWords[state]}</h2>
        {state === "counting" && expectedAt && (
          <span className={classes.left} role="timer">
            {formatLeft(expectedAt, now)} left
          </span>
        )}
      </div>
      <p className={tables.value}>{wordMomentsBriefly(sentence, now)}</p>
      {(state === "counting" || state === "over") && (
        <p className={classes.what}>
          Computed from the lifetimes seen, with two minutes added. Resolvers that keep records longer than their
          lifetime are not covered.
        </p>
      )}
    </>
  );
}

/** Which server gives what, and since when it has been seen to. */
function Propagation({ servers }: { servers: readonly ServerState[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
    <section className={classes.servers} aria-label="Servers and what they give" tabIndex={0}>
      <table className={tables.table}>
        <thead>
          <tr>
            <th>State</th>
            <th>Server</th>
            <th>Gives</th>
            <th data-number="true">TTL</th>
            <th>Since</th>
          </tr>
        </thead>
        <tbody>
          {servers.map((server) => (
            <tr key={`${server.domain} ${server.kind} ${server.server}`}>
              <td>
                <ServerMark server={server} />
              </td>
              <td>
                <span className={`${classes.mono} ${tables.value}`}>
                  <Breakable>{server.server}</Breakable>
                </span>
                <span className={classes.what}>
                  {serverKindWords[server.kind]}, {server.domain}
                </span>
              </td>
              <td>
                <SeenValue value={server.answers} />
              </td>
              <td data-number="true">{server.ttl === null ? "" : `${server.ttl} s`}</td>
              <td>
                <Moment at={server.sinceWhen} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ServerMark({ server: { answers, isNew } }: { server: ServerState }) {
  if (answers === null) return <Verdict verdict="not-measurable" label="No answer" />;
  return isNew ? <Verdict verdict="pass" label="New" /> : <Verdict verdict="not-run" label="Old" />;
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
