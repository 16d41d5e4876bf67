import type { RegionId } from "../../src-main/contract/names.ts";

export const regionWords: Record<RegionId, string> = {
  EU: "Europe, including the United Kingdom",
  DE: "Germany",
  US: "United States",
  USB: "United States B",
  CA: "Canada",
  ZA: "South Africa",
  AU: "Australia",
  JE: "Offshore (Jersey)",
  USPCOM: "US public sector",
  CUSTOM: "Other, values entered by hand",
};

/** First letters of account codes, longest first. Source: the vendor's region table; the engine decides when the engagement is made. */
const prefixes: readonly (readonly [prefix: string, region: RegionId])[] = [
  ["CUSA", "US"],
  ["CUSB", "USB"],
  ["CCA", "CA"],
  ["CUK", "EU"],
  ["CDE", "DE"],
  ["CAU", "AU"],
  ["CSA", "ZA"],
];

/** The region an account code such as "CUK12A345" belongs to, or null when its beginning is not known. */
export function accountCodeToRegion(code: string): RegionId | null {
  const letters = code.trim().toUpperCase();
  return prefixes.find(([prefix]) => letters.startsWith(prefix))?.[1] ?? null;
}
