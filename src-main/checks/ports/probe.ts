import { probeSmtp } from "../smtp/probe.ts";
import type { Probing } from "../types.ts";
import type { LockdownPlan } from "./plan.ts";
import type { LockdownRecord } from "./record.ts";

/** Connects and reads the greeting, nothing more. References first, so that their answer is not older than the targets' silence. */
export async function probeLockdown(plan: LockdownPlan, probing: Probing): Promise<LockdownRecord> {
  const references = await probeSmtp({ ...plan, hosts: plan.references }, "greeting", probing);
  const targets = await probeSmtp(plan, "greeting", probing);
  return { targets, references };
}
