/** The engagement file: a signed, append-only journal of user actions in one SQLite file. */
export type { NewOp } from "./authoring.ts";
export type { Cell, Head } from "./core/cells.ts";
export type { Author, SignedBytes } from "./core/entry.ts";
export type { Clock, Random } from "./core/ids.ts";
export type { Json } from "./core/json.ts";
export type { SignOff } from "./core/signoffs.ts";
export type { State } from "./core/state.ts";
export { createDeviceKey, type DeviceKey, generateDeviceKey } from "./device-key.ts";
export { decryptFile, encryptFile } from "./file/convert.ts";
export { sqliteVersion } from "./file/database.ts";
export { isVaultPath, PLAIN_ENDING, VAULT_ENDING, VAULT_KEY_BYTES } from "./file/driver.ts";
export { JournalFailure } from "./file/failure.ts";
export type { Journal, JournalDeps } from "./file/journal.ts";
export { createJournal, openJournal } from "./file/open.ts";
export { makeFolder, moveIntoPlace, removeQuietly } from "./file/place.ts";
export { createFromEntries } from "./file/recreate.ts";
export { type Gap, salvageFiles } from "./file/salvage.ts";
export { readEngagementSummary } from "./file/summary.ts";
export { type VerifyReport, verifyFile } from "./file/verify.ts";
export type { HistoryItem } from "./history.ts";
export {
  type Identified,
  identifyDevice,
  issueCertificate,
  issueRevocations,
  type Revocations,
  readCertificate,
  readRevocations,
} from "./identity/certificates.ts";
export { type ChildPort, forkReader } from "./intake/process.ts";
export { type ForeignChunk, readForeignFile } from "./intake/read.ts";
export type { MergePreview } from "./merge.ts";
export { createUuidV7 } from "./uuid.ts";
