import * as z from "zod";
import type { CheckDefinition } from "../types.ts";
import { judgeDirectory } from "./judge.ts";
import { type DirectoryPlan, directoryPlan, planDirectory } from "./plan.ts";
import { probeDirectory } from "./probe.ts";
import { type DirectoryRecord, directoryRecord } from "./record.ts";

export const directory: CheckDefinition<DirectoryPlan, DirectoryRecord> = {
  id: "directory",
  title: "Directory",
  purpose:
    "Whether the directory servers answer, accept the bind user, and hold entries with e-mail addresses under the root DN.",
  needsSecret: "directory-password",
  sees: ["dns", "tcp", "tls", "ldap"],
  schema: z.strictObject({ plan: directoryPlan, record: directoryRecord }),
  plan: planDirectory,
  probe: probeDirectory,
  judge: judgeDirectory,
};
