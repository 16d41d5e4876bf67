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
  const server = startDaemon("/usr/sbin/slapd", ["-d", "0", "-f", configuration, "-h", urls.join(" ")]);
  const endpoints = options.addresses.flatMap((address) =>
    [options.ldapPort, options.ldapsPort].map((port) => ({ address, port })),
  );
  await waitForPorts(server, "slapd", endpoints);
  return server;
}

const describeDirectory = (options: DirectoryOptions, folder: string): string => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
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
access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none
`;

function describeEntries({ rootDn, bindDn, password, domain }: DirectoryOptions): string {
  const person = (name: string, mail: boolean) =>
    [
      `dn: cn=${name},ou=people,${rootDn}`,
      "objectClass: inetOrgPerson",
      `cn: ${name}`,
      `sn: ${name.split(" ")[1]}`,
      ...(mail ? [`mail: ${name.toLowerCase().replace(" ", ".")}@${domain}`] : []),
    ].join("\n");
  const entries = [
    `dn: ${rootDn}\nobjectClass: dcObject\nobjectClass: organization\ndc: ${domain.split(".")[0]}\no: ${domain}`,
    `dn: ou=people,${rootDn}\nobjectClass: organizationalUnit\nou: people`,
    `dn: ${bindDn}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: ${bindDn.slice(3).split(",")[0]}\nuserPassword: ${password}`,
    ...people.map((name) => person(name, true)),
    person("Print Server", false),
  ];
  return `${entries.join("\n\n")}\n`;
}
