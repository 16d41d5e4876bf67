import * as z from "zod";
import { command, nothing } from "./command.ts";
import { regionId } from "./names.ts";

const milliseconds = (least: number, most: number) => z.number().int().min(least).max(most);
const hostAndPort = z
  .string()
  .trim()
  .regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]{1,253})(:\d{1,5})?$/, "Enter a host and port such as 192.0.2.53:53.");

/** How checks reach the network. Tests and rehearsals point every part of it at loopback. */
export const networkSettings = z.strictObject({
  /** Recursive resolver as host:port; null uses the operating system's. */
  resolver: hostAndPort.nullable(),
  /** Public resolvers asked beside it, for the same questions: what the rest of the world sees. */
  comparisonResolvers: z.array(hostAndPort).max(6),
  /** Resolver asked by DNS over HTTPS (RFC 8484), for networks that answer for other name servers; null for none. */
  dohResolver: z
    .url({ protocol: /^https$/ })
    .max(300)
    .nullable(),
  /** Whether the program looks at the network when it starts. */
  selfTest: z.enum(["at-start", "on-demand"]),
  /** Address that answers plain HTTP with 204 and nothing else, by which a captive portal is found; null when it is not to be asked. */
  selfTestPortal: z
    .url({ protocol: /^http$/ })
    .max(300)
    .nullable(),
  /** Address at which no name server can be, by which interception of port 53 is found. */
  selfTestUnused: hostAndPort,
  /** Port on which authoritative name servers are asked. */
  authoritativePort: z.number().int().min(1).max(65_535),
  smtpPort: z.number().int().min(1).max(65_535),
  submissionPort: z.number().int().min(1).max(65_535),
  httpsPort: z.number().int().min(1).max(65_535),
  /** Name this machine gives in EHLO. */
  ehloName: z.string().trim().min(1).max(253),
  dnsTimeout: milliseconds(100, 60_000),
  connectTimeout: milliseconds(100, 300_000),
  /** Patience for an SMTP greeting: delays of 15 s are normal (postscreen), RFC 5321 4.5.3.2.1 allows 5 minutes. */
  greetingTimeout: milliseconds(1_000, 600_000),
  replyTimeout: milliseconds(1_000, 600_000),
  /** Least wait before a greylisted conversation is tried again; the vendor and most greylisting servers want a minute. */
  greylistWait: milliseconds(0, 600_000),
  ldapTimeout: milliseconds(100, 300_000),
  /** PEM certificates trusted besides the well-known authorities, such as the customer's own. */
  extraAuthorities: z.string().max(200_000),
});
export type NetworkSettings = z.infer<typeof networkSettings>;

export const person = z.strictObject({
  name: z.string().trim().max(300),
  email: z.union([z.literal(""), z.email().max(254)]),
  organisation: z.string().trim().max(300),
  role: z.string().trim().max(300),
});
export type Person = z.infer<typeof person>;

export const settingsDocument = z.strictObject({ version: z.literal(1), person, network: networkSettings });
export type SettingsDocument = z.infer<typeof settingsDocument>;

export const defaultSettings: SettingsDocument = {
  version: 1,
  person: { name: "", email: "", organisation: "", role: "" },
  network: {
    resolver: null,
    comparisonResolvers: ["1.1.1.1", "9.9.9.9"],
    dohResolver: null,
    selfTest: "at-start",
    // Made for this question and asked by every Android device that joins a network.
    selfTestPortal: "http://connectivitycheck.gstatic.com/generate_204",
    // TEST-NET-1, for documentation only (RFC 5737): routed nowhere.
    selfTestUnused: "192.0.2.53:53",
    authoritativePort: 53,
    smtpPort: 25,
    submissionPort: 587,
    httpsPort: 443,
    ehloName: "fieldbook.invalid",
    dnsTimeout: 5_000,
    connectTimeout: 30_000,
    greetingTimeout: 60_000,
    replyTimeout: 30_000,
    greylistWait: 61_000,
    ldapTimeout: 10_000,
    extraAuthorities: "",
  },
};

export const settingsView = z.strictObject({
  person,
  network: networkSettings,
  device: z.strictObject({ fingerprint: z.string(), protection: z.string() }),
  storage: z.strictObject({ folder: z.string(), engagements: z.number().int() }),
  playbook: z.strictObject({
    title: z.string(),
    asOf: z.string(),
    steps: z.number().int(),
    tasks: z.number().int(),
    regions: z.array(z.strictObject({ region: regionId, title: z.string(), accountPrefix: z.string().nullable() })),
  }),
  versions: z.strictObject({ program: z.string(), node: z.string(), sqlite: z.string() }),
});
export type SettingsView = z.infer<typeof settingsView>;

export const settings = {
  get: command.input(nothing).output(settingsView),
  update: command
    .input(z.strictObject({ person: person.optional(), network: networkSettings.partial().optional() }))
    .output(settingsView),
};
