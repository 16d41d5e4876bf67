import * as z from "zod";
import { listInboundHosts, regionValues, textAnswer } from "../answers.ts";
import { toDnsSettings } from "../dns/plan.ts";
import { hostAndPort, smtpProbePlan, toSmtpSettings } from "../smtp/plan.ts";
import type { CheckContext, Planned } from "../types.ts";

export const recipientPairPlan = z.strictObject({
  ...smtpProbePlan.shape,
  /** One MX host of the region: all of them ask the same account. Empty while none is confirmed. */
  gateway: z.array(hostAndPort).max(1),
  /** An address that exists, as the customer says. */
  known: z.string().max(254),
  /** How the service is to validate recipients, as answered; empty when not. */
  method: z.enum(["", "accept-all", "call-forward", "call-forward-empty", "directory", "known"]),
});
export type RecipientPairPlan = z.infer<typeof recipientPairPlan>;

const method = recipientPairPlan.shape.method;

export function planRecipientPair(context: CheckContext): Planned<RecipientPairPlan> {
  const known = textAnswer(context, "recipients.knownAddress");
  if (!/^[^\s<>@]+@[^\s<>@]+$/.test(known))
    return { kind: "missing", sentence: "No recipient that exists is named yet in the Request for Information." };
  const hosts = listInboundHosts(context);
  const port = context.network.smtpPort;
  const gateway = (regionValues(context, "mx-hosts") ?? []).slice(0, 1).map((host) => ({ host, port }));
  if (hosts.length === 0 && gateway.length === 0)
    return {
      kind: "missing",
      sentence: "Neither an inbound host nor an MX host of the region is known yet.",
    };
  const chosen = method.safeParse(textAnswer(context, "recipients.validation"));
  return {
    kind: "ready",
    plan: {
      dns: toDnsSettings(context),
      smtp: toSmtpSettings(context),
      hosts,
      gateway,
      known,
      method: chosen.success ? chosen.data : "",
    },
  };
}
