import type { NetworkSettings } from "../../../src-main/contract/settings.ts";

type Field = keyof NetworkSettings;

const isTimeout = (field: Field) => field.endsWith("Timeout") || field === "greylistWait";

/** A setting as it is typed: time-outs in seconds, no resolver as nothing. */
export function settingToText(field: Field, value: NetworkSettings[Field]): string {
  if (value === null) return "";
  if (Array.isArray(value)) return value.join(", ");
  return isTimeout(field) ? String(Number(value) / 1000) : String(value);
}

/** What was typed as the value to check; the schema decides whether it is accepted. */
export function textToSetting(field: Field, text: string): string | number | string[] | null {
  const trimmed = text.trim();
  if (field === "comparisonResolvers") return trimmed === "" ? [] : trimmed.split(/[\s,;]+/);
  if (field === "resolver" || field === "dohResolver" || field === "selfTestPortal")
    return trimmed === "" ? null : trimmed;
  if (isTimeout(field)) return trimmed === "" ? Number.NaN : Math.round(Number(trimmed.replace(",", ".")) * 1000);
  if (field.endsWith("Port")) return Number(trimmed);
  return field === "extraAuthorities" ? text : trimmed;
}
