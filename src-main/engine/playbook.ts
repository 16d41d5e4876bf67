import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { sections } from "../contract/rfi/form.ts";
import { type Playbook, parsePlaybook } from "../guide/index.ts";
import { hashBytes } from "./files.ts";
import { refuse } from "./refusal.ts";

/** Reads the playbook's YAML files and checks them. A playbook that does not fit its schema stops the start: PLAYBOOK_REJECTED, with its problems in words. */
export function loadPlaybook(folder: string): { playbook: Playbook; formHash: string } {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yaml"))
    .sort();
  const texts = Object.fromEntries(
    names.map((name) => [relative(".", name).split(sep).join("/"), readFileSync(join(folder, name), "utf8")]),
  );
  const parsed = parsePlaybook(texts);
  if (!parsed.ok) refuse("PLAYBOOK_REJECTED", { details: parsed.problems.slice(0, 20) });
  const form = JSON.stringify({ texts, sections });
  return { playbook: parsed.playbook, formHash: hashBytes(new TextEncoder().encode(form)) };
}
