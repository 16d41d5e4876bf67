import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaultSettings, type NetworkSettings } from "../../src-main/contract/settings.ts";

/** Default settings without anything that would ask a name server or host beyond this machine by itself. */
export const loopbackNetwork: NetworkSettings = {
  ...defaultSettings.network,
  comparisonResolvers: [],
  selfTest: "on-demand",
};

/** Writes settings as the settings screen would: where checks ask (such as the lab), and who works here. */
export function writeSettings(home: string, network: NetworkSettings, name = "Sam Okafor"): void {
  mkdirSync(home, { recursive: true });
  const person = { name, email: "", organisation: "Northgate Consulting", role: "Consultant" };
  writeFileSync(join(home, "settings.json"), JSON.stringify({ ...defaultSettings, person, network }));
}
