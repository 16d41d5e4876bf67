import * as z from "zod";

const base64 = z
  .string()
  .max(90_000)
  .regex(/^[A-Za-z0-9+/]*={0,2}$/);

/** One certificate of the chain the server sent, as read by the TLS library, with its bytes. */
const certificateFacts = z.strictObject({
  subject: z.string().max(4_000),
  issuer: z.string().max(4_000),
  /** DNS names of the subject alternative name extension; the common name when there is none. */
  names: z.array(z.string().max(300)).max(500),
  validFrom: z.string().max(40),
  validTo: z.string().max(40),
  fingerprint256: z.string().max(120),
  der: base64,
});
export type CertificateFacts = z.infer<typeof certificateFacts>;

/** What a TLS handshake showed. */
export const tlsFacts = z.strictObject({
  protocol: z.string().max(40),
  cipher: z.string().max(120),
  /** Whether the chain leads to a public authority or to one of the settings; never says anything about the name. */
  trusted: z.boolean(),
  /** Why not, in OpenSSL's word such as DEPTH_ZERO_SELF_SIGNED_CERT; null when trusted. */
  distrust: z.string().max(120).nullable(),
  /** True when trust comes from a certificate added in the settings, which other senders do not have. */
  trustedBySettings: z.boolean(),
  chain: z.array(certificateFacts).max(10),
});
export type TlsFacts = z.infer<typeof tlsFacts>;
