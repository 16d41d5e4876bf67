import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CheckContext } from "../../src-main/checks/types.ts";
import { loopbackNetwork } from "../support/settings.ts";
import { answerForm } from "./answers.ts";
import { type Authority, createAuthority } from "./certificates.ts";
import { findLabObstacle } from "./lab.ts";
import { type Listener, startMailServer } from "./mail-server.ts";
import { describeZone, nameServerAddress, startNameServer, type Zone } from "./name-server.ts";
import { type Daemon, findFreePorts, run } from "./processes.ts";
import { startResolver } from "./resolver.ts";
import { startSecondNameServer } from "./second-name-server.ts";
import { type Expectation, healthyRegion, healthyZone, type Site, vendor, vendorZone } from "./site.ts";
import { type PlacedDirectory, placeDirectory } from "./site-directory.ts";
import {
  describeZones,
  listListeners,
  makeCertificate,
  type PlacedHost,
  placeHosts,
  startScripted,
} from "./site-hosts.ts";
import { placePolicies } from "./site-policies.ts";
import { startWebServer } from "./web-server.ts";

/** The servers of many sites at once: one bind9, nsd, unbound, Postfix and nginx for all, slapd and scripts for those that want them. */
export interface SiteLab {
  /** What a check of a site plans from. */
  contextOf(site: Site, expectation: Expectation): CheckContext;
  /** Password of every directory's bind user. */
  password: string;
  /** Mail hosts that are real servers, for a second opinion. */
  listeners: Listener[];
  smtpPort: number;
  stop(): Promise<void>;
}

interface Ports {
  dns: number;
  resolver: number;
  smtp: number;
  submission: number;
  https: number;
  ldap: number;
  ldaps: number;
}
/** What the start of each server needs. */
interface Stage {
  folder: string;
  authority: Authority;
  ports: Ports;
  daemons: Daemon[];
  password: string;
}
interface PlacedSite {
  site: Site;
  hosts: PlacedHost[];
  zones: Zone[];
  directory: PlacedDirectory;
  policies: ReturnType<typeof placePolicies>["hosts"];
}

/** Why the sites cannot be started here, or null. */
export const findSiteLabObstacle = (): string | null =>
  findLabObstacle({
    "bind9-utils": "/usr/bin/dnssec-signzone",
    "bind9-dnsutils": "/usr/bin/dig",
    nsd: "/usr/sbin/nsd",
    unbound: "/usr/sbin/unbound",
    "nginx-light": "/usr/sbin/nginx",
    swaks: "/usr/bin/swaks",
  });

const secondAddress = "127.60.0.2";
const resolverAddress = "127.60.0.3";
/** An address where nothing listens. */
const nowhere = "127.60.0.4";
const vendorHosts = [...vendor.mx, ...vendor.smart, ...vendor.journal, ...vendor.otherRegion];
const vendorAddress = (host: string): string => `127.60.1.${vendorHosts.indexOf(host) + 1}`;

