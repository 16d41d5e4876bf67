import type { StepId } from "../contract/names.ts";
import type { RehearsalState, ScenarioId } from "../contract/rehearsal.ts";

interface Scenario {
  readonly title: string;
  /** What to practise, in one or two sentences. */
  readonly task: string;
  /** The step whose checks are worth running. */
  readonly step: StepId;
  readonly state: RehearsalState;
}

const before: RehearsalState = { gateway: "healthy", server: "healthy", mx: "old", spf: false, policy: "none" };
const outbound: RehearsalState = { ...before, spf: true };
const inbound: RehearsalState = { ...outbound, mx: "new" };
const locked: RehearsalState = { ...inbound, server: "locked" };

/** Situations to practise on; each is a starting point, and every part can be changed while it runs. */
export const scenarios: Readonly<Record<ScenarioId, Scenario>> = {
  "before-outbound": {
    title: "Before outbound routing",
    task: "Take the snapshot, see what SPF lacks, and plan the record. Then set SPF to the vendor and run the checks again.",
    step: "outbound",
    state: before,
  },
  "outbound-ready": {
    title: "Outbound as it should be",
    task: "Every check of the outbound step has something to say, and nothing is wrong.",
    step: "outbound",
    state: outbound,
  },
  "not-authorised": {
    title: "Outbound address not authorised",
    task: "The smart hosts greet, so their check passes, and yet mail queues with “451 Open relay not allowed”. Have that reply explained, and find out who acts.",
    step: "outbound",
    state: { ...outbound, gateway: "relay-denied" },
  },
  "inspected-port": {
    title: "A firewall inspects SMTP",
    task: "The smart host's greeting is masked and STARTTLS is gone. Tell the customer which device to change.",
    step: "outbound",
    state: { ...outbound, gateway: "masked-banner" },
  },
  "catch-all": {
    title: "The server accepts every address",
    task: "Recipient validation by call forward would let everything in. Find it before the switch.",
    step: "recipients",
    state: { ...outbound, server: "accepts-everything" },
  },
  "cut-over": {
    title: "Cut-over night",
    task: "Take the snapshot, change the MX records, watch them turn over, and prove the new path with two addresses.",
    step: "inbound",
    state: outbound,
  },
  "forgotten-mx": {
    title: "An old MX record is left",
    task: "Mail arrives on two paths. See which checks notice.",
    step: "inbound",
    state: { ...inbound, mx: "mixed" },
  },
  "enforced-policy": {
    title: "MTA-STS enforces the old host",
    task: "Senders would refuse the new hosts. Change the policy before the MX records.",
    step: "inbound",
    state: { ...outbound, policy: "enforce-old" },
  },
  greylisting: {
    title: "First contacts are put off",
    task: "See a 451 for what it is: a delay and no fault. The check waits and asks again by itself.",
    step: "inbound",
    state: { ...inbound, gateway: "greylists" },
  },
  "expired-certificate": {
    title: "The server's certificate has expired",
    task: "Relaxed encryption still takes it, strict encryption does not. Explain the difference.",
    step: "inbound",
    state: { ...inbound, server: "expired-certificate" },
  },
  "slow-server": {
    title: "A server that takes its time",
    task: "It greets after eight seconds. A check that gives up early would call it dead.",
    step: "inbound",
    state: { ...inbound, server: "late-greeting" },
  },
  "still-open": {
    title: "Lockdown not done",
    task: "The server still answers everybody: mail can go round the vendor.",
    step: "lockdown",
    state: inbound,
  },
  "locked-down": {
    title: "Lockdown done",
    task: "From here the server refuses the connection while a reference answers. That refusal is the pass.",
    step: "lockdown",
    state: locked,
  },
};
