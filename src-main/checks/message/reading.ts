import { isBelow } from "../answers.ts";
import { isSameRegion, isSameVendor } from "../region-hosts.ts";
import {
  type AuthenticationField,
  type AuthenticationResult,
  readAuthentication,
  readSignatures,
  type Signature,
} from "./authentication.ts";
import { domainOfAddress, type HeaderField, readAddress, readFields, valuesOf } from "./headers.ts";
import type { MessagePlan } from "./plan.ts";
import { type Hop, readPath } from "./received.ts";
import { decodeWords } from "./words.ts";

/** The hop at which the vendor's gateway handed the message to somebody else. */
export interface Handover {
  /** The gateway's name as the receiving server wrote it. */
  host: string;
  hop: Hop;
  /** Index in the path. */
  index: number;
  /** "known": of the region; "other": of another region of the vendor; "unclear": a US host where US-B is expected; "unnamed": no confirmed host to compare with, or a name without a region. */
  region: "known" | "other" | "unclear" | "unnamed";
}

/** What a header says, in the terms of the check. All of it is the writers' claim. */
export interface MessageView {
  fields: HeaderField[];
  from: string | null;
  fromDomain: string | null;
  subject: string;
  messageId: string;
  /** Oldest hop first. */
  path: Hop[];
  handover: Handover | null;
  authentication: AuthenticationField[];
  signatures: Signature[];
  /** X-MS-Exchange-ExternalOriginalInternetSender: the address that skip listing took for the sender's. */
  originalSender: string | null;
}

export function readMessage(plan: MessagePlan, header: string): MessageView {
  const fields = readFields(header);
  const from = readAddress(valuesOf(fields, "From")[0]);
  const path = readPath(fields);
  const [original] = valuesOf(fields, "X-MS-Exchange-ExternalOriginalInternetSender");
  return {
    fields,
    from,
    fromDomain: domainOfAddress(from),
    subject: decodeWords(valuesOf(fields, "Subject")[0] ?? ""),
    messageId: valuesOf(fields, "Message-ID")[0] ?? "",
    path,
    handover: findHandover(plan, path),
    authentication: readAuthentication(fields),
    signatures: readSignatures(fields),
    originalSender: /ip=\[([0-9A-Fa-f.:]{3,45})\]/.exec(original ?? "")?.[1]?.toLowerCase() ?? null,
  };
}

export const isVendors = (plan: MessagePlan, host: string | null): host is string =>
  host !== null && (plan.regionHosts.includes(host) || plan.suffixes.some((suffix) => isBelow(host, suffix)));

/** The vendor's name of the server that handed a message over: the receiver's own look-up before the greeting's claim. */
export function vendorNameOf(plan: MessagePlan, hop: Hop): string | null {
  if (isVendors(plan, hop.fromReverse)) return hop.fromReverse;
  return isVendors(plan, hop.from) ? hop.from : null;
}

/** The last hop from a host of the vendor to a host that is not. */
function findHandover(plan: MessagePlan, path: readonly Hop[]): Handover | null {
  for (let index = path.length - 1; index >= 0; index -= 1) {
    const hop = path[index];
    const host = hop && vendorNameOf(plan, hop);
    if (!hop || !host || isVendors(plan, hop.by)) continue;
    return { host, hop, index, region: regionOf(plan, host) };
  }
  return null;
}

/** Delivery hosts are named like `us-smtp-delivery-124` or `us-smtp-1`; hosts of US-B are seen greeting with a `us-` name. */
function regionOf(plan: MessagePlan, host: string): Handover["region"] {
  const isNamed = /^[a-z]{2,6}-smtp-/.test(host);
  if (!isNamed || plan.regionHosts.length === 0) return "unnamed";
  if (plan.regionHosts.some((known) => isSameRegion(known, host))) return "known";
  const isUnclear =
    host.startsWith("us-") && plan.regionHosts.some((known) => known.startsWith("usb-") && isSameVendor(known, host));
  return isUnclear ? "unclear" : "other";
}

export interface ReceiverWord {
  /** Server that judged; the receiving server's own name where the field names none. */
  server: string;
  isThere: boolean;
  of(method: string): AuthenticationResult[];
}

/**
 * What the server that took the message from the gateway says of it. Fields further down were written earlier and by others (RFC 8601 5):
 * those below the next older Received field do not count.
 */
export function readReceiverWord({ path, handover, authentication }: MessageView): ReceiverWord {
  const older = handover && handover.index > 0 ? path[handover.index - 1] : undefined;
  const own = authentication.filter(
    ({ position, name }) => name !== "arc-authentication-results" && position < (older?.position ?? Infinity),
  );
  const judged = own.filter(({ name }) => name !== "received-spf");
  const words = judged.length > 0 ? judged : own;
  const results = (method: string) => words.flatMap((field) => field.results.filter((one) => one.method === method));
  const spf = own.flatMap((field) => field.results.filter(({ method }) => method === "spf"));
  return {
    server: words.find(({ server }) => server !== null)?.server ?? handover?.hop.by ?? "the receiving server",
    isThere: own.some((field) => field.results.length > 0),
    of: (method) => (method === "spf" && results("spf").length === 0 ? spf : results(method)),
  };
}

/** Relaxed alignment without a list of suffixes: the same domain, or one below the other (RFC 9989 4.10.2 asks for the same organizational domain). */
export const isAligned = (one: string, other: string): boolean =>
  one.includes(".") && other.includes(".") && (isBelow(one, other) || isBelow(other, one));
