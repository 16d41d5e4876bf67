import * as z from "zod";
import type { CheckDefinition } from "../types.ts";
import { judgeMtaSts } from "./judge.ts";
import { type MtaStsPlan, mtaStsPlan, planMtaSts } from "./plan.ts";
import { probeMtaSts } from "./probe.ts";
import { type MtaStsRecord, mtaStsRecord } from "./record.ts";

export const mtaSts: CheckDefinition<MtaStsPlan, MtaStsRecord> = {
  id: "mta-sts",
  title: "MTA-STS policy",
  purpose: "Whether a published MTA-STS policy lets senders deliver to the region's MX hosts.",
  needsSecret: "none",
  sees: ["dns", "https"],
  schema: z.strictObject({ plan: mtaStsPlan, record: mtaStsRecord }),
  plan: planMtaSts,
  probe: probeMtaSts,
  judge: judgeMtaSts,
};
