import { dane } from "./dane/checks.ts";
import { dkimRecord } from "./dkim/checks.ts";
import { dmarcRecord } from "./dmarc/checks.ts";
import { mxRecords } from "./dns/checks.ts";
import { journalHosts } from "./journal-hosts/checks.ts";
import { directory } from "./ldap/checks.ts";
import { testMail } from "./message/checks.ts";
import { mtaSts } from "./mta-sts/checks.ts";
import { egress, lockdown } from "./ports/checks.ts";
import { reverseDns } from "./ptr/checks.ts";
import { recipientPair } from "./recipients/checks.ts";
import { openRelay } from "./relay/checks.ts";
import { inboundHost, smartHost } from "./smtp/checks.ts";
import { spfRecord, spfSenders } from "./spf/checks.ts";
import { tlsRpt } from "./tls-rpt/checks.ts";
import type { CheckDefinition } from "./types.ts";

/** Every check there is. The playbook says which step wants which. */
export const checkCatalog: readonly CheckDefinition[] = [
  mxRecords,
  spfRecord,
  spfSenders,
  dkimRecord,
  dmarcRecord,
  smartHost,
  inboundHost,
  directory,
  lockdown,
  openRelay,
  recipientPair,
  journalHosts,
  reverseDns,
  mtaSts,
  tlsRpt,
  dane,
  egress,
  testMail,
];
