import { type Hash, hashBytes } from "../core/ids.ts";
import type { OpenOp, Space } from "../core/ops.ts";
import type { JournalDeps } from "./deps.ts";
import { APPLICATION_ID, USER_VERSION } from "./schema.ts";

/** A fresh stream: who writes, with which program and forms. */
export function createStream(
  deps: JournalDeps,
  forms: Hash[],
  last: Hash | null,
  space: Space = "shared",
): { stream: string; open: OpenOp } {
  const open: OpenOp = {
    kind: "open",
    device: deps.device.publicKey,
    certificate: deps.certificate ? hashBytes(deps.certificate) : null,
    app: deps.appVersion,
    forms,
    clock: deps.clock.now().toISOString(),
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    last,
    space,
    application_id: APPLICATION_ID,
    user_version: USER_VERSION,
  };
  return { stream: Buffer.from(deps.random.bytes(16)).toString("hex"), open };
}
