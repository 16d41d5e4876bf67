import type { BehaviourId } from "../contract/rehearsal.ts";

/** What a rehearsal's mail server does, and what a consultant learns from it. */
interface Behaviour {
  readonly title: string;
  /** What is to be seen in the checks. */
  readonly shows: string;
}

/** Ways in which the vendor's gateway, the customer's server or both behave. */
export const behaviours: Readonly<Record<BehaviourId, Behaviour>> = {
  healthy: { title: "Works as it should", shows: "Greeting, STARTTLS and a trusted certificate." },
  greylists: {
    title: "Greylists first contacts",
    shows:
      "A 451 for the first ten seconds, a minute outside rehearsals; the same address is taken when it comes again.",
  },
  "relay-denied": {
    title: "Refuses to relay for this address",
    shows:
      "“451 Open relay not allowed”: the outbound address is not authorised yet, so mail queues and nobody notices.",
  },
  "no-starttls": { title: "Offers no STARTTLS", shows: "A firewall with SMTP inspection, or encryption switched off." },
  "wrong-certificate": { title: "Certificate for another name", shows: "What strict encryption refuses." },
  "expired-certificate": { title: "Expired certificate", shows: "What strict encryption refuses." },
  tarpit: { title: "Answers very slowly", shows: "A server that is slow on purpose is not a server that is down." },
  "late-greeting": {
    title: "Greets after eight seconds",
    shows: "postscreen and its like wait before they greet; whoever speaks first is refused.",
  },
  "accepts-everything": {
    title: "Accepts every recipient",
    shows: "A made-up address is accepted, so recipient validation by call forward proves nothing.",
  },
  "masked-banner": {
    title: "Greeting masked by a firewall",
    shows: "“220 ****”: SMTP inspection changes the conversation.",
  },
  "open-relay": { title: "Relays for strangers", shows: "An open relay, which must be closed before the switch." },
  locked: { title: "Closed to this address", shows: "After the firewall lockdown a refused connection is the pass." },
};
