import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type PlatformFamily, platforms, type ServiceId } from "../../../src-main/contract/names.ts";
import { type GuideContext, parsePlaybook } from "../../../src-main/guide/index.ts";

const folder = fileURLToPath(new URL("../../../assets/playbook", import.meta.url));

/** The playbook's files as they are shipped: path -> text. */
export const texts: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => [name.replaceAll("\\", "/"), readFileSync(join(folder, name), "utf8")]),
);

const parsed = parsePlaybook(texts);
if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
export const { playbook } = parsed;

const platformOf = (family: PlatformFamily) =>
  Object.entries(platforms).find(([, platform]) => platform.family === family)?.[0] as GuideContext["platform"];

/** An engagement of the family with both large services and no answers, changed as asked. */
export const contextOf = (
  family: PlatformFamily,
  more: Partial<GuideContext> & { services?: ServiceId[] } = {},
): GuideContext => ({
  customer: "Acme Ltd",
  reference: "ENG-104",
  region: "EU",
  services: ["email-security", "archiving"],
  platform: platformOf(family),
  family,
  answers: { fields: {}, rows: {} },
  confirmed: {},
  ...more,
});
