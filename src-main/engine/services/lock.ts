import type { LockView } from "../../contract/lock.ts";
import type { EngineContext } from "../context.ts";
import type { Implementer } from "../implementer.ts";

/** App lock, and encryption of the files of this installation. */
export function createLockService({ lock, vault }: EngineContext, os: Implementer) {
  const view = (): LockView => ({ ...lock.view(), files: vault.count() });
  return os.lock.router({
    status: os.lock.status.handler(view),
    unlock: os.lock.unlock.handler(async ({ input }) => {
      await lock.unlock(input.passphrase);
      vault.resume();
      return view();
    }),
    lock: os.lock.lock.handler(async () => {
      await lock.lock();
      return view();
    }),
    setPassphrase: os.lock.setPassphrase.handler(async ({ input }) => {
      const recoveryCode = await lock.setPassphrase(input.current, input.passphrase);
      vault.settleKey();
      return { lock: view(), recoveryCode };
    }),
    setAutoLock: os.lock.setAutoLock.handler(({ input }) => {
      lock.setAutoLock(input.minutes);
      return view();
    }),
    encrypt: os.lock.encrypt.handler(async ({ input }) => {
      const recoveryCode = await lock.beginEncryption(input.current);
      return { recoveryCode, job: vault.start() };
    }),
    decrypt: os.lock.decrypt.handler(async ({ input }) => {
      await lock.beginDecryption(input.current);
      return { job: vault.start() };
    }),
    renewRecoveryCode: os.lock.renewRecoveryCode.handler(async ({ input }) => ({
      recoveryCode: await lock.renewRecoveryCode(input.current),
    })),
    recover: os.lock.recover.handler(async ({ input }) => {
      await lock.recover(input.code);
      vault.resume();
      return view();
    }),
  });
}
