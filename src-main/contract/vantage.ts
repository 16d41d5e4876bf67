import * as z from "zod";
import { verdict } from "./checks.ts";
import { command, nothing } from "./command.ts";
import { instant, recordId } from "./names.ts";

/** What the self-test looks at, from this machine outwards. */
export const vantageSubject = z.enum(["network", "resolver", "missing-names", "port-53", "portal", "port-25", "clock"]);
export type VantageSubject = z.infer<typeof vantageSubject>;

export const vantageFinding = z.strictObject({
  subject: vantageSubject,
  verdict,
  /** What is wrong in two or three words, such as "port 25 blocked"; empty when nothing is. */
  word: z.string().max(60),
  /** What was seen. */
  text: z.string().max(2_000),
  /** What that means for checks made from here; empty when nothing follows. */
  meaning: z.string().max(1_000),
  todo: z.string().max(1_000),
});
export type VantageFinding = z.infer<typeof vantageFinding>;

export const vantageResult = z.strictObject({
  at: instant,
  addresses: z.array(z.string()).max(200),
  resolvers: z.array(z.string()).max(20),
  findings: z.array(vantageFinding).max(20),
  transcript: z.string(),
  /** True when the machine's addresses have changed since: the findings are another network's. */
  isStale: z.boolean(),
});
export type VantageResult = z.infer<typeof vantageResult>;

export const vantage = {
  /** The latest look at this network, and the job that is looking now; kept until the program ends. */
  get: command
    .input(nothing)
    .output(z.strictObject({ latest: vantageResult.nullable(), running: recordId.nullable() })),
  /** Looks at the network; one look at a time, so a running one is joined. */
  test: command.input(nothing).output(z.strictObject({ job: recordId })),
};
