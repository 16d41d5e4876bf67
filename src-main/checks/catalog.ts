import { dkimRecord } from "./dkim/checks.ts";
import { dmarcRecord } from "./dmarc/checks.ts";
import { mxRecords } from "./dns/checks.ts";
import { directory } from "./ldap/checks.ts";
import { testMail } from "./message/checks.ts";
import { lockdown } from "./ports/checks.ts";
import { inboundHost, smartHost } from "./smtp/checks.ts";
import { spfRecord } from "./spf/checks.ts";
import type { CheckDefinition } from "./types.ts";

/** Every check there is. The playbook says which step wants which. */
export const checkCatalog: readonly CheckDefinition[] = [
  mxRecords,
  spfRecord,
  dkimRecord,
  dmarcRecord,
  smartHost,
  inboundHost,
  directory,
  lockdown,
  testMail,
];
