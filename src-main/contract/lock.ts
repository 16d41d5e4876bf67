import * as z from "zod";
import { command, nothing } from "./command.ts";
import { recordId } from "./names.ts";

/** Length is all that is asked for: rules about signs make passphrases worse (NIST SP 800-63B, 5.1.1.2). */
export const leastPassphrase = 8;
const passphrase = z.string().min(1).max(1_024);
const newPassphrase = z
  .string()
  .min(leastPassphrase, `Enter at least ${leastPassphrase} letters; several words are best.`)
  .max(1_024);
const autoLockMinutes = z.number().int().min(1).max(480);
/** The passphrase as it is now; wanted by whatever changes the protection, where one is set. */
const current = passphrase.optional();

export const lockView = z.strictObject({
  /** `key-lost`: the device key of this installation is not the one the vault key lies behind; the recovery code opens it. */
  state: z.enum(["unlocked", "locked", "key-lost"]),
  /** True when a passphrase is set. */
  passphrase: z.boolean(),
  autoLockMinutes,
  /** True when engagement files are kept encrypted. */
  encrypted: z.boolean(),
  /** Files of this installation by the form they have now: while one form is left that should not be, work is going on or was cut off. */
  files: z.strictObject({ plain: z.number().int(), encrypted: z.number().int() }),
});
export type LockView = z.infer<typeof lockView>;

/** App lock and encryption of the files of this installation. Both are off until somebody turns them on. */
export const lock = {
  status: command.input(nothing).output(lockView),
  unlock: command.input(z.strictObject({ passphrase })).output(lockView),
  lock: command.input(nothing).output(lockView),
  /** The recovery code is shown once, when there was none before; null takes the passphrase away. */
  setPassphrase: command
    .input(z.strictObject({ current, passphrase: newPassphrase.nullable() }))
    .output(z.strictObject({ lock: lockView, recoveryCode: z.string().nullable() })),
  setAutoLock: command.input(z.strictObject({ minutes: autoLockMinutes })).output(lockView),
  /** Encrypts every file of this installation in a job, and every new one from now on. An older recovery code is void. */
  encrypt: command
    .input(z.strictObject({ current }))
    .output(z.strictObject({ recoveryCode: z.string(), job: recordId })),
  decrypt: command.input(z.strictObject({ current })).output(z.strictObject({ job: recordId })),
  /** Makes another recovery code; the one before it is void. */
  renewRecoveryCode: command.input(z.strictObject({ current })).output(z.strictObject({ recoveryCode: z.string() })),
  /** Opens the vault with the recovery code, wraps its key behind the device key of today, and takes the passphrase away. */
  recover: command.input(z.strictObject({ code: z.string().min(1).max(200) })).output(lockView),
};
