import { maskOf, splitNetworks } from "./networks.ts";

type Filter = (values: readonly string[]) => string[];

/**
 * The filters a placeholder may name after bars, applied from left to right: `{{region.smart-hosts | second | bracketed}}`.
 * What is left at the end is joined by commas.
 */
const filters: Record<string, Filter> = {
  first: (values) => values.slice(0, 1),
  second: (values) => values.slice(1, 2),
  /** One value a line. */
  lines: (values) => [values.join("\n")],
  spaced: (values) => [values.join(" ")],
  /** PowerShell strings; a quote inside is doubled (about_Quoting_Rules). */
  quoted: (values) => [values.map((value) => `'${value.replaceAll("'", "''")}'`).join(",")],
  /** Postfix: brackets switch the look-up of MX records off (postconf(5), relayhost). */
  bracketed: (values) => values.map((value) => `[${value}]`),
  /** Strings for a POSIX shell. */
  shell: (values) => [values.map((value) => `'${value.replaceAll("'", "'\\''")}'`).join(" ")],
  /** Networks in pieces that an inbound connector of Microsoft 365 takes. */
  split: splitNetworks,
  ipv4: (values) => values.filter((value) => maskOf(value) !== null),
  /** IPv4 networks as address and dotted mask, for Cisco ASA and FortiGate. */
  masked: (values) => values.flatMap((value) => maskOf(value) ?? []),
  /** IPv4 networks as names of firewall objects, which take no slash. */
  named: (values) => values.filter((value) => maskOf(value) !== null).map((value) => `MC-${value.replace("/", "-")}`),
};

/** Repeats the placeholder's line, once for each value; `↵` starts a new line inside the repeated part. */
export const repeating = "each";
export const filterNames: readonly string[] = [...Object.keys(filters), repeating];

/** Applies filters by name; unknown ones were refused when the playbook was read. */
export const applyFilters = (values: readonly string[], names: readonly string[]): string[] =>
  names.reduce<string[]>(
    (current, name) => (current.length > 0 ? (filters[name]?.(current) ?? current) : current),
    [...values],
  );
