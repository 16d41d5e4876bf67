import * as z from "zod";
import { command, inEngagement } from "./command.ts";

/** A name that can have an SPF record; service labels such as `_spf` included. */
const spfDomain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.)+[a-z0-9-]{2,63}$/, "Enter a domain such as example.com.");
const spfRecord = z
  .string()
  .trim()
  .max(4_000)
  .regex(/^v=spf1(?: |$)/i, "An SPF record begins with “v=spf1”.");

const lookups = z.number().int().min(0);
const voids = z.strictObject({ v4: lookups, v6: lookups });

/** One term of the tree. The tree is a list, parents before children, because lists can be bounded; `level` is the depth, from 1. */
export const spfTermView = z.strictObject({
  level: z.number().int().min(1),
  /** Domain whose record has the term. */
  domain: z.string(),
  term: z.string(),
  /** Position among the look-ups, from 1; null for terms that cost none. */
  count: z.number().int().nullable(),
  /** Look-ups that the term costs with everything inside of it. */
  lookups,
  /** Whether its name came back empty: for no sender, for those with an IPv6 address, for all. */
  empty: z.enum(["no", "ipv6", "yes"]),
  /** The record an include or redirect leads to. */
  leadsTo: z.strictObject({ domain: z.string(), record: z.string().nullable() }).nullable(),
  problem: z.string().nullable(),
  note: z.string(),
  /** Whether it is on the way to the term that decided for the address asked about. */
  matches: z.boolean(),
});
export type SpfTermView = z.infer<typeof spfTermView>;

export const spfExamination = z.strictObject({
  domain: z.string(),
  record: z.string().nullable(),
  /** What is wrong with the record itself. */
  problem: z.string().nullable(),
  terms: z.array(spfTermView).max(2_000),
  /** Terms that were left out because there are too many to show. */
  leftOut: lookups,
  totals: z.strictObject({
    lookups,
    voids,
    /** IPv4 addresses and IPv6 networks that pass; exact unless a term depends on the single sender. */
    ipv4: z.number(),
    ipv6: z.array(z.string()),
    isExact: z.boolean(),
  }),
  /** Records and terms that are there more than once. */
  duplicates: z.array(z.strictObject({ text: z.string(), times: z.number().int() })),
  problems: z.array(z.strictObject({ kind: z.enum(["permanent", "unseen"]), text: z.string() })),
  result: z
    .strictObject({
      ip: z.string(),
      sender: z.string(),
      result: z.enum(["none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"]),
      reason: z.string(),
      /** Terms on the way to the one that decided, the outermost first. */
      way: z.array(z.string()),
      explanation: z.string().nullable(),
      lookups,
    })
    .nullable(),
  /** The resolver that was asked. */
  resolver: z.string(),
});
export type SpfExamination = z.infer<typeof spfExamination>;

const costs = { record: z.string().nullable(), count: lookups, voids };

export const spfProposal = z.strictObject({
  domain: z.string(),
  before: z.strictObject(costs),
  /** Null when no record can be proposed; the refusal says why. */
  after: z
    .strictObject({
      ...costs,
      record: z.string(),
      /** The record as character strings of at most 255 bytes, as a TXT record has them. */
      strings: z.array(z.string()),
      bytes: z.number().int(),
    })
    .nullable(),
  added: z.array(z.string()),
  kept: z.array(z.string()),
  removed: z.array(z.strictObject({ term: z.string(), reason: z.string() })),
  warnings: z.array(z.string()),
  /** Why the record must not be published so; null when it may. */
  refusal: z.string().nullable(),
  /** What each term of the proposed record costs, the dearest first. */
  costs: z.array(z.strictObject({ term: z.string(), lookups })),
  resolver: z.string(),
});
export type SpfProposal = z.infer<typeof spfProposal>;

/** The SPF planner. Its commands ask DNS and change nothing; they end within a minute, and at once when the call is aborted. */
export const spf = {
  /** What there is to plan: the domains that send, the region's include, the addresses that send today. */
  subjects: command.input(z.strictObject(inEngagement)).output(
    z.strictObject({
      domains: z.array(z.string()),
      includes: z.array(z.string()),
      addresses: z.array(z.string()),
    }),
  ),
  /** The tree of a domain's record, by DNS or with records that are not published yet; for an address also what a receiver would say. */
  examine: command
    .input(
      z.strictObject({
        ...inEngagement,
        domain: spfDomain,
        changes: z
          .array(z.strictObject({ domain: spfDomain, record: spfRecord }))
          .max(20)
          .optional(),
        ip: z.union([z.ipv4(), z.ipv6()], "Enter an IP address such as 192.0.2.10.").optional(),
        sender: z.string().trim().max(320).optional(),
      }),
    )
    .output(spfExamination),
  /** The record to publish. Without `add` it adds the region's include. */
  propose: command
    .input(
      z.strictObject({
        ...inEngagement,
        domain: spfDomain,
        /** Terms, or domains whose include is meant. */
        add: z.array(z.string().trim().min(1).max(300)).max(10).optional(),
        /** Whether the vendor's global include and those of other regions go. */
        removeGlobal: z.boolean().optional(),
      }),
    )
    .output(spfProposal),
};
