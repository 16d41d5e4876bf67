import type { AnswerValue } from "../contract/rfi/field.ts";
import type { FieldPath, RowGroupId } from "../contract/rfi/form.ts";
import type { CheckContext } from "./types.ts";

const asText = (value: AnswerValue | undefined): string => (typeof value === "string" ? value.trim() : "");

/** Answer of a text, host or choice question; empty when not answered. */
export const textAnswer = ({ answers }: CheckContext, path: FieldPath): string => asText(answers.fields[path]);

export const numberAnswer = ({ answers }: CheckContext, path: FieldPath): number | null => {
  const value = answers.fields[path];
  return typeof value === "number" ? value : null;
};

export const yesNoAnswer = ({ answers }: CheckContext, path: FieldPath): boolean | null => {
  const value = answers.fields[path];
  return typeof value === "boolean" ? value : null;
};

/** Answers of one column of a repeating question, without the empty ones. */
export const rowAnswers = ({ answers }: CheckContext, group: RowGroupId, column: string): string[] =>
  (answers.rows[group] ?? []).map(({ values }) => asText(values[column])).filter((text) => text !== "");

export interface MailDomain {
  name: string;
  use: string;
}

/** The customer's domains without those not used for mail, each once; the primary domain when no row is filled in. */
export function listDomains(context: CheckContext): MailDomain[] {
  const rows = (context.answers.rows.domains ?? []).map(({ values }) => ({
    name: asText(values.name).toLowerCase(),
    use: asText(values.use) || "send-receive",
  }));
  const primary = textAnswer(context, "organisation.primaryDomain").toLowerCase();
  const all = rows.length > 0 ? rows : [{ name: primary, use: "send-receive" }];
  const wanted = all.filter(({ name, use }) => name !== "" && use !== "unused");
  return wanted.filter(({ name }, index) => wanted.findIndex((other) => other.name === name) === index);
}

/** What the Request for Information says about DKIM selectors, by domain; rows of one domain are joined. */
export function selectorsByDomain({ answers }: CheckContext): Map<string, string> {
  const found = new Map<string, string>();
  for (const { values } of answers.rows["domains" satisfies RowGroupId] ?? []) {
    const name = asText(values.name).toLowerCase();
    found.set(name, `${found.get(name) ?? ""} ${asText(values.selector)}`.trim());
  }
  return found;
}

export interface MailHost {
  host: string;
  port: number;
}

/** The customer's inbound hosts and the fallback host, each once. */
export function listInboundHosts(context: CheckContext): MailHost[] {
  const standard = context.network.smtpPort;
  const rows = (context.answers.rows["inboundHosts" satisfies RowGroupId] ?? []).map(({ values }) => ({
    host: asText(values.host).toLowerCase(),
    port: typeof values.port === "number" ? values.port : standard,
  }));
  const all = [...rows, { host: textAnswer(context, "inbound.fallbackHost").toLowerCase(), port: standard }];
  const named = all.filter(({ host }) => host !== "");
  return named.filter(
    (one, index) => named.findIndex((other) => other.host === one.host && other.port === one.port) === index,
  );
}

/** Region values by key, lower case and without the final dot; null when nobody confirmed any. */
export function regionValues(context: CheckContext, key: string): string[] | null {
  const values = (context.region[key] ?? []).map((value) => value.trim().toLowerCase().replace(/\.$/, ""));
  const filled = values.filter((value) => value !== "");
  return filled.length > 0 ? [...new Set(filled)] : null;
}

/** Whether a host belongs to a domain: equal to it or below it. Suffixes may be written with a leading dot or `*.`. */
export function isBelow(host: string, suffix: string): boolean {
  const domain = suffix.replace(/^\*?\./, "");
  return domain !== "" && (host === domain || host.endsWith(`.${domain}`));
}
