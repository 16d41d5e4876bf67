/** The engagement file: a signed, append-only journal of user actions in one SQLite file. */
export type { NewOp } from "./authoring.ts";
export type { Cell, Head } from "./core/cells.ts";
export type { Author, SignedBytes } from "./core/entry.ts";
export type { Fork } from "./core/graph.ts";
export type { Clock, Hash, Random } from "./core/ids.ts";
export type { Json } from "./core/json.ts";
export { createDeviceKey, type DeviceKey, generateDeviceKey } from "./core/keys.ts";
export type { Receipt } from "./core/ledger.ts";
export type { ExportRecord, SignOff, SignOffState } from "./core/signoffs.ts";
export type { State } from "./core/state.ts";
export { sqliteVersion } from "./file/database.ts";
export { JournalFailure, type JournalFailureCode } from "./file/failure.ts";
export type { AppendedEntry, Journal, JournalDeps, JournalMode } from "./file/journal.ts";
export { createJournal, openJournal } from "./file/open.ts";
export { type EngagementSummary, readEngagementSummary } from "./file/summary.ts";
export { type Problem, type ProblemCode, type Progress, type VerifyReport, verifyFile } from "./file/verify.ts";
export type { HistoryFilter, HistoryItem, HistoryOp } from "./history.ts";
