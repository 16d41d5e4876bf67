import * as z from "zod";
import type { PlatformFamily, ServiceId, StepId } from "../names.ts";

/** What a question can be answered with. Each kind has one check and one sentence for a wrong value. */
export const fieldKinds = [
  "text",
  "notes",
  "email",
  "phone",
  "domain",
  "host",
  "address",
  "network",
  "port",
  "count",
  "yes-no",
  "choice",
  "choices",
  "date",
  "dn",
] as const;
export type FieldKind = (typeof fieldKinds)[number];

export interface FieldCondition {
  readonly families?: readonly PlatformFamily[];
  readonly services?: readonly ServiceId[];
  /** Shown when another answer of the form has one of these values. */
  readonly answer?: { readonly field: string; readonly is: readonly (string | boolean)[] };
}

export interface Field {
  readonly id: string;
  readonly label: string;
  readonly kind: FieldKind;
  readonly required?: boolean;
  readonly help?: string;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  readonly when?: FieldCondition;
  /** Steps whose instructions or checks use the answer. */
  readonly feeds?: readonly StepId[];
}

/** A question that repeats: one row per domain, address, contact and so on. */
export interface RowGroup {
  readonly id: string;
  readonly label: string;
  readonly singular: string;
  readonly help?: string;
  readonly minimum?: number;
  readonly columns: readonly Field[];
  /** Column that a pasted list fills. */
  readonly pasteInto?: string;
  readonly when?: FieldCondition;
  readonly feeds?: readonly StepId[];
}

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly purpose: string;
  readonly fields: readonly Field[];
  readonly groups: readonly RowGroup[];
}

export type AnswerValue = string | number | boolean | string[];
export const answerValue = z.union([
  z.string().max(20_000),
  z.number(),
  z.boolean(),
  z.array(z.string().max(300)).max(50),
]);

// RFC 1035 2.3.1 and RFC 5890: letters, digits, hyphens; labels up to 63; at least two labels; underscore only in service names, which are not asked for.
const domainPattern = /^(?=.{3,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/i;
const octet = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const ipv4Pattern = new RegExp(`^(?:${octet}\\.){3}${octet}$`);
const distinguishedNamePattern = /^\s*[A-Za-z][\w.-]*\s*=\s*[^,=]+(?:\s*,\s*[A-Za-z][\w.-]*\s*=\s*[^,=]+)*\s*$/;

export const isDomain = (text: string): boolean => domainPattern.test(text);
export const isIpv4 = (text: string): boolean => ipv4Pattern.test(text);
export const isIpv6 = (text: string): boolean => z.ipv6().safeParse(text).success;
export const isAddress = (text: string): boolean => isIpv4(text) || isIpv6(text);

/** True for `a.b.c.d/n` or `x::/n` without bits set behind the prefix (RFC 4632 3.1). A single address counts as a network of one. */
export function isNetwork(text: string): boolean {
  const [base = "", prefix, ...rest] = text.split("/");
  if (rest.length > 0 || !isAddress(base)) return false;
  if (prefix === undefined) return true;
  if (!/^\d{1,3}$/.test(prefix)) return false;
  const length = Number(prefix);
  if (!isIpv4(base)) return z.cidrv6().safeParse(text).success;
  if (length > 32) return false;
  const number = base.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return number % 2 ** (32 - length) === 0;
}

const trimmed = z.string().trim();
const text = (maximum: number) => trimmed.min(1, "Enter a value.").max(maximum, `Use at most ${maximum} characters.`);

/** Zod schema of one answer. The messages are what the form shows. */
export function fieldSchema(field: Field): z.ZodType<AnswerValue> {
  switch (field.kind) {
    case "text":
      return text(300);
    case "notes":
      return text(20_000);
    case "email":
      return trimmed.max(254).pipe(z.email("Enter an e-mail address such as name@example.com."));
    case "phone":
      return trimmed.regex(
        /^\+?[\d\s()./-]{5,30}$/,
        "Enter a telephone number with digits, spaces and a leading + if international.",
      );
    case "domain":
      return trimmed.toLowerCase().refine(isDomain, "Enter a domain such as example.com, without http:// or @.");
    case "host":
      return trimmed
        .toLowerCase()
        .refine(
          (value) => isDomain(value) || isAddress(value),
          "Enter a host name such as mail.example.com, or an IP address.",
        );
    case "address":
      return trimmed.refine(isAddress, "Enter an IP address such as 192.0.2.10.");
    case "network":
      return trimmed.refine(
        isNetwork,
        "Enter an IP address or a network such as 192.0.2.0/24, with no bits set behind the prefix.",
      );
    case "port":
      return z.number("Enter a port number.").int().min(1, "Ports start at 1.").max(65_535, "Ports end at 65535.");
    case "count":
      return z
        .number("Enter a number.")
        .int("Enter a whole number.")
        .min(0, "Enter zero or more.")
        .max(10_000_000, "That is more than expected.");
    case "yes-no":
      return z.boolean("Choose yes or no.");
    case "date":
      return z.iso.date("Enter a date as year-month-day, such as 2026-11-23.");
    case "dn":
      return trimmed
        .max(1_000)
        .regex(distinguishedNamePattern, "Enter a distinguished name such as DC=example,DC=com.");
    case "choice":
      return z.enum(optionValues(field), "Choose one of the options.");
    case "choices":
      return z.array(z.enum(optionValues(field), "Choose from the options.")).max(50);
  }
}

function optionValues(field: Field): [string, ...string[]] {
  const values = (field.options ?? []).map((option) => option.value);
  return values as [string, ...string[]];
}
