import * as z from "zod";
import { listInboundHosts, regionValues } from "../answers.ts";
import { toDnsSettings } from "../dns/plan.ts";
import { hostAndPort, smartHostKey, smtpProbePlan, toSmtpSettings } from "../smtp/plan.ts";
import type { CheckContext, Planned } from "../types.ts";

/** Reference hosts asked: two are enough to prove that this network lets SMTP out. */
const mostReferences = 2;

export const lockdownPlan = z.strictObject({
  ...smtpProbePlan.shape,
  /** Hosts that answer everybody on the same port; they prove that silence is the target's, not this network's. */
  references: z.array(hostAndPort),
  /** True when the mailboxes are at a provider whose port stays open for everybody and which refuses later, in the dialogue. */
  isHosted: z.boolean(),
});
export type LockdownPlan = z.infer<typeof lockdownPlan>;

export function planLockdown(context: CheckContext): Planned<LockdownPlan> {
  const hosts = listInboundHosts(context);
  if (hosts.length === 0)
    return {
      kind: "missing",
      sentence: "No inbound host is known yet: fill in the inbound hosts of the Request for Information.",
    };
  const port = context.network.smtpPort;
  const known = regionValues(context, smartHostKey(context)) ?? regionValues(context, "smart-hosts") ?? [];
  const reserve = regionValues(context, "mx-hosts") ?? [];
  const references = [...known, ...reserve].slice(0, mostReferences).map((host) => ({ host, port }));
  if (references.length === 0)
    return {
      kind: "missing",
      sentence:
        "Neither smart hosts nor MX hosts of the region are confirmed yet; one is needed to prove that this network lets SMTP out.",
    };
  const isHosted = context.family === "microsoft-365" || context.family === "google-workspace";
  return {
    kind: "ready",
    plan: { dns: toDnsSettings(context), smtp: toSmtpSettings(context), hosts, references, isHosted },
  };
}
