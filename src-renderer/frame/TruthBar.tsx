import {
  IconAlertTriangle,
  IconCircleCheck,
  IconLoader2,
  IconNetwork,
  IconNetworkOff,
  IconPlugConnectedX,
} from "@tabler/icons-react";
import { useIsMutating, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { api } from "../client.ts";
import { JobProgress } from "../components/JobProgress.tsx";
import { Moment } from "../components/Moment.tsx";
import { useConnection } from "../connection.ts";
import { useJobs } from "../events.ts";
import { focusWhenThere } from "../palette/focusing.ts";
import { useEngagement } from "../queries.ts";
import { vantageToWarning } from "../words/vantage.ts";
import classes from "./TruthBar.module.css";

const vantagePace = 15_000;

/** What is true right now: saved or not, running work, and from where the network is seen. */
export function TruthBar({ engagement }: { engagement: string | null }) {
  return (
    <footer className={classes.truth}>
      <Connected />
      {engagement ? <Saved engagement={engagement} /> : <span>Everything is kept on this computer</span>}
      <Running />
      <Vantage />
    </footer>
  );
}

function Connected() {
  const connection = useConnection();
  return (
    <span role="status" className={connection === "lost" ? classes.truthItem : "fb-visually-hidden"} data-tone="fail">
      {connection === "lost" && (
        <>
          <IconPlugConnectedX size={14} aria-hidden="true" />
          <span>The engine does not answer; trying again. Saved changes are safe.</span>
        </>
      )}
    </span>
  );
}

/** "All changes saved" is said only with the moment of the last commit, and never while a change is on its way. */
function Saved({ engagement }: { engagement: string }) {
  const { data } = useEngagement(engagement);
  const isSaving = useLasting(useIsMutating() > 0, 300);
  const Icon = isSaving ? IconLoader2 : IconCircleCheck;
  if (!data?.savedAt) return null;
  return (
    <span role="status" className={classes.truthItem}>
      <Icon size={14} aria-hidden="true" />
      <span>{isSaving ? "Saving…" : <>All changes saved {<Moment at={data.savedAt} />}</>}</span>
    </span>
  );
}

/** True once a condition has held for a while, so that quick commands do not flicker. */
function useLasting(holds: boolean, milliseconds: number): boolean {
  const [lasted, setLasted] = useState(false);
  useEffect(() => {
    if (!holds) {
      setLasted(false);
      return;
    }
    const timer = setTimeout(() => setLasted(true), milliseconds);
    return () => clearTimeout(timer);
  }, [holds, milliseconds]);
  return lasted;
}

function Running() {
  const running = useJobs().filter((job) => job.state === "running");
  const [first] = running;
  if (!first) return null;
  return (
    <span className={classes.truthJobs}>
      <JobProgress job={first} />
      {running.length > 1 && <span>and {running.length - 1} more</span>}
    </span>
  );
}

function Vantage() {
  const { data } = useQuery(api.files.vantage.queryOptions({ input: {}, refetchInterval: vantagePace }));
  const [offlineSince, setOfflineSince] = useState<string | null>(null);
  const isOffline = data?.online === false;
  useEffect(() => setOfflineSince(isOffline ? new Date().toISOString() : null), [isOffline]);
  if (!data) return null;
  if (isOffline)
    return (
      <span className={`${classes.truthItem} ${classes.truthVantage}`} data-tone="warn">
        <IconNetworkOff size={14} aria-hidden="true" />
        <span>
          Offline{offlineSince && <> since {<Moment at={offlineSince} />}</>}; everything but the checks goes on working
        </span>
      </span>
    );
  const seen = `Seen from ${data.addresses[0]}, ${data.resolver ? `resolver ${data.resolver}` : "no resolver set"}`;
  return (
    <span
      className={`${classes.truthItem} ${classes.truthVantage}`}
      title={`${data.host}: ${data.addresses.join(", ")}`}
    >
      <IconNetwork size={14} aria-hidden="true" />
      <span>{seen}</span>
      <NetworkWarning />
    </span>
  );
}

/** What the look at this network found, in a few words; leads to all of it. */
function NetworkWarning() {
  const { data } = useQuery(api.vantage.get.queryOptions({ input: {} }));
  const warning = vantageToWarning(data?.latest ?? null);
  if (!warning) return null;
  return (
    <Link
      href="/settings"
      className={classes.truthWarning ?? ""}
      data-tone={warning.tone}
      title="Show what was found about this network"
      onClick={() => focusWhenThere("This network")}
    >
      <IconAlertTriangle size={14} aria-hidden="true" />
      {warning.words}
    </Link>
  );
}
