import * as z from "zod";
import type { CheckDefinition } from "../types.ts";
import { judgeRecipientPair } from "./judge.ts";
import { planRecipientPair, type RecipientPairPlan, recipientPairPlan } from "./plan.ts";
import { probeRecipientPair } from "./probe.ts";
import { type RecipientPairRecord, recipientPairRecord } from "./record.ts";

export const recipientPair: CheckDefinition<RecipientPairPlan, RecipientPairRecord> = {
  id: "recipient-pair",
  title: "Recipient pair",
  purpose:
    "Whether a real recipient is taken and a made-up one refused, by the customer's hosts and through the service. No mail is sent.",
  needsSecret: "none",
  sees: ["dns", "tcp", "smtp-greeting", "smtp-dialogue", "tls"],
  schema: z.strictObject({ plan: recipientPairPlan, record: recipientPairRecord }),
  plan: planRecipientPair,
  probe: probeRecipientPair,
  judge: judgeRecipientPair,
};
