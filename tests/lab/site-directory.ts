import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Authority } from "./certificates.ts";
import { startDirectory } from "./directory-server.ts";
import type { Daemon } from "./processes.ts";
import { startScriptedDirectory } from "./scripted-directory.ts";
import { domainOf, type Site } from "./site.ts";
import { makeCertificate } from "./site-hosts.ts";

export interface PlacedDirectory {
  controllers: string[];
  rootDn: string;
  bindDn: string;
  /** Address records of the controllers, for the customer's zone. */
  records: string[];
  daemons: Daemon[];
}

const suite = fileURLToPath(new URL("../../../shared/suites/ldap/", import.meta.url));

/** Why a site's directory cannot be loaded here, or null. */
export const findDirectoryObstacle = ({ directory }: Site): string | null =>
  directory?.server === "slapd" && directory.suite && !existsSync(suite) ? "../shared/suites/ldap is not there" : null;

/** A site's directory, on both controllers' addresses 127.63.SITE.1 and .2. Without a declared one, nothing listens there. */
export async function placeDirectory(
  site: Site,
  number: number,
  {
    folder,
    authority,
    ports,
    password,
  }: {
    folder: string;
    authority: Authority;
    ports: { ldap: number; ldaps: number };
    password: string;
  },
): Promise<PlacedDirectory> {
  const { directory } = site;
  const domain = domainOf(site);
  const controllers = [`dc1.${domain}`, `dc2.${domain}`];
  const addresses = [`127.63.${number}.1`, `127.63.${number}.2`];
  const usual = `dc=${domain.split(".").join(",dc=")}`;
  const rootDn = directory?.server === "slapd" ? (directory.suite?.rootDn ?? usual) : usual;
  const bindDn = `cn=reader,${rootDn}`;
  const records = addresses.map((address, index) => `dc${index + 1} 300 IN A ${address}`);
  const placed = { controllers, rootDn, bindDn, records };
  if (!directory || findDirectoryObstacle(site) !== null) return { ...placed, daemons: [] };
  const kind = directory.server === "slapd" ? directory.certificate : "valid";
  const certificate = await makeCertificate(folder, authority, `directory-${domain}`, controllers, kind);
  if (directory.server === "scripted") {
    const servers = addresses.map((address) =>
      startScriptedDirectory(address, ports.ldaps, certificate, directory.refusal),
    );
    return { ...placed, daemons: await Promise.all(servers) };
  }
  const own = join(folder, `directory-${domain}`);
  mkdirSync(own);
  const { rules, entries, schema = [], suite: loaded } = directory;
  const server = await startDirectory({
    ...{ folder: own, addresses, ldapPort: ports.ldap, ldapsPort: ports.ldaps, rootDn, bindDn, password, domain },
    ...{ certificate, authorityFile: join(folder, "ca.pem"), schema: loaded ? readSchema(loaded.schema) : schema },
    ...(rules ? { rules } : {}),
    ...(loaded ? { entries: loaded.files.map(readSuite).join("\n\n") } : entries === undefined ? {} : { entries }),
  });
  return { ...placed, daemons: [server] };
}

const readSuite = (file: string): string => readFileSync(join(suite, file), "utf8").trim();

/** The suite's schema is LDIF for cn=config; slapd.conf takes the same definitions in lines of its own. */
function readSchema(file: string): string[] {
  const lines = readSuite(file)
    .replaceAll(/\r?\n /g, " ")
    .split("\n");
  return lines.flatMap((line) => {
    const [, kind = "", definition = ""] = /^olc(attributetype|objectclass)(?:e?s)?:\s*(.*)$/i.exec(line.trim()) ?? [];
    // Lines of LDIF are folded with one blank; definitions here quote syntaxes, which slapd.conf takes without quotes.
    return definition === "" ? [] : [`${kind.toLowerCase()} ${definition.replace(/SYNTAX '([\d.]+)'/g, "SYNTAX $1")}`];
  });
}
