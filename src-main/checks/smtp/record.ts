import * as z from "zod";
import { dnsExchange } from "../dns/exchange.ts";
import { tlsFacts } from "../tls/facts.ts";

const smtpPhases = [
  "connect",
  "greeting",
  "ehlo",
  "helo",
  "starttls",
  "tls",
  "ehlo-tls",
  "auth",
  "mail",
  "rcpt",
  "rset",
  "quit",
] as const;
export type SmtpPhase = (typeof smtpPhases)[number];

/** One turn: what was sent, and everything that came back before the turn ended, one character per byte. */
const smtpTurn = z.strictObject({
  phase: z.enum(smtpPhases),
  milliseconds: z.number(),
  sent: z.string().max(600),
  received: z.string().max(70_000),
  failure: z.string().max(80).nullable(),
});
export type SmtpTurn = z.infer<typeof smtpTurn>;

/** One connection to one address of a host. The same address again is a later try, after greylisting or a failed handshake. */
const smtpDialogue = z.strictObject({
  address: z.string().max(80),
  local: z.string().max(80).nullable(),
  turns: z.array(smtpTurn).max(60),
  tls: tlsFacts.nullable(),
  /** Milliseconds waited before this try, because the one before was greylisted; 0 for the first. */
  waited: z.number().default(0),
});
export type SmtpDialogue = z.infer<typeof smtpDialogue>;

export const smtpHost = z.strictObject({
  host: z.string().max(300),
  port: z.number().int(),
  /** Where the addresses are from: the answer itself, DNS, or the operating system's own names. */
  source: z.enum(["literal", "dns", "system"]),
  dialogues: z.array(smtpDialogue).max(40),
});
export type SmtpHost = z.infer<typeof smtpHost>;

export const smtpRecord = z.strictObject({
  at: z.iso.datetime(),
  exchanges: z.array(dnsExchange),
  hosts: z.array(smtpHost),
});
export type SmtpRecord = z.infer<typeof smtpRecord>;

/** The smart hosts, and the same hosts on the submission port where the customer has to log on. */
export const smartHostRecord = z.strictObject({
  ...smtpRecord.shape,
  submission: z
    .array(z.strictObject({ looked: smtpHost, loggedOn: smtpHost.nullable() }))
    .max(20)
    .default([]),
  /** Whether a user name and password were given; they are kept nowhere. */
  hadCredentials: z.boolean().default(false),
});
export type SmartHostRecord = z.infer<typeof smartHostRecord>;
