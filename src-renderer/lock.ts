import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { LockView } from "../src-main/contract/lock.ts";
import { api } from "./client.ts";

/** Whether the program is locked. It decides what is shown at all. */
export const useLock = () => useQuery(api.lock.status.queryOptions({ input: {} }));

/** Puts what a command said about the lock where every screen finds it. */
export function useShowLock(): (view: LockView) => void {
  const queries = useQueryClient();
  return (view) => queries.setQueryData(api.lock.status.queryKey({ input: {} }), view);
}
