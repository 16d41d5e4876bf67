import { useSyncExternalStore } from "react";
import { formatMoment, formatMomentInFull } from "../words/time.ts";

const minute = 60_000;
const readMinute = () => Math.floor(Date.now() / minute);
function everyMinute(listener: () => void): () => void {
  const timer = setInterval(listener, minute / 4);
  return () => clearInterval(timer);
}

/** The present, renewed every minute, so that "14:05" becomes "Mon 23 Nov, 14:05" after midnight. */
export const useNow = (): Date => new Date(useSyncExternalStore(everyMinute, readMinute) * minute);

/** A moment in words; the whole moment with its zone on hover. */
export function Moment({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={formatMomentInFull(at)}>
      {formatMoment(at, now)}
    </time>
  );
}
