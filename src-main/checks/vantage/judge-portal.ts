import { durationInWords } from "../judgement.ts";
import { describeFailure } from "../net-failure.ts";
import { amiss, fine, type Seen, shown, type VantageFinding } from "./finding.ts";

/** Seconds the clock may be off: signatures and certificates are judged by days, reports are read by minutes. */
const tolerance = 300;

/** Whether plain HTTP is answered by whom it was sent to. Null when that is not to be asked. */
export function judgePortal({ plan, record: { portal } }: Seen): VantageFinding | null {
  if (plan.portal === null || portal === null) return null;
  if (portal.status === 204)
    return fine("portal", `${shown(plan.portal)} answered as it should: no portal stands between.`);
  const isForeign = portal.status !== null || portal.failure === "TOO_LARGE" || portal.failure === "NOT_HTTP";
  if (isForeign)
    return amiss("portal", "fail", "captive portal", {
      text: `${shown(plan.portal)} should answer 204 without contents, but ${describeInstead(portal)}.`,
      meaning:
        "A captive portal or a proxy answers in place of servers until somebody logs on: checks would judge the portal.",
      todo: "Open a browser, log on to the network, then test again.",
    });
  return amiss("portal", "not-measurable", "", {
    text: `${shown(plan.portal)} was not reached: ${describeFailure(portal.failure ?? "")}.`,
    meaning: "Whether a portal stands between is not known; this network may let no plain HTTP out.",
    todo: "",
  });
}

function describeInstead({ status, head, failure }: NonNullable<Seen["record"]["portal"]>): string {
  if (status === null) return failure === "NOT_HTTP" ? "what came is not HTTP" : "a large page came";
  const to = /^location: *(.+)$/im.exec(head)?.[1];
  return to === undefined ? `the answer was ${status}` : `the answer was ${status}, on to ${shown(to)}`;
}

/** How far this machine's clock is off, by the Date of an answer that is nobody else's. Null when there is none. */
export function judgeClock({ record: { portal } }: Seen): VantageFinding | null {
  if (portal?.status !== 204) return null;
  const theirs = Date.parse(/^date: *(.+)$/im.exec(portal.head)?.[1] ?? "");
  if (Number.isNaN(theirs)) return null;
  const seconds = Math.round((Date.parse(portal.at) - theirs) / 1_000);
  if (Math.abs(seconds) <= tolerance) return fine("clock", "This machine's clock agrees with the web server's.");
  return amiss("clock", "warn", "clock wrong", {
    text: `This machine's clock is ${durationInWords(Math.abs(seconds))} ${seconds > 0 ? "ahead of" : "behind"} the web server's.`,
    meaning:
      "Times in results and documents are wrong by as much, and certificates may be called expired or not yet valid.",
    todo: "Set the clock, then run checks of certificates again.",
  });
}
