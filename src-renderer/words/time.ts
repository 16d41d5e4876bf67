const partsOf = (moment: Date, timeZone?: string): Record<string, string> =>
  Object.fromEntries(
    new Intl.DateTimeFormat("en-GB", {
      weekday: "short",
      day: "numeric",
      month: "short",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZoneName: "short",
      ...(timeZone ? { timeZone } : {}),
    })
      .formatToParts(moment)
      .map((part) => [part.type, part.value]),
  );

/** "14:05" today, "Mon 23 Nov, 14:05" else, with the year when it is another one. */
export function formatMoment(instant: string, now: Date, timeZone?: string): string {
  const then = partsOf(new Date(instant), timeZone);
  const today = partsOf(now, timeZone);
  const clock = `${then.hour}:${then.minute}`;
  const isToday = then.day === today.day && then.month === today.month && then.year === today.year;
  if (isToday) return clock;
  const year = then.year === today.year ? "" : ` ${then.year}`;
  return `${then.weekday} ${then.day} ${then.month}${year}, ${clock}`;
}

/** The whole moment with its zone, such as "Mon 23 Nov 2026, 14:05 GMT+1". */
export function formatMomentInFull(instant: string, timeZone?: string): string {
  const { weekday, day, month, year, hour, minute, timeZoneName } = partsOf(new Date(instant), timeZone);
  return `${weekday} ${day} ${month} ${year}, ${hour}:${minute} ${timeZoneName}`;
}

/** A calendar day such as "Mon 23 Nov", with the year when it is another one. The day has no zone. */
export function formatDay(day: string, now: Date): string {
  const parts = partsOf(new Date(`${day}T12:00:00Z`), "UTC");
  const year = parts.year === String(now.getFullYear()) ? "" : ` ${parts.year}`;
  return `${parts.weekday} ${parts.day} ${parts.month}${year}`;
}

/** Bytes in words, such as "84 kB". */
export function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const written = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;

/** A sentence of the engine with every moment in it as people write it, in this computer's zone. */
export const wordMoments = (sentence: string, timeZone?: string): string =>
  sentence.replace(written, (instant) => formatMomentInFull(instant, timeZone));

/** The same as short as a screen wants it: the clock alone today. */
export const wordMomentsBriefly = (sentence: string, now: Date, timeZone?: string): string =>
  sentence.replace(written, (instant) => formatMoment(instant, now, timeZone));
