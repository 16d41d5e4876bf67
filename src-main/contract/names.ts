import * as z from "zod";

/** The two considerations that come before the steps, and the seven steps of the Connect process, in order. */
export const considerationIds = ["archived-data", "existing-policies"] as const;
export const connectStepIds = [
  "rfi",
  "account",
  "outbound",
  "recipients",
  "inbound",
  "lockdown",
  "completion",
] as const;
export const stepIds = [...considerationIds, ...connectStepIds] as const;
export const stepId = z.enum(stepIds);
export type StepId = z.infer<typeof stepId>;

/** What can be bought; the service matrix of the playbook decides which steps follow from it. */
export const services = {
  "email-security": "Email security",
  archiving: "Archiving",
  continuity: "Continuity",
  "dmarc-analyzer": "DMARC analyser",
  "awareness-training": "Awareness training",
  "secure-messaging": "Secure messaging",
  "large-file-send": "Large file send",
} as const;
export const serviceIds = Object.keys(services) as [keyof typeof services, ...(keyof typeof services)[]];
export const serviceId = z.enum(serviceIds);
export type ServiceId = z.infer<typeof serviceId>;

/** Mail platforms a customer can run. The family decides which instructions and questions appear. */
export const platforms = {
  "exchange-2010": { title: "Exchange Server 2010", family: "exchange" },
  "exchange-2013": { title: "Exchange Server 2013", family: "exchange" },
  "exchange-2016": { title: "Exchange Server 2016", family: "exchange" },
  "exchange-2019": { title: "Exchange Server 2019 or Subscription Edition", family: "exchange" },
  "microsoft-365": { title: "Microsoft 365", family: "microsoft-365" },
  "hybrid-microsoft-365": { title: "Hybrid: Exchange and Microsoft 365", family: "hybrid" },
  "google-workspace": { title: "Google Workspace", family: "google-workspace" },
  domino: { title: "HCL Domino", family: "domino" },
  postfix: { title: "Postfix or another SMTP server", family: "postfix" },
} as const;
export type PlatformId = keyof typeof platforms;
export const platformIds = Object.keys(platforms) as [PlatformId, ...PlatformId[]];
export const platformId = z.enum(platformIds);
export const platformFamilies = [
  "exchange",
  "microsoft-365",
  "hybrid",
  "google-workspace",
  "domino",
  "postfix",
] as const;
export const platformFamily = z.enum(platformFamilies);
export type PlatformFamily = z.infer<typeof platformFamily>;

/** Region (grid) of the account. Names, prefixes and hosts are data in the playbook's region table. */
export const regionIds = ["EU", "DE", "US", "USB", "CA", "ZA", "AU", "JE", "USPCOM", "CUSTOM"] as const;
export const regionId = z.enum(regionIds);
export type RegionId = z.infer<typeof regionId>;

/** The region an account code's prefix names (vendor article 34000632786067), by a table of prefixes; null when none fits. The longest prefix wins. */
export function accountCodeToRegion(
  regions: readonly { region: RegionId; accountPrefix?: string | null | undefined }[],
  code: string,
): RegionId | null {
  const written = code.trim().toUpperCase();
  const fitting = regions.filter(({ accountPrefix }) => accountPrefix && written.startsWith(accountPrefix));
  const [longest] = fitting.sort((one, other) => (other.accountPrefix?.length ?? 0) - (one.accountPrefix?.length ?? 0));
  return longest?.region ?? null;
}

export const parties = ["customer", "consultant", "vendor", "both"] as const;
export const party = z.enum(parties);
export type Party = z.infer<typeof party>;

/** How well a pre-filled fact is known: C confirmed, O vendor's own single source, S one other source, I inferred, K general knowledge, U unknown. */
export const confidences = ["C", "O", "S", "I", "K", "U"] as const;
export const confidence = z.enum(confidences);
export type Confidence = z.infer<typeof confidence>;

export const engagementId = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
export const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);
export const recordId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/);
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const instant = z.iso.datetime();
export const calendarDay = z.iso.date();
export const line = z.string().trim().min(1).max(300);
export const paragraph = z.string().trim().min(1).max(20_000);
/** Base64 of at most 1 MiB: larger contents travel in several parts. */
export const chunk = z
  .string()
  .max(1_400_000)
  .regex(/^[A-Za-z0-9+/]*={0,2}$/);

/** A name and a moment: who wrote something, and when by that device's clock. */
export const attribution = z.strictObject({ author: z.string(), at: instant, device: z.string() });
export type Attribution = z.infer<typeof attribution>;
