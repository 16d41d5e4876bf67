import type { LockView } from "../contract/lock.ts";
import { type DeviceKey, VAULT_KEY_BYTES } from "../journal/index.ts";
import { createRecoveryCode, readRecoveryCode } from "./recovery-code.ts";
import { refuse } from "./refusal.ts";
import {
  unwrapWithDevice,
  unwrapWithPassphrase,
  unwrapWithRecovery,
  type VaultKeyDocument,
  VaultKeyStore,
  wrapForRecovery,
  wrapForUse,
} from "./vault-key.ts";
import type { World } from "./world.ts";

const USUAL_AUTO_LOCK_MINUTES = 15;
const TICK_MS = 10_000;

/** What works while the program is locked; everything else is refused in one place, see `guard`. */
const allowedWhileLocked = new Set(["lock.status", "lock.unlock", "lock.recover", "jobs.events"]);
/** What screens ask by themselves: no sign that somebody is there. */
const passive = new Set(["lock.status", "jobs.events", "jobs.list", "jobs.get", "files.vantage", "vantage.get"]);

export interface LockOptions {
  /** File of the wrapped vault key. */
  path: string;
  device: DeviceKey;
  world: World;
  /** Closes every file and stops all work. */
  closeAll(): Promise<void>;
  /** True while a job is running: it is not locked away under somebody's hands. */
  isBusy(): boolean;
  changed(): void;
}

/**
 * Who may use this installation, and the key of its files. Without a passphrase it is always open; then there may be a vault
 * key all the same, when the files are encrypted.
 */
export class Lock {
  readonly #options: LockOptions;
  readonly #store: VaultKeyStore;
  readonly #timer: NodeJS.Timeout;
  #document: VaultKeyDocument | null;
  #key: Uint8Array | null;
  #lastSign: { wall: number; mono: number };
  /** Tries at passphrases go one after the other: each costs half a second, however many are sent. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: LockOptions) {
    this.#options = options;
    this.#store = new VaultKeyStore(options.path);
    this.#document = this.#store.read();
    this.#key = this.#document ? unwrapWithDevice(this.#document.access, options.device) : null;
    this.#lastSign = this.#now();
    this.#timer = setInterval(() => this.tick(), TICK_MS);
    this.#timer.unref();
  }

  /** Whether new files are encrypted. */
  get isEncrypted(): boolean {
    return this.#document?.encrypted ?? false;
  }

  /** The key of encrypted files; undefined when there is none. Refused while the program is locked. */
  vaultKey(): Uint8Array | undefined {
    this.#requireOpen();
    return this.#key ?? undefined;
  }

  view(): Omit<LockView, "files"> {
    return {
      state: this.#state(),
      passphrase: this.#document?.access.kind === "passphrase",
      autoLockMinutes: this.#document?.autoLockMinutes ?? USUAL_AUTO_LOCK_MINUTES,
      encrypted: this.isEncrypted,
    };
  }

  /** The one place that decides what a locked program does. Called before every command, with its name. */
  guard(command: string): void {
    if (this.#isTimeOver()) this.#lockQuietly();
    if (!allowedWhileLocked.has(command)) this.#requireOpen();
    if (!passive.has(command)) this.#lastSign = this.#now();
  }

  /** Locks when nobody has done anything for the time set. */
  tick(): void {
    if (this.#isTimeOver()) this.#lockQuietly();
  }

  /** @throws Refusal WRONG_PASSPHRASE, LOCKED_BY_PASSPHRASE when only the recovery code opens it */
  unlock(passphrase: string): Promise<void> {
    return this.#inTurn(async () => {
      const { device, changed } = this.#options;
      if (!this.#document || this.#key) return;
      if (this.#state() === "key-lost") this.#requireOpen();
      const key = await unwrapWithPassphrase(this.#document.access, passphrase, device);
      this.#key = key ?? refuse("WRONG_PASSPHRASE");
      this.#lastSign = this.#now();
      changed();
    });
  }

  /** Closes every file and forgets the key. */
  lock(): Promise<void> {
    if (this.#document?.access.kind !== "passphrase")
      refuse("INVALID_INPUT", {
        happened: "No passphrase is set, so there is nothing to lock with.",
        todo: "Set a passphrase first.",
      });
    const key = this.#key;
    // From here on every command is refused, also while work is still being stopped.
    this.#key = null;
    return this.#inTurn(async () => {
      try {
        await this.#options.closeAll();
      } finally {
        key?.fill(0);
        this.#options.changed();
      }
    });
  }

  /** Sets, changes or (with null) removes the passphrase. Returns a recovery code when there was none before. */
  setPassphrase(current: string | undefined, passphrase: string | null): Promise<string | null> {
    return this.#inTurn(async () => {
      await this.#requireCurrent(current);
      if (!this.#document) return passphrase === null ? null : this.#begin(passphrase, false);
      const access = await this.#wrap(passphrase);
      this.#keep({ ...this.#document, access });
      return null;
    });
  }

  setAutoLock(minutes: number): void {
    if (!this.#document) refuse("INVALID_INPUT", { happened: "No passphrase is set, so nothing locks by itself." });
    else this.#keep({ ...this.#document, autoLockMinutes: minutes });
  }

  /** From here on files are to be encrypted. Returns a new recovery code. */
  beginEncryption(current: string | undefined): Promise<string> {
    return this.#inTurn(async () => {
      this.#requireIdle();
      await this.#requireCurrent(current);
      if (!this.#document) return this.#begin(null, true);
      return this.#renew({ ...this.#document, encrypted: true });
    });
  }

  /** From here on files are to be plain. The key stays as long as a file needs it, see `endEncryption`. */
  beginDecryption(current: string | undefined): Promise<void> {
    return this.#inTurn(async () => {
      this.#requireIdle();
      await this.#requireCurrent(current);
      if (!this.#document) refuse("INVALID_INPUT", { happened: "The files are not encrypted." });
      else this.#keep({ ...this.#document, encrypted: false });
    });
  }

