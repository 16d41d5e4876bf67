import { useSyncExternalStore } from "react";

/** A sentence about what has just been done, shown at the top of one page until it is closed or left. */
export interface Told {
  /** Address of the page it belongs to. */
  at: string;
  text: string;
  link?: { href: string; words: string };
}

let told: Told | null = null;
const listeners = new Set<() => void>();

/** Shows a sentence on the page at `told.at`, in place of any before; null takes it away. */
export function tell(next: Told | null): void {
  told = next;
  for (const listener of listeners) listener();
}

export const useTold = (): Told | null =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => told,
  );
