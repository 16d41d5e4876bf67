import { useSyncExternalStore } from "react";

export type Connection = "connecting" | "open" | "lost";

let state: Connection = "connecting";
const listeners = new Set<() => void>();

export function setConnection(next: Connection): void {
  if (next === state) return;
  state = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the page can speak to the engine right now. */
export const useConnection = (): Connection => useSyncExternalStore(subscribe, () => state);
