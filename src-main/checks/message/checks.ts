import * as z from "zod";
import type { CheckDefinition } from "../types.ts";
import { judgeMessage } from "./judge.ts";
import { type MessagePlan, messagePlan, planMessage } from "./plan.ts";
import { probeMessage } from "./probe.ts";
import { type MessageRecord, messageRecord } from "./record.ts";

export const testMail: CheckDefinition<MessagePlan, MessageRecord> = {
  id: "test-mail",
  title: "Test mail",
  purpose:
    "What the header of a test mail says: its path through the gateway, the gateway's region, and the receiving server's word on SPF, DKIM and DMARC.",
  needsSecret: "none",
  needsInput: "message",
  sees: ["header"],
  schema: z.strictObject({ plan: messagePlan, record: messageRecord }),
  plan: planMessage,
  probe: probeMessage,
  judge: judgeMessage,
};
