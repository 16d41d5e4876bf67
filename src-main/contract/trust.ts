import * as z from "zod";
import { command, nothing } from "./command.ts";
import { fileSource } from "./files.ts";
import { instant, line, sha256 } from "./names.ts";

export const standing = z.enum(["verified", "unverified", "revoked", "expired", "wrong"]);
export type Standing = z.infer<typeof standing>;

/** Who wrote with a device, as far as a certificate says so. */
export const deviceView = z.strictObject({
  device: z.string(),
  name: z.string(),
  role: z.string(),
  standing,
  sentence: z.string(),
  entries: z.number().int(),
});
export type DeviceView = z.infer<typeof deviceView>;

export const trustView = z.strictObject({
  device: z.strictObject({ fingerprint: sha256, recipient: z.string() }),
  certificate: deviceView.omit({ entries: true }).extend({ issued: instant, expires: instant }),
  /** Office keys whose certificates are believed. */
  offices: z.array(z.strictObject({ key: sha256, name: z.string() })),
  revocations: z.strictObject({ at: instant, devices: z.number().int() }).nullable(),
});
export type TrustView = z.infer<typeof trustView>;

export const trust = {
  view: command.input(nothing).output(trustView),
  /** Believes an office key; the person has compared it with the office by another way. */
  addOffice: command.input(z.strictObject({ key: sha256, name: line })).output(trustView),
  removeOffice: command.input(z.strictObject({ key: sha256 })).output(trustView),
  /** Takes in a certificate for this device or a revocation list, as the office sent it. */
  importFile: command.input(z.strictObject({ source: fileSource })).output(trustView),
};
