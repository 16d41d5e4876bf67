import type { CertificateKind } from "./site.ts";
import { fullName, type Site } from "./site.ts";
import type { WebHost } from "./web-server.ts";

/** HTTPS hosts of a site at 127.62.SITE.HOST, and their address records. */
export function placePolicies(
  site: Site,
  number: number,
): { records: string[]; hosts: (Omit<WebHost, "certificate"> & { kind: CertificateKind })[] } {
  const hosts = Object.entries(site.policies ?? {}).map(([short, policy], index) => {
    const { body, certificate: kind = "valid", status = 200, type = "text/plain", location } = policy;
    const address = `127.62.${number}.${index + 1}`;
    return {
      ...{ name: fullName(site, short), address, kind },
      policy: { body, status, type, ...(location ? { location } : {}) },
    };
  });
  return { records: hosts.map(({ name, address }) => `${name}. 300 IN A ${address}`), hosts };
}
