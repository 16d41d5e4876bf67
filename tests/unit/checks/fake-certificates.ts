import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Authority, type Certificate, createAuthority, createSelfSigned } from "../../lab/certificates.ts";

export interface FakeCertificates {
  /** PEM of the authority that issued them. */
  authority: string;
  /** Keys and certificates, PEM, by the name they were asked for. */
  certificates: Map<string, Certificate>;
}
type SelfSign = (file: string, names: string[]) => Promise<Certificate>;

/** Certificates of an authority made for one test file; nothing of them stays on the disk. */
export async function createCertificates(
  make: (authority: Authority, selfSign: SelfSign) => Promise<Record<string, Certificate>>,
): Promise<FakeCertificates> {
  const folder = await mkdtemp(join(tmpdir(), "fieldbook-certificates-"));
  try {
    const authority = await createAuthority(folder);
    const files = await make(authority, (file, names) => createSelfSigned(folder, file, names));
    const read = Object.entries(files).map(
      async ([name, { key, certificate }]) =>
        [name, { key: await readFile(key, "utf8"), certificate: await readFile(certificate, "utf8") }] as const,
    );
    return { authority: authority.pem, certificates: new Map(await Promise.all(read)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
