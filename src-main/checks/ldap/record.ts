import * as z from "zod";
import { dnsExchange } from "../dns/exchange.ts";
import { tlsFacts } from "../tls/facts.ts";

const detail = z.string().max(1_000);

/** Outcome of one LDAP operation. `code` is the result code of RFC 4511 4.1.9; null when no answer came. */
const ldapOutcome = z.strictObject({ done: z.boolean(), code: z.number().int().nullable(), detail });
export type LdapOutcome = z.infer<typeof ldapOutcome>;

/** One search. Only the number of entries is kept, never an entry: names and addresses are personal data. */
const ldapSearch = z.strictObject({
  ...ldapOutcome.shape,
  filter: z.string().max(200),
  count: z.number().int(),
  /** True when the search was cut at its limit, so that there are more. */
  hasMore: z.boolean(),
  /** Which entries were looked for: users with the attribute `mail`, or users without. */
  sought: z.enum(["with-mail", "without-mail"]).default("with-mail"),
});
export type LdapSearch = z.infer<typeof ldapSearch>;

const directoryServer = z.strictObject({
  host: z.string().max(300),
  address: z.string().max(80).nullable(),
  milliseconds: z.number(),
  /** Failure code of the TCP connection; null when it was made. */
  failure: z.string().max(80).nullable(),
  tls: tlsFacts.nullable(),
  tlsFailure: z.string().max(80).nullable(),
  /** Failure code of the verified connection that strict encryption asks for before the password is sent. */
  verification: z.string().max(80).nullable(),
  /** Null when no bind was tried. */
  bind: ldapOutcome.nullable(),
  searches: z.array(ldapSearch),
});
export type DirectoryServer = z.infer<typeof directoryServer>;

export const directoryRecord = z.strictObject({
  at: z.iso.datetime(),
  exchanges: z.array(dnsExchange),
  /** Whether a password was given; the password itself is kept nowhere. */
  hadPassword: z.boolean(),
  servers: z.array(directoryServer),
});
export type DirectoryRecord = z.infer<typeof directoryRecord>;