/** Starts everything the sites need. */
export async function startSiteLab(sites: readonly Site[]): Promise<SiteLab> {
  const obstacle = findSiteLabObstacle();
  if (obstacle !== null) throw new Error(`The lab cannot start: ${obstacle}.`);
  const folder = await mkdtemp(join(tmpdir(), "fieldbook-sites-"));
  const daemons: Daemon[] = [];
  const stop = async () => {
    await Promise.all(daemons.map((daemon) => daemon.stop()));
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    // The mail server's own user has to pass through.
    await chmod(folder, 0o755);
    return await startServers({ folder, daemons, sites, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startServers(options: {
  folder: string;
  daemons: Daemon[];
  sites: readonly Site[];
  stop: SiteLab["stop"];
}): Promise<SiteLab> {
  const { folder, daemons, sites, stop } = options;
  const [dns = 0, resolver = 0, smtp = 0, submission = 0, https = 0, ldap = 0, ldaps = 0] = await findFreePorts(7);
  const ports: Ports = { dns, resolver, smtp, submission, https, ldap, ldaps };
  const authority = await createAuthority(folder);
  const password = `Lab-${randomBytes(9).toString("base64url")}`;
  const stage: Stage = { folder, authority, ports, daemons, password };
  const placed: PlacedSite[] = [];
  for (const [index, site] of sites.entries()) placed.push(await placeSite(site, index + 1, stage));
  const [, listeners] = await Promise.all([
    startNames(placed, stage),
    startMail(placed, stage),
    startWeb(placed, stage),
  ]);
  const bySite = new Map(placed.map((one) => [one.site, one]));
  const contextOf = (site: Site, expectation: Expectation) => {
    const one = bySite.get(site);
    if (!one) throw new Error(`The site ${site.name} was not started.`);
    return describeContext(one, expectation, ports, authority.pem);
  };
  return { contextOf, password, listeners, smtpPort: smtp, stop };
}

async function placeSite(site: Site, number: number, stage: Stage): Promise<PlacedSite> {
  const { folder, authority, ports, daemons, password } = stage;
  const hosts = await placeHosts(site, number, folder, authority);
  const zones = await describeZones(site, site.records ?? healthyZone, hosts);
  const directory = await placeDirectory(site, number, { folder, authority, ports, password });
  daemons.push(...directory.daemons);
  const policies = placePolicies(site, number);
  zones[0]?.records.push(...directory.records, ...policies.records);
  return { site, hosts, zones, directory, policies: policies.hosts };
}

/** Name servers and resolver. Sites with an earlier state are asked for it once, so that the resolver keeps it, before they change. */
async function startNames(placed: PlacedSite[], { folder, ports, daemons }: Stage): Promise<void> {
  const zones = placed.flatMap(({ site, zones: [customer, ...others] }) => {
    const servers: [string, string] | undefined = site.second === "down" ? [nameServerAddress, nowhere] : undefined;
    return customer ? [{ ...customer, servers }, ...others] : others;
  });
  const changing = placed.filter(({ site }) => site.earlier);
  const first = await Promise.all(
    changing.map(({ site, hosts }) => describeZones(site, site.earlier ?? [], hosts).then(([zone]) => zone)),
  );
  const before = new Map(first.flatMap((zone) => (zone ? [[zone.name, zone]] : [])));
  const servers: [string, string] = [nameServerAddress, secondAddress];
  const all = [vendorZone(vendorAddress), ...zones];
  const names = await startNameServer({
    ...{ folder, servers, isRootSigned: true, port: ports.dns },
    zones: all.map((zone) => before.get(zone.name) ?? zone),
  });
  daemons.push(names);
  const resolver = await startResolver({
    ...{ folder, address: resolverAddress, port: ports.resolver, anchor: names.anchor },
    authority: { address: nameServerAddress, port: ports.dns },
    zones: all.map(({ name }) => name),
  });
  daemons.push(resolver);
  for (const zone of zones.filter(({ name }) => before.has(name))) {
    await run("dig", [`@${resolverAddress}`, "-p", `${ports.resolver}`, zone.name, "MX", zone.name, "TXT"]);
    await names.publish(zone, 2);
  }
  await startSecond(placed, names.files, { folder, ports, daemons });
}

/** The second name server, with the zones in which it lags behind and without those it does not carry. */
async function startSecond(
  placed: PlacedSite[],
  published: Map<string, string>,
  { folder, ports, daemons }: Pick<Stage, "folder" | "ports" | "daemons">,
): Promise<void> {
  const files = new Map(published);
  files.delete(".");
  await mkdir(join(folder, "second"));
  for (const { site, zones, hosts } of placed) {
    const name = zones[0]?.name ?? "";
    if (site.second === "refuses" || site.second === "down") files.delete(name);
    if (!Array.isArray(site.second)) continue;
    const [zone] = await describeZones(site, site.second, hosts);
    const file = join(folder, "second", `${name}.zone`);
    if (zone) await writeFile(file, describeZone(zone, [nameServerAddress, secondAddress]));
    files.set(name, file);
  }
  daemons.push(await startSecondNameServer({ folder, address: secondAddress, port: ports.dns, files }));
}

async function startMail(placed: PlacedSite[], { folder, authority, ports, daemons }: Stage): Promise<Listener[]> {
  const certificate = await makeCertificate(folder, authority, "vendor", vendorHosts);
  const hosts = placed.flatMap((one) => one.hosts);
  // The service knows the recipients of its customers.
  const settings = ["local_recipient_maps = inline:{ada=1}"];
  const vendors = vendorHosts.map((name) => ({ name, certificate, settings, address: vendorAddress(name) }));
  const submission = vendors
    .filter(({ name }) => vendor.smart.includes(name))
    .map((one) => ({ ...one, port: ports.submission }));
  const listeners = [...vendors, ...submission, ...(await listListeners(hosts, daemons))];
  const domains = placed.flatMap(({ zones }) => zones.map(({ name }) => name));
  daemons.push(await startMailServer(folder, ports.smtp, domains, listeners));
  daemons.push(...(await startScripted(hosts, ports)));
  return listeners;
}

async function startWeb(placed: PlacedSite[], { folder, authority, ports, daemons }: Stage): Promise<void> {
  const hosts = await Promise.all(
    placed.flatMap(({ policies }) =>
      policies.map(async ({ kind, ...host }) => ({
        ...host,
        certificate: await makeCertificate(folder, authority, `web-${host.name}`, [host.name], kind),
      })),
    ),
  );
  if (hosts.length > 0) daemons.push(await startWebServer(folder, ports.https, hosts));
}

function describeContext(
  placed: PlacedSite,
  expectation: Expectation,
  ports: Ports,
  authorities: string,
): CheckContext {
  const { site, directory } = placed;
  const domain = placed.zones[0]?.name ?? "";
  const usual = answerForm({
    ...{ domain, inbound: `mail.${domain}`, smtpPort: ports.smtp, ldapsPort: ports.ldaps },
    ...{ controllers: directory.controllers, rootDn: directory.rootDn, bindDn: directory.bindDn },
  });
  const given = [site.answers, expectation.answers];
  const fields = Object.assign({}, usual.fields, ...given.map((one) => one?.fields));
  if (fields["recipients.ldapEncryption"] === "none") fields["recipients.ldapPort"] = ports.ldap;
  return {
    services: site.services ?? ["email-security"],
    family: site.family ?? "postfix",
    platform: site.platform ?? "postfix",
    answers: {
      fields,
      rows: Object.assign({}, usual.rows, ...given.map((one) => one?.rows)),
    },
    region: { ...healthyRegion, ...site.region },
    network: {
      ...loopbackNetwork,
      resolver: site.isResolverBlind ? `${nameServerAddress}:${ports.dns}` : `${resolverAddress}:${ports.resolver}`,
      authoritativePort: ports.dns,
      smtpPort: ports.smtp,
      submissionPort: ports.submission,
      httpsPort: ports.https,
      ehloName: "fieldbook.elsewhere.example",
      dnsTimeout: 2_000,
      connectTimeout: 3_000,
      greetingTimeout: 20_000,
      replyTimeout: 5_000,
      ldapTimeout: 3_000,
      extraAuthorities: authorities,
      ...site.network,
    },
  };
}
