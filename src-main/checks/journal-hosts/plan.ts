import * as z from "zod";
import { regionValues, textAnswer } from "../answers.ts";
import { toDnsSettings } from "../dns/plan.ts";
import { smtpProbePlan, toSmtpSettings } from "../smtp/plan.ts";
import type { CheckContext, Planned } from "../types.ts";

export const journalHostsPlan = z.strictObject({
  ...smtpProbePlan.shape,
  /** Sub-domain that journal mail is addressed to. It is not looked up: it need not exist outside the customer's connector. */
  journalDomain: z.string().max(300),
});
export type JournalHostsPlan = z.infer<typeof journalHostsPlan>;

export function planJournalHosts(context: CheckContext): Planned<JournalHostsPlan> {
  if (!context.services.includes("archiving"))
    return { kind: "not-applicable", sentence: "Archiving was not bought, so nothing is journaled." };
  const transport = textAnswer(context, "journaling.transport");
  if (transport === "") return { kind: "missing", sentence: "The transport of the journal is not answered yet." };
  if (transport !== "smtp")
    return {
      kind: "not-applicable",
      sentence: "The journal is fetched by POP3, so nothing is sent to the journal hosts.",
    };
  const hosts = regionValues(context, "journal-hosts");
  if (!hosts)
    return { kind: "missing", sentence: "The region's journal hosts are not confirmed yet: confirm or enter them." };
  const port = context.network.smtpPort;
  return {
    kind: "ready",
    plan: {
      dns: toDnsSettings(context),
      smtp: toSmtpSettings(context),
      hosts: hosts.map((host) => ({ host, port })),
      journalDomain: `journal.${textAnswer(context, "organisation.primaryDomain").toLowerCase()}`,
    },
  };
}
