import * as z from "zod";
import { listInboundHosts, regionValues, textAnswer, yesNoAnswer } from "../answers.ts";
import { dnsSettings, toDnsSettings } from "../dns/plan.ts";
import type { CheckContext, Planned } from "../types.ts";

export const smtpSettings = z.strictObject({
  ehloName: z.string().max(253),
  connectTimeout: z.number().int().min(1),
  greetingTimeout: z.number().int().min(1),
  replyTimeout: z.number().int().min(1),
  /** Least wait before a greylisted try is repeated, milliseconds; the vendor takes a retry from 60 s on. */
  greylistWait: z.number().int().min(0).default(61_000),
  extraAuthorities: z.string().max(200_000),
});
export type SmtpSettings = z.infer<typeof smtpSettings>;
export const toSmtpSettings = ({ network }: CheckContext): SmtpSettings => ({
  ehloName: network.ehloName,
  connectTimeout: network.connectTimeout,
  greetingTimeout: network.greetingTimeout,
  replyTimeout: network.replyTimeout,
  greylistWait: network.greylistWait,
  extraAuthorities: network.extraAuthorities,
});

/**
 * Domain of senders that belong to nobody: the name given in EHLO where that can exist, else one reserved for examples (RFC 2606).
 * Servers refuse senders of names that cannot exist.
 */
export const toNeutralDomain = ({ network }: CheckContext): string =>
  /^[a-z0-9.-]+\.(?!invalid$|local$|localhost$|test$)[a-z0-9-]{2,}$/i.test(network.ehloName)
    ? network.ehloName.toLowerCase()
    : "example.net";

export const hostAndPort = z.strictObject({ host: z.string().max(300), port: z.number().int().min(1).max(65_535) });
export type HostAndPort = z.infer<typeof hostAndPort>;

/** What every SMTP probe needs. */
export const smtpProbePlan = z.strictObject({
  dns: dnsSettings,
  smtp: smtpSettings,
  hosts: z.array(hostAndPort),
});
export type SmtpProbePlan = z.infer<typeof smtpProbePlan>;

export const smartHostPlan = z.strictObject({
  ...smtpProbePlan.shape,
  /** Hosts whose name a greeting may carry: every smart host of the region. */
  expected: z.array(z.string()),
  /** Port of authenticated submission, looked at where outbound addresses are dynamic; null otherwise. */
  submissionPort: z.number().int().min(1).max(65_535).nullable().default(null),
});
export type SmartHostPlan = z.infer<typeof smartHostPlan>;

/** Region key of the smart hosts that the customer's outbound mail is handed to. */
export function smartHostKey(context: CheckContext): string {
  const sendsFromMicrosoft =
    context.family === "microsoft-365" ||
    (context.family === "hybrid" && textAnswer(context, "platform.hybridSender") === "microsoft-365");
  return sendsFromMicrosoft ? "smart-hosts-m365" : "smart-hosts";
}

/** Whether the customer's server has to log on to the smart hosts, because its address changes. */
export const isDynamic = (context: CheckContext): boolean => yesNoAnswer(context, "outbound.dynamic") === true;

export function planSmartHost(context: CheckContext): Planned<SmartHostPlan> {
  const key = smartHostKey(context);
  const hosts = regionValues(context, key);
  if (!hosts) {
    const kind = key === "smart-hosts-m365" ? "smart hosts for Microsoft 365" : "smart hosts";
    return { kind: "missing", sentence: `The region's ${kind} are not confirmed yet: confirm or enter them.` };
  }
  const others = [regionValues(context, "smart-hosts"), regionValues(context, "smart-hosts-m365")];
  const expected = [...new Set([...hosts, ...others.flatMap((list) => list ?? [])])];
  const port = context.network.smtpPort;
  const targets = hosts.map((host) => ({ host, port }));
  return {
    kind: "ready",
    plan: {
      dns: toDnsSettings(context),
      smtp: toSmtpSettings(context),
      hosts: targets,
      expected,
      submissionPort: isDynamic(context) ? context.network.submissionPort : null,
    },
  };
}

export const inboundHostPlan = z.strictObject({
  ...smtpProbePlan.shape,
  /** Whether the customer said that STARTTLS with a publicly issued certificate is offered; null when not asked. */
  publicCertificate: z.boolean().nullable(),
});
export type InboundHostPlan = z.infer<typeof inboundHostPlan>;

export function planInboundHost(context: CheckContext): Planned<InboundHostPlan> {
  const hosts = listInboundHosts(context);
  if (hosts.length === 0)
    return {
      kind: "missing",
      sentence: "No inbound host is known yet: fill in the inbound hosts of the Request for Information.",
    };
  const publicCertificate = yesNoAnswer(context, "inbound.startTls");
  return {
    kind: "ready",
    plan: { dns: toDnsSettings(context), smtp: toSmtpSettings(context), hosts, publicCertificate },
  };
}
