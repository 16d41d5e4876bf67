import * as z from "zod";
import { judgeDmarc, walkAllDmarc } from "./dmarc/judge.ts";
import { type DmarcPlan, dmarcPlan, planDmarc } from "./dmarc/plan.ts";
import { judgeMx } from "./dns/judge.ts";
import { walkMx } from "./dns/mx-walk.ts";
import { type MxPlan, mxPlan, planMx } from "./dns/plan.ts";
import { probeDns } from "./dns/probe.ts";
import { type DnsRecord, dnsRecord } from "./dns/record.ts";
import { judgeDirectory } from "./ldap/judge.ts";
import { type DirectoryPlan, directoryPlan, planDirectory } from "./ldap/plan.ts";
import { probeDirectory } from "./ldap/probe.ts";
import { type DirectoryRecord, directoryRecord } from "./ldap/record.ts";
import { judgeLockdown } from "./ports/judge.ts";
import { type LockdownPlan, lockdownPlan, planLockdown } from "./ports/plan.ts";
import { probeLockdown } from "./ports/probe.ts";
import { type LockdownRecord, lockdownRecord } from "./ports/record.ts";
import { judgeInboundHost, judgeSmartHost } from "./smtp/judge.ts";
import {
  type InboundHostPlan,
  inboundHostPlan,
  planInboundHost,
  planSmartHost,
  type SmartHostPlan,
  smartHostPlan,
} from "./smtp/plan.ts";
import { probeSmtp } from "./smtp/probe.ts";
import { type SmtpRecord, smtpRecord } from "./smtp/record.ts";
import { judgeSpf, walkAllSpf } from "./spf/judge.ts";
import { planSpf, type SpfPlan, spfPlan } from "./spf/plan.ts";
import type { CheckDefinition } from "./types.ts";

const mxRecords: CheckDefinition<MxPlan, DnsRecord> = {
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

const spfRecord: CheckDefinition<SpfPlan, DnsRecord> = {
  id: "spf-record",
  title: "SPF record",
  purpose:
    "Whether each sending domain has one readable SPF record with the region's include, and what evaluating it costs of the ten look-ups allowed.",
  needsSecret: "none",
  schema: z.strictObject({ plan: spfPlan, record: dnsRecord }),
  plan: planSpf,
  probe: (plan, probing) => probeDns(walkAllSpf(plan), plan.dns, probing),
  judge: judgeSpf,
};

const dmarcRecord: CheckDefinition<DmarcPlan, DnsRecord> = {
  id: "dmarc-record",
  title: "DMARC record",
  purpose:
    "Which DMARC policy receivers find for each domain, and whether it is safe before the vendor signs the mail.",
  needsSecret: "none",
  schema: z.strictObject({ plan: dmarcPlan, record: dnsRecord }),
  plan: planDmarc,
  probe: (plan, probing) => probeDns(walkAllDmarc(plan), plan.dns, probing),
  judge: judgeDmarc,
};

const smartHost: CheckDefinition<SmartHostPlan, SmtpRecord> = {
  id: "smart-host",
  title: "Smart hosts",
  purpose:
    "Whether the region's smart hosts answer from here, with greeting, STARTTLS and a certificate nobody has exchanged.",
  needsSecret: "none",
  schema: z.strictObject({ plan: smartHostPlan, record: smtpRecord }),
  plan: planSmartHost,
  probe: (plan, probing) => probeSmtp(plan, "starttls", probing),
  judge: judgeSmartHost,
};

const inboundHost: CheckDefinition<InboundHostPlan, SmtpRecord> = {
  id: "inbound-host",
  title: "Inbound hosts",
  purpose:
    "Whether the customer's inbound hosts answer from here, and whether their certificate suits strict encryption.",
  needsSecret: "none",
  schema: z.strictObject({ plan: inboundHostPlan, record: smtpRecord }),
  plan: planInboundHost,
  probe: (plan, probing) => probeSmtp(plan, "starttls", probing),
  judge: judgeInboundHost,
};

const directory: CheckDefinition<DirectoryPlan, DirectoryRecord> = {
  id: "directory",
  title: "Directory",
  purpose:
    "Whether the directory servers answer, accept the bind user, and hold entries with e-mail addresses under the root DN.",
  needsSecret: "directory-password",
  schema: z.strictObject({ plan: directoryPlan, record: directoryRecord }),
  plan: planDirectory,
  probe: probeDirectory,
  judge: judgeDirectory,
};

const lockdown: CheckDefinition<LockdownPlan, LockdownRecord> = {
  id: "lockdown",
  title: "Firewall lockdown",
  purpose:
    "Whether the customer's inbound hosts are closed to a place that is not the vendor, while a reference host answers.",
  needsSecret: "none",
  schema: z.strictObject({ plan: lockdownPlan, record: lockdownRecord }),
  plan: planLockdown,
  probe: probeLockdown,
  judge: judgeLockdown,
};

/** Every check there is. The playbook says which step wants which. */
export const checkCatalog: readonly CheckDefinition[] = [
  mxRecords,
  spfRecord,
  dmarcRecord,
  smartHost,
  inboundHost,
  directory,
  lockdown,
];
