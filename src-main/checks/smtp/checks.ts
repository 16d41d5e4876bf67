import * as z from "zod";
import type { CheckDefinition } from "../types.ts";
import { judgeInboundHost, judgeSmartHost } from "./judge.ts";
import {
  type InboundHostPlan,
  inboundHostPlan,
  isDynamic,
  planInboundHost,
  planSmartHost,
  type SmartHostPlan,
  smartHostPlan,
} from "./plan.ts";
import { probeSmtp } from "./probe.ts";
import { type SmartHostRecord, type SmtpRecord, smartHostRecord, smtpRecord } from "./record.ts";
import { probeSmartHost } from "./submission/probe.ts";

export const smartHost: CheckDefinition<SmartHostPlan, SmartHostRecord> = {
  id: "smart-host",
  title: "Smart hosts",
  purpose:
    "Whether the region's smart hosts answer from here, with greeting, STARTTLS and a certificate nobody has exchanged.",
  needsSecret: (context) => (isDynamic(context) ? "smtp-credentials" : "none"),
  sees: ["dns", "tcp", "smtp-greeting", "smtp-dialogue", "tls"],
  schema: z.strictObject({ plan: smartHostPlan, record: smartHostRecord }),
  plan: planSmartHost,
  probe: probeSmartHost,
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
