import * as z from "zod";
import { probeSmtp } from "../smtp/probe.ts";
import { type SmtpRecord, smtpRecord } from "../smtp/record.ts";
import type { CheckDefinition } from "../types.ts";
import { judgeJournalHosts } from "./judge.ts";
import { type JournalHostsPlan, journalHostsPlan, planJournalHosts } from "./plan.ts";

export const journalHosts: CheckDefinition<JournalHostsPlan, SmtpRecord> = {
  id: "journal-hosts",
  title: "Journal hosts",
  purpose:
    "Whether the region's journal hosts answer from here, with greeting, STARTTLS and a certificate nobody has exchanged.",
  needsSecret: "none",
  sees: ["dns", "tcp", "smtp-greeting", "smtp-dialogue", "tls"],
  schema: z.strictObject({ plan: journalHostsPlan, record: smtpRecord }),
  plan: planJournalHosts,
  probe: (plan, probing) => probeSmtp(plan, "starttls", probing),
  judge: judgeJournalHosts,
};
