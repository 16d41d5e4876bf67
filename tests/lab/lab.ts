import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { answersToDocument, type RfiAnswers, type RfiDocument } from "../../src-main/contract/rfi/form.ts";
import type { NetworkSettings } from "../../src-main/contract/settings.ts";
import { loopbackNetwork } from "../support/settings.ts";
import { answerForm } from "./answers.ts";
import { createAuthority } from "./certificates.ts";
import { startDirectory } from "./directory-server.ts";
import { startMailServer } from "./mail-server.ts";
import { nameServerAddress, startNameServer } from "./name-server.ts";
import { type Daemon, findFreePorts } from "./processes.ts";

/** What the lab's outside world offers. Defaults are those of the region EU. */
export interface LabOptions {
  domain?: string;
  mxHosts?: string[];
  smartHosts?: string[];
  spfInclude?: string;
  /** Hosts the customer's MX records name; the region's unless given. */
  publishedMx?: string[];
}

/** Real servers on loopback, and everything a check or a person needs to use them. */
export interface Lab {
  /** To be used as the program's network settings. */
  network: NetworkSettings;
  /** Region values by key, as checks take them. */
  region: Record<string, string[]>;
  customer: {
    customer: string;
    reference: string;
    platform: "postfix";
    services: ["email-security"];
    accountCode: string;
  };
  /** A complete Request for Information of the sample customer, as data and as the file the program imports. */
  answers: RfiAnswers;
  document: RfiDocument;
  /** Password of the directory's bind user. */
  password: string;
  /** Closes the customer's inbound host to this machine, as the firewall lockdown would. */
  lock(): Promise<void>;
  unlock(): Promise<void>;
  /** Ends every server and removes every file. */
  stop(): Promise<void>;
}

/** A file of each Debian package. */
const needed = {
  bind9: "/usr/sbin/named",
  postfix: "/usr/lib/postfix/sbin/master",
  slapd: "/usr/sbin/slapd",
  openssl: "/usr/bin/openssl",
};

/** Why the lab cannot run here, or null. `more` names what is needed beside bind9, Postfix and slapd, a file of each package. */
export function findLabObstacle(more: Record<string, string> = {}): string | null {
  if (process.platform !== "linux") return "the lab needs Linux";
  const missing = Object.entries({ ...needed, ...more }).filter(([, path]) => !existsSync(path));
  if (missing.length > 0)
    return `Debian packages are missing: ${missing.map(([name]) => name).join(", ")} (tests/setup-system.sh installs them)`;
  if (process.getuid?.() !== 0) return "Postfix starts as root only";
  return null;
}

const addresses = {
  smart: ["127.53.0.11", "127.53.0.12"],
  mx: ["127.53.0.21", "127.53.0.22"],
  inbound: "127.53.0.31",
  directory: ["127.53.0.41", "127.53.0.42"],
};

