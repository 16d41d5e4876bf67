import type { Finding, Vantage, Verdict } from "../contract/checks.ts";
import type { Party, StepId } from "../contract/names.ts";
import type { Signer, SignOffView } from "../contract/signoffs.ts";
import type { TaskState } from "../contract/steps.ts";

/**
 * Everything the document of one step shows, as plain data. Times are ISO 8601 in UTC, hashes lower-case hexadecimal
 * SHA-256, pictures the bytes of the original file. The report is a snapshot: nothing is looked up while it is set.
 */
export interface StepReport {
  engagement: {
    id: string;
    customer: string;
    reference: string;
    regionTitle: string;
    platformTitle: string;
    services: string[];
  };
  /** `number` is null for the considerations before the seven steps. */
  step: { id: StepId; number: number | null; title: string };
  /** Counts the documents of this step, from 1; drafts carry the number they would get. */
  revision: number;
  draft: boolean;
  /** Hash of the last journal entry the report takes into account. */
  head: string;
  madeAt: string;
  /** IANA zone the times are shown in, e.g. "Europe/London". */
  zone: string;
  consultant: { name: string; organisation: string; email: string };
  parties: ReportedParty[];
  tasks: ReportedTask[];
  answers: ReportedAnswer[];
  checks: ReportedCheck[];
  /** Null for steps that change nothing outside. */
  difference: ReportedDifference | null;
  evidence: ReportedEvidence[];
  waivers: ReportedWaiver[];
  /** What the checks of this step cannot prove, in whole sentences. */
  notTested: string[];
  signOffs: ReportedSignOff[];
  /** Name and version of the program, e.g. "Connect Fieldbook 0.1.0". */
  program: string;
}

interface ReportedParty {
  role: string;
  name: string;
  organisation: string;
  contact: string;
}

export interface ReportedTask {
  title: string;
  party: Party;
  state: TaskState;
  /** Why it does not apply or was waived; empty otherwise. */
  reason: string;
  /** The person who did or waived it; empty when only the author is known. */
  by: string;
  author: string;
  at: string | null;
  note: string;
}

interface ReportedAnswer {
  label: string;
  value: string;
  author: string;
  at: string | null;
}

export interface ReportedCheck {
  title: string;
  verdict: Verdict | "not-run";
  reason: string;
  todo: string;
  findings: Finding[];
  /** When the check ended; null when it was not run. */
  at: string | null;
  vantage: Vantage | null;
  transcript: string;
  /** Hash of the recorded answers in the engagement file; null when the check was not run. */
  record: string | null;
  waiver: { reason: string; by: string } | null;
}

/** One look at the outside: when, from where, by whom, and the hash of its record in the engagement file. */
export interface ReportedLook {
  at: string;
  host: string;
  addresses: string[];
  resolver: string;
  author: string;
  record: string;
}

export interface ReportedDifferenceLine {
  kind: "added" | "removed" | "changed" | "not-seen" | "same";
  /** Domain, or host with port. */
  subject: string;
  what: string;
  /** Null where it was not seen, empty where there was none. */
  before: string | null;
  after: string | null;
  /** Why it was not seen. */
  detail: string;
}

/** What the step's change moved outside. */
export interface ReportedDifference {
  before: ReportedLook | null;
  after: ReportedLook | null;
  limits: string[];
  lines: ReportedDifferenceLine[];
}

export interface ReportedEvidence {
  title: string;
  note: string;
  name: string;
  type: string;
  size: number;
  sha256: string;
  author: string;
  at: string;
  /** Contents of a PNG or JPEG file, exactly as hashed; null for every other type. */
  picture: Uint8Array | null;
}

interface ReportedWaiver {
  what: string;
  reason: string;
  by: string;
  at: string;
}

export interface ReportedSignOff {
  id: string;
  state: SignOffView["state"];
  signer: Signer;
  statement: string;
  at: string;
  /** The consultant who handed over the device and watched. */
  author: string;
  /** Fingerprint of the device key that signed the entry. */
  device: string;
  png: Uint8Array;
  /** SHA-256 of `png`. */
  drawing: string;
  /** SHA-256 of the recorded points and times of the drawing. */
  strokes: string;
  reopened: { reason: string; at: string; author: string } | null;
}

/** Sign-offs that stand today; those taken back by a reopening belong to the history. */
export function currentSignOffs(report: StepReport): ReportedSignOff[] {
  return report.signOffs.filter((signOff) => signOff.state !== "reopened");
}
