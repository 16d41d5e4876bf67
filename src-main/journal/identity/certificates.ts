import * as z from "zod";
import type { DeviceKey } from "../device-key.ts";
import { claimedTime, issueStatement, publicKey, readStatement } from "./signed.ts";

const certificate = z.strictObject({
  v: z.literal(1),
  kind: z.literal("device-certificate"),
  device: publicKey,
  user: z.strictObject({
    name: z.string().min(1).max(300),
    email: z.string().max(300).optional(),
    organisation: z.string().max(300).optional(),
  }),
  role: z.string().max(100),
  /** Public key of the office; the device's own in a certificate that it made itself. */
  issuer: publicKey,
  issued: claimedTime,
  expires: claimedTime,
});

/** Says who a device belongs to. */
export type Certificate = z.infer<typeof certificate>;

const revocations = z.strictObject({
  v: z.literal(1),
  kind: z.literal("revocation-list"),
  issuer: publicKey,
  time: claimedTime,
  revoked: z.array(z.strictObject({ device: publicKey, time: claimedTime, reason: z.string().max(1_000) })).max(1_000),
});

/** Devices that are lost or no longer trusted. A newer list of the same office replaces an older one. */
export type Revocations = z.infer<typeof revocations>;

export function issueCertificate(body: Omit<Certificate, "v" | "kind" | "issuer">, issuer: DeviceKey): Uint8Array {
  return issueStatement({ v: 1, kind: "device-certificate", ...body, issuer: issuer.publicKey }, issuer);
}

export const readCertificate = (bytes: Uint8Array): Certificate | undefined => readStatement(bytes, certificate);

export function issueRevocations(body: Pick<Revocations, "time" | "revoked">, issuer: DeviceKey): Uint8Array {
  return issueStatement({ v: 1, kind: "revocation-list", ...body, issuer: issuer.publicKey }, issuer);
}

export const readRevocations = (bytes: Uint8Array): Revocations | undefined => readStatement(bytes, revocations);

/** How far a device is known, from best to worst. */
export interface Identified {
  state: "verified" | "unverified" | "expired" | "wrong" | "revoked";
  sentence: string;
  certificate: Certificate | undefined;
}

export interface Judging {
  /** Public keys of the offices that are believed. */
  trusted: readonly string[];
  /** The moment that counts, ISO 8601. */
  at: string;
  /** Lists of believed offices. */
  revocations: readonly Revocations[];
}

const order: Identified["state"][] = ["verified", "expired", "unverified", "wrong"];

function judge(certificate: Certificate, device: string, { trusted, at }: Judging): Identified {
  const { user, issuer, expires } = certificate;
  const say = (state: Identified["state"], sentence: string): Identified => ({ state, sentence, certificate });
  if (certificate.device !== device) return say("wrong", "The certificate belongs to another device.");
  if (!trusted.includes(issuer)) {
    const isSelfMade = issuer === device;
    return say(
      "unverified",
      isSelfMade
        ? "Unverified: the name was typed on the device itself."
        : "Unverified: issued by an office that is not known here.",
    );
  }
  const moment = Date.parse(at);
  if (moment > Date.parse(expires))
    return say("expired", `The office vouched for ${user.name} until ${expires.slice(0, 10)}.`);
  return say("verified", `The office vouches for ${user.name}.`);
}

/**
 * Judges a device by the certificates its streams name (bytes from the file: hostile) and the offices' revocation lists.
 * The best certificate counts; a revocation counts more than any.
 */
export function identifyDevice(device: string, certificates: readonly Uint8Array[], judging: Judging): Identified {
  const read = certificates.map(readCertificate);
  const judged = read.flatMap((certificate) => (certificate ? [judge(certificate, device, judging)] : []));
  const [best] = judged.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const revoked = judging.revocations.flatMap((list) => list.revoked).find((item) => item.device === device);
  if (revoked) {
    const sentence = `Revoked by the office on ${revoked.time.slice(0, 10)}: ${revoked.reason}`;
    return { state: "revoked", sentence, certificate: best?.certificate };
  }
  if (best) return best;
  const isBroken = certificates.length > 0;
  return {
    state: isBroken ? "wrong" : "unverified",
    sentence: isBroken
      ? "The certificate in the file is not a valid one."
      : "Unverified: the device shows no certificate.",
    certificate: undefined,
  };
}
