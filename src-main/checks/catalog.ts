import * as z from "zod";
import { judgeMx } from "./dns/judge.ts";
import { walkMx } from "./dns/mx-walk.ts";
import { mxPlan, planMx } from "./dns/plan.ts";
import { probeDns } from "./dns/probe.ts";
import { dnsRecord } from "./dns/record.ts";
import type { CheckDefinition } from "./types.ts";

const mxRecords: CheckDefinition<z.infer<typeof mxPlan>, z.infer<typeof dnsRecord>> = {
  id: "mx-records",
  title: "MX records",
  purpose:
    "Which hosts receive the domains' mail, as the resolver and every authoritative server say, with the time caches keep it.",
  needsSecret: "none",
  schema: z.strictObject({ plan: mxPlan, record: dnsRecord }),
  plan: planMx,
  probe: (plan, probing) => probeDns(walkMx(plan), plan.dns, probing),
  judge: judgeMx,
};

/** Every check there is. The playbook says which step wants which. */
export const checkCatalog: readonly CheckDefinition[] = [mxRecords];
