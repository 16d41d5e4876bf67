import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaultSettings, type NetworkSettings } from "../../src-main/contract/settings.ts";

/** Writes the settings that point every check at the lab, as the settings screen would. */
export function writeSettings(home: string, network: NetworkSettings): void {
  mkdirSync(home, { recursive: true });
  const person = { name: "Sam Okafor", email: "", organisation: "Northgate Consulting", role: "Consultant" };
  writeFileSync(join(home, "settings.json"), JSON.stringify({ ...defaultSettings, person, network }));
}
