import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { EngineEvent, Job } from "../src-main/contract/jobs.ts";
import { api, client } from "./client.ts";
import { tell } from "./told.ts";
import { placeJob } from "./words/jobs.ts";

const longestPause = 10_000;

const pause = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** Makes open screens true again: a change fetches what it names, a job is placed in the list. */
function applyEvent(queries: QueryClient, event: EngineEvent): void {
  if (event.type === "job") {
    queries.setQueryData(api.jobs.list.queryKey({ input: {} }), (known) => ({
      jobs: placeJob(known?.jobs ?? [], event.job),
    }));
    return;
  }
  if (event.type === "notice") {
    const at = location.hash.replace(/^#/, "") || "/";
    const link = { href: `/e/${event.engagement}`, words: "Go to the overview" };
    tell({ at, text: `${event.title}: ${event.text}`, link });
    return;
  }
  for (const topic of event.topics) void queries.invalidateQueries({ queryKey: api[topic].key() });
  if (event.engagement) void queries.invalidateQueries({ queryKey: api.engagements.key() });
}

async function follow(queries: QueryClient, signal: AbortSignal): Promise<void> {
  let wait = 500;
  while (!signal.aborted) {
    try {
      const events = await client.jobs.events({}, { signal });
      wait = 500;
      // What happened while nobody listened is fetched again.
      await queries.invalidateQueries();
      for await (const event of events) applyEvent(queries, event);
    } catch {
      // The connection ended; the truth bar says so, and the next round opens it again.
    }
    await pause(wait, signal);
    wait = Math.min(wait * 2, longestPause);
  }
}

/** Keeps every query in step with the engine for as long as the program is open. */
export function useEngineEvents(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const abort = new AbortController();
    void follow(queries, abort.signal);
    return () => abort.abort();
  }, [queries]);
}

/** Jobs of this session, newest first, moving as the engine tells. */
export function useJobs(): Job[] {
  const { data } = useQuery(api.jobs.list.queryOptions({ input: {}, staleTime: Number.POSITIVE_INFINITY }));
  return data?.jobs ?? [];
}

/** One job by its id, or undefined while it is not known. */
export const useJob = (id: string | null): Job | undefined => useJobs().find((job) => job.job === id);
