import * as z from "zod";
import type { CheckDefinition } from "../types.ts";
import { judgeInboundHost, judgeSmartHost } from "./judge.ts";
import {
  type InboundHostPlan,
  inboundHostPlan,
  planInboundHost,
  planSmartHost,
  type SmartHostPlan,
  smartHostPlan,
} from "./plan.ts";
import { probeSmtp } from "./probe.ts";
import { type SmtpRecord, smtpRecord } from "./record.ts";

export const smartHost: CheckDefinition<SmartHostPlan, SmtpRecord> = {
  id: "smart-host",
  title: "Smart hosts",
  purpose:
    "Whether the region's smart hosts answer from here, with greeting, STARTTLS and a certificate nobody has exchanged.",
  needsSecret: "none",
  sees: ["dns", "tcp", "smtp-greeting", "smtp-dialogue", "tls"],
  schema: z.strictObject({ plan: smartHostPlan, record: smtpRecord }),
  plan: planSmartHost,
  probe: (plan, probing) => probeSmtp(plan, "starttls", probing),
  judge: judgeSmartHost,
};

export const inboundHost: CheckDefinition<InboundHostPlan, SmtpRecord> = {
  id: "inbound-host",
  title: "Inbound hosts",
  purpose:
    "Whether the customer's inbound hosts answer from here, and whether their certificate suits strict encryption.",
  needsSecret: "none",
  sees: ["dns", "tcp", "smtp-greeting", "smtp-dialogue", "tls"],
  schema: z.strictObject({ plan: inboundHostPlan, record: smtpRecord }),
  plan: planInboundHost,
  probe: (plan, probing) => probeSmtp(plan, "starttls", probing),
  judge: judgeInboundHost,
};
