import * as z from "zod";
import { command, inEngagement } from "./command.ts";
import { fileSource } from "./files.ts";
import { engagementId, instant, line, paragraph, recordId, stepId } from "./names.ts";
import { signOffState } from "./signoffs.ts";
import { deviceView } from "./trust.ts";

/** Where a file lies, as far as that decides whether it may be worked on there. */
export const filePlace = z.enum(["local", "removable", "network", "cloud", "sent"]);
export type FilePlace = z.infer<typeof filePlace>;

/** What taking in a copy would do; nothing has been changed yet. */
export const examination = z.strictObject({
  /** Holds the examined copy until it is taken in, looked at or discarded. */
  candidate: recordId,
  name: z.string(),
  place: filePlace,
  engagement: engagementId,
  customer: z.string(),
  reference: z.string(),
  /** `new`: not here yet. `same`: nothing that is not here. `adds`: has entries or files that are not here. */
  relation: z.enum(["new", "same", "adds"]),
  entries: z.number().int(),
  /** Entries that would come in, of them those that would wait for entries missing on both sides. */
  incoming: z.number().int(),
  waiting: z.number().int(),
  /** Files (evidence, signatures, documents) that would come in. */
  files: z.number().int(),
  cellsChanged: z.number().int(),
  cellsHere: z.number().int(),
  /** Conflicts that are not here yet. */
  conflicts: z.number().int(),
  signOffs: z.array(
    z.strictObject({ step: stepId, title: z.string(), before: signOffState.nullable(), after: signOffState }),
  ),
  devices: z.array(deviceView),
  /** Entries of devices that the office has revoked: they come in only with a reason. */
  revoked: z.number().int(),
  /** Set when a person should look before going on: many conflicts, or a large share of the engagement. */
  pause: z.string().nullable(),
  /** What was left out because it does not hold. */
  problems: z.array(z.string()),
});
export type Examination = z.infer<typeof examination>;

export const snapshotReason = z.enum(["hourly", "daily", "before-merge", "by-hand"]);
export type SnapshotReason = z.infer<typeof snapshotReason>;

export const snapshotView = z.strictObject({
  snapshot: recordId,
  at: instant,
  reason: snapshotReason,
  size: z.number().int(),
  /** A snapshot that was never opened proves nothing. */
  proof: z.enum(["unproven", "proven", "failed"]),
  provenAt: instant.nullable(),
  entries: z.number().int().nullable(),
  /** Why the proof failed. */
  problem: z.string().nullable(),
});
export type SnapshotView = z.infer<typeof snapshotView>;

const snapshotList = z.strictObject({ snapshots: z.array(snapshotView) });
const inSnapshot = { ...inEngagement, snapshot: recordId };
const opened = z.strictObject({ engagement: engagementId });

/** How a hand-over copy is closed to others. Recipients are age recipients (`age1…`). */
export const handOverSeal = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("open") }),
  z.strictObject({ kind: z.literal("passphrase"), passphrase: z.string().min(12).max(1_000) }),
  z.strictObject({ kind: z.literal("recipients"), recipients: z.array(line).min(1).max(20) }),
]);
export type HandOverSeal = z.infer<typeof handOverSeal>;

export const copies = {
  /** Starts the job that reads a foreign copy in a process of its own; `examined` then tells what it found. */
  examine: command
    .input(z.strictObject({ source: fileSource, passphrase: z.string().min(1).max(1_000).optional() }))
    .output(z.strictObject({ job: recordId })),
  examined: command.input(z.strictObject({ job: recordId })).output(examination),
  /** Unites the examined copy with the one that is here, after a snapshot; or takes a new engagement in. */
  accept: command
    .input(z.strictObject({ candidate: recordId, admitRevoked: paragraph.optional() }))
    .output(z.strictObject({ ...opened.shape, incoming: z.number().int(), conflicts: z.number().int() })),
  /** Opens the examined copy for reading, beside everything that is here. */
  look: command.input(z.strictObject({ candidate: recordId })).output(opened),
  discard: command.input(z.strictObject({ candidate: recordId })).output(z.strictObject({})),
  /** Closes a copy or snapshot that was opened for reading. */
  closeView: command.input(z.strictObject(inEngagement)).output(z.strictObject({})),
  /** Starts the job that makes a verified hand-over copy; its result is a download. `shared` leaves the internal notes out. */
  handOver: command
    .input(z.strictObject({ ...inEngagement, space: z.enum(["everything", "shared"]), seal: handOverSeal }))
    .output(z.strictObject({ job: recordId })),
  snapshots: command.input(z.strictObject(inEngagement)).output(snapshotList),
  takeSnapshot: command.input(z.strictObject(inEngagement)).output(snapshotList),
  /** Opens a snapshot for reading. */
  lookInto: command.input(z.strictObject(inSnapshot)).output(opened),
  /** Starts the job that makes a hand-over copy of a snapshot; its result is a download. */
  restore: command.input(z.strictObject(inSnapshot)).output(z.strictObject({ job: recordId })),
};
