import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaultSettings, type NetworkSettings } from "../../src-main/contract/settings.ts";

/** Default settings without anything that would ask a name server or host beyond this machine by itself. */
export const loopbackNetwork: NetworkSettings = {
  ...defaultSettings.network,
  comparisonResolvers: [],
  selfTest: "on-demand",
  selfTestPortal: null,
  selfTestUnused: "127.0.0.1:9",
};

/**
 * Settings of a person who has not said who they are, for a program that is started on a fresh folder: with the defaults it would
 * look at the network at its start. Settings that are there already stay.
 */
export function keepToLoopback(home: string): void {
  const path = join(home, "settings.json");
  if (existsSync(path)) return;
  mkdirSync(home, { recursive: true });
  writeFileSync(path, JSON.stringify({ ...defaultSettings, network: loopbackNetwork }));
}

/** Writes settings as the settings screen would: where checks ask (such as the lab), and who works here. */
export function writeSettings(home: string, network: NetworkSettings, name = "Sam Okafor"): void {
  mkdirSync(home, { recursive: true });
  const person = { name, email: "", organisation: "Northgate Consulting", role: "Consultant" };
  writeFileSync(join(home, "settings.json"), JSON.stringify({ ...defaultSettings, person, network }));
}
