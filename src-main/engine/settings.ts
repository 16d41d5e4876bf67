import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { defaultSettings, type SettingsDocument, settingsDocument } from "../contract/settings.ts";
import { removeQuietly } from "../journal/index.ts";

/** Person and network settings in one readable JSON file. A file that does not fit its schema is set aside and defaults are used. */
export class Settings {
  #document: SettingsDocument;
  readonly #path: string;
  constructor(path: string) {
    this.#path = path;
    this.#document = readSettings(path);
  }
  get(): SettingsDocument {
    return this.#document;
  }
  update(change: {
    person?: Partial<SettingsDocument["person"]>;
    network?: Partial<SettingsDocument["network"]>;
  }): SettingsDocument {
    const { person, network } = this.#document;
    const next = settingsDocument.parse({
      version: 1,
      person: { ...person, ...change.person },
      network: { ...network, ...change.network },
    });
    writeDurably(this.#path, `${JSON.stringify(next, null, 2)}\n`);
    this.#document = next;
    return next;
  }
}

function readSettings(path: string): SettingsDocument {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return defaultSettings;
  }
  const parsed = settingsDocument.safeParse(fillIn(parseJson(text)));
  if (parsed.success) return parsed.data;
  renameSync(path, `${path}.unreadable`);
  return defaultSettings;
}

/** Settings that an older version did not know get their defaults; everything else stays as it is for the schema to judge. */
function fillIn(document: unknown): unknown {
  if (typeof document !== "object" || document === null || !("network" in document)) return document;
  const { network } = document;
  if (typeof network !== "object" || network === null) return document;
  return { ...document, network: { ...defaultSettings.network, ...network } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Writes a small file so that either the old or the new contents survive a power cut. */
export function writeDurably(path: string, text: string, mode = 0o600): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.part`;
  try {
    writeSynced(beside, text, mode);
    renameSync(beside, path);
  } catch (error) {
    removeQuietly(beside);
    throw error;
  }
}

function writeSynced(path: string, text: string, mode: number): void {
  const handle = openSync(path, "w", mode);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
