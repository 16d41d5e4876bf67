import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Certificate } from "./certificates.ts";
import { type Daemon, run, startDaemon, waitForPorts } from "./processes.ts";

export interface DirectoryOptions {
  folder: string;
  addresses: string[];
  ldapPort: number;
  ldapsPort: number;
  rootDn: string;
  bindDn: string;
  password: string;
  domain: string;
  certificate: Certificate;
  authorityFile: string;
  /** Entries below the root DN as LDIF, beside the bind user; five people with addresses and one without when absent. */
  entries?: string;
  /** Lines of slapd.conf before the database: schema. */
  schema?: string[];
  /** Lines of slapd.conf inside the database: limits, security, rights; the last match of rights wins over the usual ones. */
  rules?: string[];
  /** Network namespace to run in. */
  namespace?: string;
}

const people = ["Ada Byron", "Grace Murray", "Radia Joy", "Karen Jones", "Lynn Ann"];

/** slapd with LDAP and LDAPS, five people with addresses and one without, and a bind user. Anonymous reading is refused. */
export async function startDirectory(options: DirectoryOptions): Promise<Daemon> {
  const folder = join(options.folder, "slapd");
  await mkdir(join(folder, "data"), { recursive: true });
  const configuration = join(folder, "slapd.conf");
  await writeFile(configuration, describeDirectory(options, folder));
  await writeFile(join(folder, "entries.ldif"), describeEntries(options));
  await run("/usr/sbin/slapadd", ["-f", configuration, "-l", join(folder, "entries.ldif")]);
  const urls = options.addresses.flatMap((address) => [
    `ldap://${address}:${options.ldapPort}`,
    `ldaps://${address}:${options.ldapsPort}`,
  ]);
  const server = startDaemon("/usr/sbin/slapd", ["-d", "0", "-f", configuration, "-h", urls.join(" ")], {
    namespace: options.namespace,
  });
  const endpoints = options.addresses.flatMap((address) =>
    [options.ldapPort, options.ldapsPort].map((port) => ({ address, port })),
  );
  await waitForPorts(server, "slapd", endpoints, options.namespace);
  return server;
}

/** Object class and attributes of Active Directory that a search of users looks at (Microsoft's schema, shortened). */
export const activeDirectorySchema = [
  "attributetype ( 1.2.840.113556.1.4.221 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )",
  "objectclass ( 1.2.840.113556.1.5.9 NAME 'user' SUP inetOrgPerson STRUCTURAL MAY sAMAccountName )",
];

const describeDirectory = (options: DirectoryOptions, folder: string): string => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
${(options.schema ?? []).join("\n")}
pidfile ${folder}/slapd.pid
argsfile ${folder}/slapd.args
TLSCACertificateFile ${options.authorityFile}
TLSCertificateFile ${options.certificate.certificate}
TLSCertificateKeyFile ${options.certificate.key}
database mdb
maxsize 16777216
suffix "${options.rootDn}"
directory ${folder}/data
index mail pres,eq
${(options.rules ?? []).join("\n")}
access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none
`;

/** One person as LDIF. */
export const describePerson = (
  name: string,
  unit: string,
  domain: string | null,
  objectClass = "inetOrgPerson",
): string =>
  [
    `dn: cn=${name},${unit}`,
    `objectClass: ${objectClass}`,
    `cn: ${name}`,
    `sn: ${name.split(" ").at(-1)}`,
    ...(domain === null ? [] : [`mail: ${name.toLowerCase().replaceAll(" ", ".")}@${domain}`]),
  ].join("\n");

function describeEntries({ rootDn, bindDn, password, domain, entries }: DirectoryOptions): string {
  const unit = `ou=people,${rootDn}`;
  const usual = [
    `dn: ${unit}\nobjectClass: organizationalUnit\nou: people`,
    ...people.map((name) => describePerson(name, unit, domain)),
    describePerson("Print Server", unit, null),
  ];
  const all = [
    `dn: ${rootDn}\nobjectClass: dcObject\nobjectClass: organization\ndc: ${rootDn.slice(3).split(",")[0]}\no: ${domain}`,
    `dn: ${bindDn}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: ${bindDn.slice(3).split(",")[0]}\nuserPassword: ${password}`,
    ...(entries === undefined ? usual : [entries]),
  ];
  return `${all.join("\n\n")}\n`;
}
