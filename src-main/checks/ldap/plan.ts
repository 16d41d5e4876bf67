import * as z from "zod";
import { numberAnswer, textAnswer } from "../answers.ts";
import { dnsSettings, toDnsSettings } from "../dns/plan.ts";
import type { CheckContext, Planned } from "../types.ts";

export const directoryPlan = z.strictObject({
  dns: dnsSettings,
  hosts: z.array(z.string().max(300)),
  port: z.number().int().min(1).max(65_535),
  encryption: z.enum(["strict", "relaxed", "none"]),
  rootDn: z.string().max(1_000),
  bindDn: z.string().max(1_000),
  timeout: z.number().int().min(1),
  extraAuthorities: z.string().max(200_000),
});
export type DirectoryPlan = z.infer<typeof directoryPlan>;

export function planDirectory(context: CheckContext): Planned<DirectoryPlan> {
  const kind = textAnswer(context, "recipients.directory");
  if (kind === "") return { kind: "missing", sentence: "The kind of directory is not answered yet." };
  if (kind !== "ldap" && kind !== "domino")
    return { kind: "not-applicable", sentence: "The directory is not read by LDAP from the vendor's side." };
  const hosts = [textAnswer(context, "recipients.ldapHost"), textAnswer(context, "recipients.ldapAlternateHost")];
  const named = [...new Set(hosts.map((host) => host.toLowerCase()).filter((host) => host !== ""))];
  const rootDn = textAnswer(context, "recipients.rootDn");
  const bindDn = textAnswer(context, "recipients.bindDn");
  const lacking = [named.length === 0 && "directory host", rootDn === "" && "root DN", bindDn === "" && "bind user"];
  const missing = lacking.filter((one) => one !== false);
  if (missing.length > 0) return { kind: "missing", sentence: `Not answered yet: ${missing.join(", ")}.` };
  const answer = textAnswer(context, "recipients.ldapEncryption");
  const encryption = answer === "none" || answer === "relaxed" ? answer : "strict";
  const { ldapTimeout, extraAuthorities } = context.network;
  const port = numberAnswer(context, "recipients.ldapPort") ?? (encryption === "none" ? 389 : 636);
  const dns = toDnsSettings(context);
  return {
    kind: "ready",
    plan: { dns, hosts: named, port, encryption, rootDn, bindDn, timeout: ldapTimeout, extraAuthorities },
  };
}