/** Starts bind9, Postfix and slapd on free ports of loopback addresses, with zones and entries of a sample customer. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const obstacle = findLabObstacle();
  if (obstacle !== null) throw new Error(`The lab cannot start: ${obstacle}.`);
  const folder = await mkdtemp(join(tmpdir(), "fieldbook-lab-"));
  const daemons: Daemon[] = [];
  const stop = async () => {
    await Promise.all(daemons.map((daemon) => daemon.stop()));
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    // The mail server's own user has to pass through.
    await chmod(folder, 0o755);
    return await startServers(folder, options, daemons, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startServers(folder: string, options: LabOptions, daemons: Daemon[], stop: Lab["stop"]): Promise<Lab> {
  const {
    domain = "acme.example",
    mxHosts = ["eu-smtp-inbound-1.mimecast.com", "eu-smtp-inbound-2.mimecast.com"],
    smartHosts = ["eu-smtp-outbound-1.mimecast.com", "eu-smtp-outbound-2.mimecast.com"],
    spfInclude = "eu._netblocks.mimecast.com",
    publishedMx = mxHosts,
  } = options;
  const inbound = `mail.${domain}`;
  const controllers = [`dc1.${domain}`, `dc2.${domain}`];
  const [dnsPort = 0, smtpPort = 0, ldapPort = 0, ldapsPort = 0] = await findFreePorts(4);
  const authority = await createAuthority(folder);
  const [vendorCertificate, inboundCertificate, directoryCertificate] = await Promise.all([
    authority.issue("vendor", [...smartHosts, ...mxHosts]),
    authority.issue("inbound", [inbound]),
    authority.issue("directory", controllers),
  ]);
  const at = (hosts: string[], list: string[]) =>
    hosts.map((host, index) => `${host}. 300 IN A ${list[index % list.length]}`);
  const outside = [...at(smartHosts, addresses.smart), ...at(mxHosts, addresses.mx)];
  const records = [
    ...publishedMx.map((host) => `@ 300 IN MX 10 ${host}.`),
    `@ 300 IN TXT "v=spf1 ip4:192.0.2.10 include:${spfInclude} ~all"`,
    `_dmarc 300 IN TXT "v=DMARC1; p=none; rua=mailto:dmarc@${domain}"`,
    `mail 300 IN A ${addresses.inbound}`,
    ...addresses.directory.map((address, index) => `dc${index + 1} 300 IN A ${address}`),
  ];
  daemons.push(
    await startNameServer({
      folder,
      port: dnsPort,
      zones: [{ name: domain, records }],
      outside: [...outside, `${spfInclude}. 300 IN TXT "v=spf1 ip4:192.0.2.64/26 ip4:198.51.100.0/24 ~all"`],
    }),
  );
  const vendor = [...listenOn(smartHosts, addresses.smart), ...listenOn(mxHosts, addresses.mx)];
  const mail = await startMailServer(
    folder,
    smtpPort,
    [domain],
    [
      ...vendor.map((one) => ({ ...one, certificate: vendorCertificate })),
      { name: inbound, address: addresses.inbound, certificate: inboundCertificate },
    ],
  );
  daemons.push(mail);
  const rootDn = domain
    .split(".")
    .map((label) => `dc=${label}`)
    .join(",");
  const bindDn = `cn=reader,${rootDn}`;
  const password = `Lab-${randomBytes(9).toString("base64url")}`;
  daemons.push(
    await startDirectory({
      ...{ folder, ldapPort, ldapsPort, rootDn, bindDn, password, domain },
      addresses: addresses.directory,
      certificate: directoryCertificate,
      authorityFile: join(folder, "ca.pem"),
    }),
  );
  const answers = answerForm({ domain, inbound, smtpPort, controllers, ldapsPort, rootDn, bindDn });
  return {
    network: {
      ...loopbackNetwork,
      resolver: `${nameServerAddress}:${dnsPort}`,
      authoritativePort: dnsPort,
      smtpPort,
      ehloName: `fieldbook.${domain}`,
      dnsTimeout: 2_000,
      connectTimeout: 3_000,
      greetingTimeout: 20_000,
      replyTimeout: 10_000,
      ldapTimeout: 5_000,
      extraAuthorities: authority.pem,
    },
    region: { "mx-hosts": mxHosts, "smart-hosts": smartHosts, "spf-include": [spfInclude] },
    customer: {
      customer: "Acme Example Ltd",
      reference: "LAB-0001",
      platform: "postfix",
      services: ["email-security"],
      accountCode: "CUK000A001",
    },
    answers,
    document: answersToDocument(answers),
    password,
    lock: () => mail.setListening(inbound, false),
    unlock: () => mail.setListening(inbound, true),
    stop,
  };
}

/** One listener per name; names that share an address share its first name, as a greeting can only have one. */
const listenOn = (names: string[], list: string[]) =>
  names.slice(0, list.length).map((name, index) => ({ name, address: list[index] ?? "" }));

/**
 * As a script: prints the lab as one line of JSON, then obeys `lock` and `unlock` on standard input, answering each with a line, until
 * standard input ends or SIGTERM comes.
 */
async function serveLab(): Promise<void> {
  const lines = createInterface({ input: process.stdin });
  // Before the servers start, so that a signal during the start does not leave them behind.
  const ended = new Promise<void>((resolve) => {
    lines.once("close", resolve);
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => resolve());
  });
  const { lock, unlock, stop, ...data } = await startLab();
  lines.on("line", (line) => {
    const command = { lock, unlock }[line.trim()];
    command?.().then(
      () => console.log(line.trim()),
      (error: Error) => console.log(error.message),
    );
  });
  console.log(JSON.stringify(data));
  await ended;
  lines.close();
  process.stdin.destroy();
  await stop();
}

if (import.meta.main) await serveLab();
