import { chmodSync, readFileSync } from "node:fs";
import { createDeviceKey, type DeviceKey, generateDeviceKey } from "../journal/index.ts";
import { refuse } from "./refusal.ts";
import { writeDurably } from "./settings.ts";

/** Reads the installation's Ed25519 key from a file that only its owner may read, or makes one. */
export function loadDeviceKeyFile(path: string): DeviceKey {
  try {
    const pem = readFileSync(path, "utf8");
    chmodSync(path, 0o600);
    return createDeviceKey(pem);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      refuse("IO", {
        happened: "The device key of this installation cannot be read.",
        kept: "The key file was left as it is.",
        todo: "Restore the key file, or move it away to start with a new key.",
      });
    }
  }
  const { pem, key } = generateDeviceKey();
  writeDurably(path, pem);
  return key;
}
