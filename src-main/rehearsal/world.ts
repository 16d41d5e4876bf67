import type { RehearsalState } from "../contract/rehearsal.ts";
import type { DirectoryContents } from "./directory-server.ts";
import type { Zone, ZoneRecord } from "./name-server.ts";

/** Password of the bind user and of the log-on to the gateway. It guards nothing and is shown on the page. */
export const rehearsalPassword = "rehearsal";

/** The customer of every rehearsal. Names and addresses are those reserved for documentation (RFC 2606, RFC 5737). */
export const customer = {
  domain: "rehearsal.example",
  mailHost: "mail.rehearsal.example",
  oldMx: "filter.old-gateway.example",
  outboundAddress: "192.0.2.10",
  outboundHost: "out.rehearsal.example",
  nameServer: "ns1.rehearsal.example",
  recipient: "ada@rehearsal.example",
  controllers: ["dc1.rehearsal.example", "dc2.rehearsal.example"],
  selector: "gateway",
  rootDn: "DC=rehearsal,DC=example",
  bindDn: "CN=svc-mail,OU=Service,DC=rehearsal,DC=example",
} as const;

/** The vendor's names in the region that is rehearsed. All of them lead to this machine. */
export interface VendorNames {
  mxHosts: readonly string[];
  smartHosts: readonly string[];
  journalHosts: readonly string[];
  spfInclude: string;
  /** Hosts of API and console. */
  webHosts: readonly string[];
}

const old = { ttl: 1_800 } as const;
const here = "127.0.0.1";

/** The zones of the moment. `signingKey` is the vendor's public DKIM key, DER in base64. */
export function describeZone({ mx, spf, policy }: RehearsalState, vendor: VendorNames, signingKey: string): Zone {
  const { domain, mailHost, oldMx, outboundAddress, outboundHost, nameServer, controllers, selector } = customer;
  const address = (name: string): [string, ZoneRecord[]] => [name, [{ type: "A", ttl: 300, data: here }]];
  const text = (name: string, data: string): [string, ZoneRecord[]] => [name, [{ type: "TXT", ttl: 3_600, data }]];
  const exchanges = [...(mx === "new" ? [] : [oldMx]), ...(mx === "old" ? [] : vendor.mxHosts)];
  const loopbackHosts = [
    ...[mailHost, oldMx, nameServer, `mta-sts.${domain}`, ...controllers],
    ...[...vendor.mxHosts, ...vendor.smartHosts, ...vendor.journalHosts, ...vendor.webHosts],
  ];
  return new Map([
    ...loopbackHosts.map(address),
    [
      domain,
      [
        { type: "NS", ttl: 3_600, data: nameServer },
        { type: "TXT", ttl: 3_600, data: describeSpf(spf, vendor) },
        ...exchanges.map((exchange): ZoneRecord => ({ type: "MX", ...old, preference: 10, exchange })),
      ],
    ],
    text(vendor.spfInclude, "v=spf1 ip4:198.51.100.0/24 ~all"),
    text(`_dmarc.${domain}`, `v=DMARC1; p=none; np=none; rua=mailto:dmarc@${domain}`),
    text(`${selector}._domainkey.${domain}`, `v=DKIM1; k=rsa; p=${signingKey}`),
    text(`_smtp._tls.${domain}`, `v=TLSRPTv1; rua=mailto:tls@${domain}`),
    ...(policy === "none" ? [] : [text(`_mta-sts.${domain}`, `v=STSv1; id=${policyIds[policy]}`)]),
    [outboundHost, [{ type: "A", ttl: 3_600, data: outboundAddress }]],
    [
      `${outboundAddress.split(".").reverse().join(".")}.in-addr.arpa`,
      [{ type: "PTR", ttl: 3_600, data: outboundHost }],
    ],
  ] as [string, ZoneRecord[]][]);
}

const describeSpf = (namesVendor: boolean, { spfInclude }: VendorNames): string =>
  `v=spf1 ip4:${customer.outboundAddress}${namesVendor ? ` include:${spfInclude}` : ""} ~all`;

const policyIds: Record<Exclude<RehearsalState["policy"], "none">, string> = {
  testing: "20261101T000000",
  "enforce-old": "20261102T000000",
  "enforce-new": "20261103T000000",
};

/** The MTA-STS policy file of the moment (RFC 8461 3.2); null when there is none. */
export function describePolicy({ policy }: RehearsalState, { mxHosts }: VendorNames): string | null {
  if (policy === "none") return null;
  const mode = policy === "testing" ? "testing" : "enforce";
  const hosts = policy === "enforce-old" ? [customer.oldMx] : [customer.oldMx, ...mxHosts];
  const lines = ["version: STSv1", `mode: ${mode}`, ...hosts.map((host) => `mx: ${host}`), "max_age: 604800"];
  return `${lines.join("\r\n")}\r\n`;
}

const people = ["Ada Byron", "Grace Murray", "Radia Joy", "Karen Jones", "Lynn Ann"];

/** Five people with an address and a printer without one. */
export function describeDirectory(password: string): DirectoryContents {
  const { rootDn, bindDn, domain } = customer;
  const entry = (name: string, mail: string | null): Record<string, string> => ({
    dn: `CN=${name},OU=People,${rootDn}`,
    objectclass: "user",
    cn: name,
    ...(mail === null ? {} : { mail }),
  });
  const entries = [
    ...people.map((name) => entry(name, `${name.split(" ")[0]?.toLowerCase()}@${domain}`)),
    entry("Print Server", null),
  ];
  return { rootDn, bindDn, password, entries };
}
