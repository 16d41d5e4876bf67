import {
  type CheckContext,
  type CheckDefinition,
  checkCatalog,
  type Probing,
  runCheck,
} from "../../../src-main/checks/index.ts";
import { NetFailure } from "../../../src-main/checks/net-failure.ts";
import { nodeNet } from "../../../src-main/checks/node-net.ts";
import type { CheckOutcome } from "../../../src-main/checks/run.ts";
import type { Endpoint, Net } from "../../../src-main/checks/types.ts";
import type { RfiAnswers } from "../../../src-main/contract/rfi/form.ts";
import type { NetworkSettings } from "../../../src-main/contract/settings.ts";
import { loopbackNetwork } from "../../support/settings.ts";

export const region = {
  "mx-hosts": ["eu-smtp-inbound-1.vendor.example", "eu-smtp-inbound-2.vendor.example"],
  "smart-hosts": ["eu-smtp-outbound-1.vendor.example"],
  "journal-hosts": ["eu-smtp-journal-1.vendor.example"],
  "smart-hosts-m365": ["eu-smtp-o365-outbound-1.vendor.example"],
  "spf-include": ["eu._netblocks.vendor.example"],
};

/** Patience scaled down for loopback. */
export const quick: NetworkSettings = {
  ...loopbackNetwork,
  dnsTimeout: 5_000,
  connectTimeout: 10_000,
  greetingTimeout: 10_000,
  replyTimeout: 10_000,
  ldapTimeout: 10_000,
  greylistWait: 20,
};

/** Milliseconds beyond what a test may take: whoever waits so long was not cancelled. */
export const tooLong = 120_000;

export function createContext(
  changes: {
    network?: Partial<NetworkSettings>;
    answers?: Partial<RfiAnswers>;
    region?: CheckContext["region"];
  } & Partial<Pick<CheckContext, "family" | "platform">> = {},
): CheckContext {
  const answers: RfiAnswers = {
    fields: { "organisation.primaryDomain": "acme.example", ...changes.answers?.fields },
    rows: { ...changes.answers?.rows },
  };
  return {
    services: ["email-security"],
    family: changes.family ?? "postfix",
    platform: changes.platform ?? "postfix",
    answers,
    region: changes.region ?? region,
    network: { ...quick, ...changes.network },
  };
}

export function createProbing(changes: Partial<Probing> = {}): Omit<Probing, "net"> & { net?: Probing["net"] } {
  return {
    signal: new AbortController().signal,
    secrets: {},
    now: () => new Date(),
    progress: () => undefined,
    ...changes,
  };
}

export function findCheck(id: string): CheckDefinition {
  const found = checkCatalog.find((definition) => definition.id === id);
  if (!found) throw new Error(`There is no check ${id}.`);
  return found;
}

/** Runs a check to its outcome; a blocked check is a mistake of the test. */
export async function runToEnd(
  id: string,
  context: CheckContext,
  changes: Partial<Probing> = {},
): Promise<CheckOutcome> {
  const outcome = await runCheck(findCheck(id), context, createProbing(changes));
  if ("blocked" in outcome) throw new Error(outcome.blocked);
  return outcome;
}

/** The real network, except that connections to the endpoints chosen are swallowed, as by a firewall that drops. */
export const createSilentNet = (isSilent: (to: Endpoint) => boolean): Net => ({
  ...nodeNet,
  connect: (to, options) =>
    isSilent(to) ? Promise.reject(new NetFailure("TIMEOUT", "swallowed")) : nodeNet.connect(to, options),
});