  /** Called when no encrypted file is left: a key that nothing needs is not kept. */
  endEncryption(): void {
    if (!this.#document || this.#document.encrypted || this.#document.access.kind === "passphrase") return;
    this.#store.remove();
    this.#document = null;
    this.#key?.fill(0);
    this.#key = null;
    this.#options.changed();
  }

  renewRecoveryCode(current: string | undefined): Promise<string> {
    return this.#inTurn(async () => {
      await this.#requireCurrent(current);
      if (this.#document) return this.#renew(this.#document);
      return refuse("INVALID_INPUT", { happened: "There is nothing that a recovery code would open." });
    });
  }

  /** @throws Refusal WRONG_RECOVERY_CODE */
  recover(code: string): Promise<void> {
    return this.#inTurn(async () => {
      const document = this.#document;
      if (!document) return refuse("INVALID_INPUT", { happened: "There is nothing that a recovery code would open." });
      const read = readRecoveryCode(code);
      if ("wrongGroups" in read) return refuse("WRONG_RECOVERY_CODE", describeWrong(read.wrongGroups));
      const key = (await unwrapWithRecovery(document.recovery, read.secret)) ?? refuse("WRONG_RECOVERY_CODE");
      const { device, world } = this.#options;
      const access = await wrapForUse(key, { device, passphrase: null, random: world.random });
      this.#keep({ ...document, access });
      this.#key ??= key;
      this.#lastSign = this.#now();
      this.#options.changed();
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#queue.catch(() => undefined);
    this.#key?.fill(0);
    this.#key = null;
  }

  #state(): LockView["state"] {
    if (!this.#document || this.#key) return "unlocked";
    return this.#document.access.kind === "passphrase" ? "locked" : "key-lost";
  }

  #requireOpen(): void {
    const state = this.#state();
    if (state === "locked") refuse("LOCKED_BY_PASSPHRASE");
    if (state === "key-lost")
      refuse("LOCKED_BY_PASSPHRASE", {
        happened: "The key of this device is not the one that the engagement files were encrypted for.",
        todo: "Enter the recovery code.",
      });
  }

  #requireIdle(): void {
    if (this.#options.isBusy()) refuse("BUSY");
  }

  async #requireCurrent(current: string | undefined): Promise<void> {
    this.#requireOpen();
    if (this.#document?.access.kind !== "passphrase") return;
    const { access } = this.#document;
    const isRight = current !== undefined && (await unwrapWithPassphrase(access, current, this.#options.device));
    if (!isRight) refuse("WRONG_PASSPHRASE");
    this.#requireOpen();
  }

  /** Makes the vault key. */
  async #begin(passphrase: string | null, encrypted: boolean): Promise<string> {
    const { device, world } = this.#options;
    const key = world.random.bytes(VAULT_KEY_BYTES);
    const access = await wrapForUse(key, { device, passphrase, random: world.random });
    const { code, recovery } = await this.#makeRecovery(key);
    this.#keep({ version: 1, encrypted, autoLockMinutes: USUAL_AUTO_LOCK_MINUTES, access, recovery });
    this.#key = key;
    this.#options.changed();
    return code;
  }

  async #renew(document: VaultKeyDocument): Promise<string> {
    const { code, recovery } = await this.#makeRecovery(this.#requireKey());
    this.#keep({ ...document, recovery });
    return code;
  }

  async #makeRecovery(key: Uint8Array) {
    const { random } = this.#options.world;
    const code = createRecoveryCode(random);
    const read = readRecoveryCode(code);
    if ("wrongGroups" in read) throw new Error("A recovery code cannot be read back.");
    return { code, recovery: await wrapForRecovery(key, read.secret, random) };
  }

  async #wrap(passphrase: string | null): Promise<VaultKeyDocument["access"]> {
    const { device, world } = this.#options;
    return wrapForUse(this.#requireKey(), { device, passphrase, random: world.random });
  }

  #requireKey(): Uint8Array {
    return this.#key ?? refuse("LOCKED_BY_PASSPHRASE");
  }

  #keep(document: VaultKeyDocument): void {
    this.#store.write(document);
    this.#document = document;
    this.#options.changed();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  #lockQuietly(): void {
    this.lock().catch((error: Error) => process.emitWarning(error));
  }

  #now(): { wall: number; mono: number } {
    const { clock } = this.#options.world;
    return { wall: clock.now().getTime(), mono: clock.mono() };
  }

  /** Asks both clocks: the one that never jumps stands still while a laptop sleeps. */
  #isTimeOver(): boolean {
    if (this.#document?.access.kind !== "passphrase" || !this.#key) return false;
    if (this.#options.isBusy()) {
      this.#lastSign = this.#now();
      return false;
    }
    const { wall, mono } = this.#now();
    const quiet = Math.max(wall - this.#lastSign.wall, mono - this.#lastSign.mono);
    return quiet >= this.#document.autoLockMinutes * 60_000;
  }
}

function describeWrong(groups: readonly number[]): { happened: string } {
  const [first] = groups;
  if (groups.length !== 1) return { happened: "This is not a recovery code as the program shows it." };
  return { happened: `Group ${first} of the recovery code is not as it was shown.` };
}
