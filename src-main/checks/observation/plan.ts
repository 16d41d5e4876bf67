import * as z from "zod";
import type { StepId } from "../../contract/names.ts";
import { listDomains, listInboundHosts, regionValues } from "../answers.ts";
import { dnsSettings, toDnsSettings } from "../dns/plan.ts";
import { hostAndPort, smartHostKey, smtpProbePlan, toSmtpSettings } from "../smtp/plan.ts";
import type { CheckContext, Planned } from "../types.ts";

/** Hosts of one kind looked at in one observation; more would keep a person waiting for minutes where a port is blocked. */
const mostHosts = 8;

const server = z.string().max(300);

/** The DNS part alone: what the watch asks again and again. */
export const picturePlan = z.strictObject({
  dns: dnsSettings,
  authoritativePort: z.number().int().min(1).max(65_535),
  /** Public resolvers asked beside the own one. */
  comparison: z.array(server).max(6),
  domains: z
    .array(z.strictObject({ name: z.string().max(300), use: z.string().max(40), dmarc: z.boolean() }))
    .max(2_000),
});
export type PicturePlan = z.infer<typeof picturePlan>;

export const observationPlan = z.strictObject({
  ...picturePlan.shape,
  smtp: smtpProbePlan.shape.smtp,
  /** Hosts greeted and asked for STARTTLS, besides the MX targets found. */
  hosts: z.array(hostAndPort).max(60),
  /** Whether the MX targets that DNS names are greeted, and on which port. */
  targets: z.strictObject({ wanted: z.boolean(), port: z.number().int().min(1).max(65_535) }),
  /** Further ports of which only "open or not" is asked; a greeting is read where the protocol has one. */
  ports: z.array(z.strictObject({ ...hostAndPort.shape, greets: z.boolean() })).max(120),
});
export type ObservationPlan = z.infer<typeof observationPlan>;

interface Look {
  smartHosts: boolean;
  inboundHosts: boolean;
  targets: boolean;
}

/** What each step's change can move, and so what is looked at before and after it. */
const looks = {
  outbound: { smartHosts: true, inboundHosts: false, targets: false },
  recipients: { smartHosts: false, inboundHosts: true, targets: true },
  inbound: { smartHosts: false, inboundHosts: true, targets: true },
  lockdown: { smartHosts: false, inboundHosts: true, targets: true },
} as const satisfies Partial<Record<StepId, Look>>;
export type ObservedStep = keyof typeof looks;
export const observedSteps = Object.keys(looks) as ObservedStep[];
export const isObserved = (step: StepId): step is ObservedStep => Object.hasOwn(looks, step);

/** Domains whose change of a record matters to caches. */
export const listClockDomains = (context: CheckContext, record: "mx" | "spf"): string[] =>
  listDomains(context)
    .filter(({ use }) => use !== (record === "mx" ? "send-only" : "receive-only"))
    .map(({ name }) => name);

/** The region's MX hosts: what the change is to publish. */
export const listWantedMx = (context: CheckContext): string[] => regionValues(context, "mx-hosts") ?? [];

const noDomain = "No domain is known yet: fill in the domains of the Request for Information.";

/** The questions about the customer's domains only. */
export function planPicture(context: CheckContext): Planned<PicturePlan> {
  const domains = listDomains(context).map(({ name, use }) => ({ name, use, dmarc: use !== "receive-only" }));
  if (domains.length === 0) return { kind: "missing", sentence: noDomain };
  const { authoritativePort, comparisonResolvers } = context.network;
  return {
    kind: "ready",
    plan: { dns: toDnsSettings(context), authoritativePort, comparison: comparisonResolvers, domains },
  };
}

/** Everything outside that the step's change can move. */
export function planObservation(context: CheckContext, step: ObservedStep): Planned<ObservationPlan> {
  const picture = planPicture(context);
  if (picture.kind !== "ready") return picture;
  const { smtpPort, submissionPort, httpsPort } = context.network;
  const { smartHosts, inboundHosts, targets } = looks[step];
  const inbound = inboundHosts ? listInboundHosts(context).slice(0, mostHosts) : [];
  const smart = smartHosts ? (regionValues(context, smartHostKey(context)) ?? []).slice(0, mostHosts) : [];
  const hosts = [...inbound, ...smart.map((host) => ({ host, port: smtpPort }))];
  const names = [...new Set(hosts.map(({ host }) => host))];
  const submission = names.map((host) => ({ host, port: submissionPort, greets: true }));
  const web = [...new Set(inbound.map(({ host }) => host))].map((host) => ({ host, port: httpsPort, greets: false }));
  return {
    kind: "ready",
    plan: {
      ...picture.plan,
      smtp: toSmtpSettings(context),
      hosts,
      targets: { wanted: targets, port: smtpPort },
      ports: [...submission, ...web].filter(
        ({ host, port }) => !hosts.some((known) => known.host === host && known.port === port),
      ),
    },
  };
}
