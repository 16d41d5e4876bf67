import { createHash, generateKeyPairSync, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type FakeSmtp, startFakeSmtp } from "../unit/checks/fake-smtp.ts";
import { type Authority, type Certificate, createSelfSigned } from "./certificates.ts";
import { startGreylisting } from "./greylisting.ts";
import type { Listener } from "./mail-server.ts";
import type { Zone } from "./name-server.ts";
import type { Daemon } from "./processes.ts";
import { type CertificateKind, domainOf, fullName, type MailHost, type Site } from "./site.ts";

/** A host of a site with the address and the certificate it got. */
export interface PlacedHost {
  name: string;
  address: string;
  host: MailHost;
  certificate: Certificate | null;
}

/** Days a certificate of a kind is valid for. */
const lifetimes: Partial<Record<CertificateKind, number>> = { expired: -1, expiring: 12 };

/** A certificate for names, by the lab's authority or by nobody. `file` is unique. */
export function makeCertificate(
  folder: string,
  authority: Authority,
  file: string,
  names: string[],
  kind: CertificateKind = "valid",
): Promise<Certificate> {
  if (kind === "self-signed") return createSelfSigned(folder, file, names);
  const wanted = kind === "other-name" ? names.map((name) => `old-${name}`) : names;
  return authority.issue(file, wanted, lifetimes[kind]);
}

/** Every mail host of a site, `mail` among them, each with an address of its own: 127.61.SITE.HOST. */
export async function placeHosts(
  site: Site,
  number: number,
  folder: string,
  authority: Authority,
): Promise<PlacedHost[]> {
  const hosts: Record<string, MailHost> = { mail: { server: "postfix" }, ...site.hosts };
  return Promise.all(
    Object.entries(hosts).map(async ([short, host], index) => {
      const name = fullName(site, short);
      const kind = "certificate" in host ? host.certificate : undefined;
      const hasCertificate = host.server !== "nothing" && kind !== "none";
      const isDefault = !site.hosts?.[short];
      return {
        name,
        address: `127.61.${number}.${index + 1}`,
        host,
        certificate: hasCertificate
          ? await makeCertificate(folder, authority, `${isDefault ? "mail" : "host"}-${name}`, [name], kind)
          : null,
      };
    }),
  );
}

/** Zones of a site: the customer's with the addresses of its hosts, those it declares, and one for each other host name. */
export async function describeZones(site: Site, records: string[], hosts: PlacedHost[]): Promise<Zone[]> {
  const zones = new Map<string, Zone>();
  const add = (zone: Zone) => zones.set(zone.name, { ...zone, records: [...zone.records] });
  add({ name: domainOf(site), records, signatures: site.signatures });
  for (const zone of site.zones ?? []) add(zone);
  for (const { name, address } of hosts) {
    const parent = [...zones.keys()].find((zone) => name.endsWith(`.${zone}`)) ?? name.split(".").slice(1).join(".");
    if (!zones.has(parent)) add({ name: parent, records: [] });
    zones.get(parent)?.records.push(`${name}. 300 IN A ${address}`);
  }
  return Promise.all(
    [...zones.values()].map(async (zone) => ({
      ...zone,
      records: await Promise.all(zone.records.map((record) => fillIn(record, site, hosts))),
    })),
  );
}

/** Replaces what stands in braces: see `Site`. */
async function fillIn(record: string, site: Site, hosts: PlacedHost[]): Promise<string> {
  const [whole, kind, name = ""] = /\{(address|tlsa|rsa):([^}]+)\}/.exec(record) ?? [];
  if (whole === undefined) return record;
  if (kind === "rsa") return fillIn(record.replace(whole, createDkimKey(Number(name))), site, hosts);
  const host = hosts.find((one) => one.name === fullName(site, name));
  if (!host) throw new Error(`The site ${site.name} has no host ${name}.`);
  const value = kind === "address" ? host.address : await hashKey(host.certificate);
  return fillIn(record.replace(whole, value), site, hosts);
}

/** A public key in Base64, in strings that fit a TXT record; the quotes around all of it are the record's. */
function createDkimKey(modulusLength: number): string {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength });
  const text = publicKey.export({ type: "spki", format: "der" }).toString("base64");
  return (text.match(/.{1,200}/g) ?? []).join('" "');
}

/** The key of a certificate as TLSA names it with selector 1 and matching type 1 (RFC 6698 2.1). */
async function hashKey(certificate: Certificate | null): Promise<string> {
  if (!certificate) throw new Error("There is no key to hash.");
  const { publicKey } = new X509Certificate(await readFile(certificate.certificate));
  return createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("hex");
}

/** What Postfix is to listen on; greylisting hosts get a policy service of their own. */
export async function listListeners(hosts: PlacedHost[], daemons: Daemon[]): Promise<Listener[]> {
  const listeners: Listener[] = [];
  for (const { name, address, certificate, host } of hosts) {
    if (host.server !== "postfix") continue;
    const { greetWait, greylisting, settings = [] } = host;
    const listener: Listener = { name, address, certificate, settings: [...settings] };
    if (greetWait !== undefined) listener.greetWait = greetWait;
    if (greylisting) {
      const policy = await startGreylisting(greylisting.reply, greylisting.wait);
      daemons.push(policy);
      listener.settings?.push(`smtpd_recipient_restrictions = check_policy_service inet:127.0.0.1:${policy.port}`);
    }
    listeners.push(listener);
  }
  return listeners;
}

/** Starts the hosts that follow a script. */
export async function startScripted(
  hosts: PlacedHost[],
  ports: { smtp: number; submission: number },
): Promise<Daemon[]> {
  const started = hosts.map(async ({ address, certificate, host }): Promise<FakeSmtp[]> => {
    if (host.server !== "scripted") return [];
    const handshake = certificate ? { handshake: await readHandshake(certificate, host.maxVersion) } : {};
    const { script, submission } = host;
    return Promise.all([
      startFakeSmtp({ ...script, ...handshake }, address, ports.smtp),
      ...(submission ? [startFakeSmtp({ ...submission, ...handshake }, address, ports.submission)] : []),
    ]);
  });
  return (await Promise.all(started)).flat().map((server) => ({ stop: async () => server.stop() }));
}

async function readHandshake(certificate: Certificate, maxVersion: "TLSv1.1" | undefined) {
  const [key, chain] = await Promise.all([
    readFile(certificate.key, "utf8"),
    readFile(certificate.certificate, "utf8"),
  ]);
  return { key, certificate: chain, ...(maxVersion ? { maxVersion } : {}) };
}
