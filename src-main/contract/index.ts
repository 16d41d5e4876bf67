import { checks } from "./checks.ts";
import { conflicts } from "./conflicts.ts";
import { copies } from "./copies.ts";
import { engagements } from "./engagements.ts";
import { evidence } from "./evidence.ts";
import { files } from "./files.ts";
import { history } from "./history.ts";
import { jobs } from "./jobs.ts";
import { lock } from "./lock.ts";
import { observations } from "./observations.ts";
import { rehearsal } from "./rehearsal.ts";
import { replies } from "./replies.ts";
import { reports } from "./reports.ts";
import { rfi } from "./rfi.ts";
import { settings } from "./settings.ts";
import { signoffs } from "./signoffs.ts";
import { spf } from "./spf.ts";
import { steps } from "./steps.ts";
import { trust } from "./trust.ts";
import { vantage } from "./vantage.ts";

/** Everything the program can do. Client, server, command line, documentation and tests are derived from this one table. */
export const contract = {
  engagements,
  rfi,
  steps,
  checks,
  spf,
  evidence,
  signoffs,
  replies,
  reports,
  conflicts,
  copies,
  history,
  files,
  jobs,
  rehearsal,
  settings,
  trust,
  lock,
  observations,
  vantage,
};
export type Contract = typeof contract;
