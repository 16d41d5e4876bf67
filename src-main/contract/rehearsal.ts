import * as z from "zod";
import { command, nothing } from "./command.ts";
import { engagementId, stepId } from "./names.ts";

/** Ways in which a mail server of a rehearsal behaves. */
export const behaviourIds = [
  "healthy",
  "greylists",
  "relay-denied",
  "no-starttls",
  "wrong-certificate",
  "expired-certificate",
  "tarpit",
  "late-greeting",
  "accepts-everything",
  "masked-banner",
  "open-relay",
  "locked",
] as const;
export type BehaviourId = (typeof behaviourIds)[number];

/** What the customer's MX records name: the old gateway, both, or the vendor. */
export const mxStates = ["old", "mixed", "new"] as const;
/** The customer's MTA-STS policy, and whether it knows the vendor's hosts. */
export const policyStates = ["none", "testing", "enforce-old", "enforce-new"] as const;

export const scenarioIds = [
  "before-outbound",
  "outbound-ready",
  "not-authorised",
  "inspected-port",
  "catch-all",
  "cut-over",
  "forgotten-mx",
  "enforced-policy",
  "greylisting",
  "expired-certificate",
  "slow-server",
  "still-open",
  "locked-down",
] as const;
export const scenarioId = z.enum(scenarioIds);
export type ScenarioId = z.infer<typeof scenarioId>;

/** Everything about a rehearsal that can be set while it runs. */
export const rehearsalState = z.strictObject({
  /** The vendor's gateway. */
  gateway: z.enum(behaviourIds),
  /** The customer's mail server. */
  server: z.enum(behaviourIds),
  mx: z.enum(mxStates),
  /** Whether the customer's SPF record names the vendor. */
  spf: z.boolean(),
  policy: z.enum(policyStates),
});
export type RehearsalState = z.infer<typeof rehearsalState>;

export const rehearsalView = z.strictObject({
  /** Null while nothing is rehearsed. */
  running: z
    .strictObject({
      scenario: scenarioId,
      engagement: engagementId,
      step: stepId,
      state: rehearsalState,
      /** Password that the rehearsal's directory and submission take. It guards nothing. */
      password: z.string(),
    })
    .nullable(),
  scenarios: z.array(
    z.strictObject({ scenario: scenarioId, title: z.string(), task: z.string(), step: stepId, state: rehearsalState }),
  ),
  behaviours: z.array(z.strictObject({ behaviour: z.enum(behaviourIds), title: z.string(), shows: z.string() })),
});
export type RehearsalView = z.infer<typeof rehearsalView>;

export const rehearsal = {
  get: command.input(nothing).output(rehearsalView),
  /** Starts the rehearsal's servers on this machine, or changes to the scenario while they run, and makes the engagement to practise on. */
  start: command.input(z.strictObject({ scenario: scenarioId })).output(rehearsalView),
  set: command.input(z.strictObject({ change: rehearsalState.partial() })).output(rehearsalView),
  stop: command.input(nothing).output(rehearsalView),
};
