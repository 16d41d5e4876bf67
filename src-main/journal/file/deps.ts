import type { Author } from "../core/entry.ts";
import type { Clock, Random } from "../core/ids.ts";
import type { DeviceKey } from "../device-key.ts";

/** What a journal needs of the installation it is opened in. */
export interface JournalDeps {
  clock: Clock;
  random: Random;
  device: DeviceKey;
  author: Author;
  appVersion: string;
  /** Who this device belongs to; stored in the file and named by every stream of the device. */
  certificate?: Uint8Array;
  /** Opens the encrypted files of this installation, and makes them; plain ones need none. */
  vaultKey?: Uint8Array;
}
