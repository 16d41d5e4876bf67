import * as z from "zod";
import { command, inEngagement } from "./command.ts";
import { fileSource } from "./files.ts";
import { attribution, instant, line, paragraph, recordId, sha256, slug, stepId } from "./names.ts";

export const verdicts = ["pass", "warn", "fail", "not-measurable", "error"] as const;
export const verdict = z.enum(verdicts);
export type Verdict = z.infer<typeof verdict>;

export const finding = z.strictObject({
  verdict,
  /** What was looked at: a domain, a host with port. */
  subject: z.string(),
  text: z.string(),
  /** What to do next; empty when nothing is to be done. */
  todo: z.string(),
});
export type Finding = z.infer<typeof finding>;

/** What a check's probe can look at: the widest claim that a verdict of it can make. */
export const sights = {
  dns: "DNS records",
  "smtp-greeting": "SMTP greetings",
  "smtp-dialogue": "SMTP replies",
  tls: "TLS handshakes and certificates",
  ldap: "LDAP replies",
  https: "HTTPS replies",
  tcp: "TCP connections",
  header: "headers of a message",
} as const;
export const sight = z.enum(Object.keys(sights) as [keyof typeof sights, ...(keyof typeof sights)[]]);
export type Sight = z.infer<typeof sight>;

/** Longest text given to a check by pasting; longer messages travel as files of at most `largestMessage` bytes. */
export const longestPaste = 400_000;
export const largestMessage = 5 * 1024 * 1024;
/** A message given by a person: a pasted header block, or a file. */
export const messageSource = z.discriminatedUnion("kind", [
  ...fileSource.options,
  z.strictObject({
    kind: z.literal("text"), // Not trimmed: an indent of the first line tells that all lines are indented.
    text: z
      .string()
      .max(longestPaste)
      .refine((text) => text.trim() !== "", "Paste or write something."),
  }),
]);

/** From where the world was seen: results are true for this vantage only. `resolver` is empty where the network was not asked. */
export const vantage = z.strictObject({ host: z.string(), addresses: z.array(z.string()), resolver: z.string() });
export type Vantage = z.infer<typeof vantage>;

export const checkResult = z.strictObject({
  run: recordId,
  check: slug,
  step: stepId,
  title: z.string(),
  verdict,
  reason: z.string(),
  todo: z.string(),
  findings: z.array(finding),
  /** What was sent and received, line by line. Never holds a secret. */
  transcript: z.string(),
  startedAt: instant,
  finishedAt: instant,
  vantage,
  /** SHA-256 of the recorded answers, kept in the engagement file. */
  record: sha256,
});
export type CheckResult = z.infer<typeof checkResult>;

/** What a check asks for when it runs. */
export const secretKind = z.enum(["none", "directory-password", "smtp-credentials"]);
export type SecretKind = z.infer<typeof secretKind>;

export const checkState = z.enum(["not-run", "running", "judged", "waived"]);

export const checkView = z.strictObject({
  check: slug,
  title: z.string(),
  purpose: z.string(),
  required: z.boolean(),
  state: checkState,
  /** Sentence that says which answers are missing before the check can run. */
  blocked: z.string().nullable(),
  latest: checkResult.extend(attribution.shape).nullable(),
  earlier: z.array(z.strictObject({ run: recordId, verdict, at: instant })),
  waiver: z.strictObject({ reason: z.string(), by: z.string(), ...attribution.shape }).nullable(),
  needsSecret: secretKind,
  /** Whether the secret is remembered until the program closes, so that it need not be asked for again. */
  secretRemembered: z.boolean(),
  needsInput: z.enum(["none", "message"]),
  sees: z.array(sight),
});
export type CheckView = z.infer<typeof checkView>;

/** How today's verdict over recorded answers compares with the recorded one; `missing` and `unreadable` have none. */
export const recheckOutcome = z.enum(["same", "better", "worse", "missing", "unreadable"]);
export type RecheckOutcome = z.infer<typeof recheckOutcome>;

export const recheckItem = z.strictObject({
  run: recordId,
  check: slug,
  step: stepId,
  title: z.string(),
  /** When the answers were recorded. */
  at: instant,
  was: verdict,
  wasReason: z.string(),
  now: verdict.nullable(),
  /** Today's reason; for `missing` and `unreadable`, why there is no verdict. */
  reason: z.string(),
  outcome: recheckOutcome,
});
export type RecheckItem = z.infer<typeof recheckItem>;

export const checks = {
  list: command
    .input(z.strictObject({ ...inEngagement, step: stepId }))
    .output(z.strictObject({ checks: z.array(checkView) })),
  /**
   * Starts a job that runs the step's checks (or those named) side by side and writes each result as it comes. Secrets are used once
   * and kept nowhere; with `remember` they stay in memory, for this engagement, until the program closes or locks.
   */
  run: command
    .input(
      z.strictObject({
        ...inEngagement,
        step: stepId,
        only: z.array(slug).max(50).optional(),
        resolver: z.string().max(80).optional(),
        directoryPassword: z.string().max(500).optional(),
        smtpUser: z.string().max(320).optional(),
        smtpPassword: z.string().max(500).optional(),
        /** True keeps the secrets given, false forgets what was kept; left out changes nothing. */
        remember: z.boolean().optional(),
      }),
    )
    .output(z.strictObject({ job: recordId })),
  /** Judges a message that a person gives, keeps its header and never its body, and writes the result as `run` does. */
  read: command
    .input(z.strictObject({ ...inEngagement, step: stepId, check: slug, message: messageSource }))
    .output(checkResult.extend(attribution.shape)),
  result: command
    .input(z.strictObject({ ...inEngagement, run: recordId }))
    .output(checkResult.extend(attribution.shape)),
  /** Judges every recorded run again, by the rules of this version and from the kept answers alone; the recorded verdicts stay. */
  recheck: command.input(z.strictObject(inEngagement)).output(z.strictObject({ runs: z.array(recheckItem) })),
  waive: command
    .input(z.strictObject({ ...inEngagement, step: stepId, check: slug, reason: paragraph, by: line }))
    .output(z.strictObject({ checks: z.array(checkView) })),
  unwaive: command
    .input(z.strictObject({ ...inEngagement, step: stepId, check: slug }))
    .output(z.strictObject({ checks: z.array(checkView) })),
};
