import * as z from "zod";
import { type SmtpRecord, smtpRecord } from "../smtp/record.ts";
import type { CheckDefinition } from "../types.ts";
import { judgeOpenRelay } from "./judge.ts";
import { type OpenRelayPlan, openRelayPlan, planOpenRelay } from "./plan.ts";
import { probeOpenRelay } from "./probe.ts";

export const openRelay: CheckDefinition<OpenRelayPlan, SmtpRecord> = {
  id: "open-relay",
  title: "Open relay",
  purpose:
    "Whether the customer's inbound hosts take mail from here for a foreign recipient. Envelopes are offered and taken back; no mail is sent.",
  needsSecret: "none",
  sees: ["dns", "tcp", "smtp-greeting", "smtp-dialogue", "tls"],
  schema: z.strictObject({ plan: openRelayPlan, record: smtpRecord }),
  plan: planOpenRelay,
  probe: probeOpenRelay,
  judge: judgeOpenRelay,
};
