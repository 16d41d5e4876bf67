import * as z from "zod";
import { dnsExchange } from "../dns/exchange.ts";
import { tlsFacts } from "../tls/facts.ts";

const smtpPhases = ["connect", "greeting", "ehlo", "helo", "starttls", "tls", "ehlo-tls", "quit"] as const;
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

/** One connection to one address of a host. */
const smtpDialogue = z.strictObject({
  address: z.string().max(80),
  local: z.string().max(80).nullable(),
  turns: z.array(smtpTurn).max(20),
  tls: tlsFacts.nullable(),
});
export type SmtpDialogue = z.infer<typeof smtpDialogue>;

export const smtpHost = z.strictObject({
  host: z.string().max(300),
  port: z.number().int(),
  /** Where the addresses are from: the answer itself, DNS, or the operating system's own names. */
  source: z.enum(["literal", "dns", "system"]),
  dialogues: z.array(smtpDialogue).max(20),
});
export type SmtpHost = z.infer<typeof smtpHost>;

export const smtpRecord = z.strictObject({
  at: z.iso.datetime(),
  exchanges: z.array(dnsExchange),
  hosts: z.array(smtpHost),
});
export type SmtpRecord = z.infer<typeof smtpRecord>;
