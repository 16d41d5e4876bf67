import { promises as files } from "node:fs";
import { join } from "node:path";
import { safeStorage } from "electron";

export interface StoredKey {
  /** `os-store` when the operating system's secret store holds the wrapping key; `file` when the engine keeps a 0600 file instead. */
  protection: "os-store" | "file";
  pem?: string;
}

const keyFile = (home: string) => join(home, "device.key.sealed");

/**
 * Whether secrets can be wrapped by the operating system. `basic_text` is Electron's fixed password on Linux without a keyring: no
 * protection at all, so the key then goes to a file that only its owner may read, and the settings page says so.
 */
async function canSeal(): Promise<boolean> {
  if (typeof safeStorage.encryptStringAsync !== "function") return false;
  if (process.platform === "linux" && safeStorage.getSelectedStorageBackend() === "basic_text") return false;
  return safeStorage.isAsyncEncryptionAvailable();
}

export async function readDeviceKey(home: string): Promise<StoredKey> {
  if (!(await canSeal())) return { protection: "file" };
  try {
    const sealed = await files.readFile(keyFile(home));
    const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(sealed);
    // The system has changed the key it wraps with and will forget the old one some day. The next start tries again.
    if (shouldReEncrypt) await storeDeviceKey(home, result).catch(() => undefined);
    return { protection: "os-store", pem: result };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { protection: "os-store" };
    // A key that cannot be unwrapped (other machine, other user) is set aside, never overwritten: old signatures stay checkable.
    await files.rename(keyFile(home), `${keyFile(home)}.unreadable-${Date.now()}`).catch(() => undefined);
    return { protection: "os-store" };
  }
}

export async function storeDeviceKey(home: string, pem: string): Promise<void> {
  await files.mkdir(home, { recursive: true, mode: 0o700 });
  const sealed = await safeStorage.encryptStringAsync(pem);
  await files.writeFile(`${keyFile(home)}.part`, sealed, { mode: 0o600, flush: true });
  await files.rename(`${keyFile(home)}.part`, keyFile(home));
}
