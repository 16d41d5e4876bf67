import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CheckOutcome } from "../../src-main/checks/run.ts";
import type { CheckContext } from "../../src-main/checks/types.ts";
import { loopbackNetwork } from "../support/settings.ts";
import { answerForm } from "./answers.ts";
import { createAuthority } from "./certificates.ts";
import { startDirectory } from "./directory-server.ts";
import { type Listener, startMailServer } from "./mail-server.ts";
import { startNameServer } from "./name-server.ts";
import { addresses, feed, type Place, startSmallInternet } from "./namespaces.ts";
import type { Daemon } from "./processes.ts";
import type { Order } from "./run-check.ts";
import { vendor } from "./site.ts";
import type { FirewallSite } from "./sites/firewall.ts";

/** A customer's mail server and directory, the vendor's smart hosts, and a laptop, each in a network namespace. */
export interface FirewallLab {
  password: string;
  /** Puts the firewalls of a site in force. */
  enforce(site: FirewallSite): Promise<void>;
  /** Runs a check inside the namespace it is to be seen from. */
  runFrom(
    place: Place,
    check: string,
    answers: Partial<CheckContext["answers"]>,
    hasPassword: boolean,
  ): Promise<CheckOutcome>;
  stop(): Promise<void>;
}

const script = fileURLToPath(new URL("run-check.ts", import.meta.url));
const domain = "acme.example";
const rootDn = "dc=acme,dc=example";
const bindDn = `cn=reader,${rootDn}`;
const controller = `dc1.${domain}`;
const [customer = "", relay = ""] = addresses.customer.v4;
const [nameServer = ""] = addresses.vendor.v4;
const zones = [
  {
    name: domain,
    records: [
      ...[`mail 300 IN A ${customer}`, `both 300 IN A ${customer}`, `both 300 IN AAAA ${addresses.customer.v6}`],
      ...[`dc1 300 IN A ${customer}`, `relay 300 IN A ${relay}`],
    ],
  },
  {
    name: "mimecast.com",
    records: vendor.smart.map((host, index) => `${host}. 300 IN A ${addresses.vendor.v4[index]}`),
  },
];

/** Starts the namespaces and the servers in them. */
export async function startFirewallLab(): Promise<FirewallLab> {
  const folder = await mkdtemp(join(tmpdir(), "fieldbook-firewall-"));
  const daemons: Daemon[] = [
    { stop: () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }) },
  ];
  const stop = async () => {
    // The namespaces go after the servers in them, the folder last.
    for (const daemon of daemons.splice(0).reverse()) await daemon.stop();
  };
  try {
    await chmod(folder, 0o755);
    return await startServers(folder, daemons, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startServers(folder: string, daemons: Daemon[], stop: FirewallLab["stop"]): Promise<FirewallLab> {
  const internet = await startSmallInternet();
  daemons.push(internet);
  const authority = await createAuthority(folder);
  const [own, gateway] = await Promise.all([
    authority.issue("own", [`mail.${domain}`, `both.${domain}`, controller]),
    authority.issue("vendor", vendor.smart),
  ]);
  const password = `Lab-${randomBytes(9).toString("base64url")}`;
  const namespace = internet.nameOf("vendor");
  daemons.push(await startNameServer({ folder, port: 53, zones, place: { address: nameServer, namespace } }));
  const mail: [Place, Listener[]][] = [
    [
      "customer",
      [
        ...[customer, addresses.customer.v6].map((address) => ({ name: `mail.${domain}`, address, certificate: own })),
        {
          name: `relay.${domain}`,
          address: relay,
          certificate: own,
          settings: [
            "mynetworks = 0.0.0.0/0",
            "smtpd_reject_unlisted_recipient = no",
            "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination",
          ],
        },
      ],
    ],
    [
      "vendor",
      vendor.smart.map((name, index) => ({ name, address: addresses.vendor.v4[index] ?? "", certificate: gateway })),
    ],
  ];
  for (const [place, listeners] of mail) {
    await mkdir(join(folder, place));
    daemons.push(await startMailServer(join(folder, place), 25, [domain], listeners, internet.nameOf(place)));
  }
  const directory = await startDirectory({
    ...{ folder, addresses: [customer], ldapPort: 389, ldapsPort: 636, rootDn, bindDn, password, domain },
    ...{ certificate: own, authorityFile: join(folder, "ca.pem"), namespace: internet.nameOf("customer") },
  });
  daemons.push(directory);
  const enforce: FirewallLab["enforce"] = async ({ rules }) => {
    await internet.setRules("customer", { input: rules.customer ?? [] });
    await internet.setRules("laptop", { output: rules.laptop ?? [] });
  };
  const runFrom: FirewallLab["runFrom"] = async (place, check, answers, hasPassword) => {
    const secrets = hasPassword ? { directoryPassword: password } : {};
    const order: Order = { check, context: describeContext(authority.pem, answers), secrets };
    const parameters = ["netns", "exec", internet.nameOf(place), process.execPath, script];
    return JSON.parse(await feed("ip", parameters, JSON.stringify(order)));
  };
  return { password, enforce, runFrom, stop };
}

function describeContext(authorities: string, answers: Partial<CheckContext["answers"]>): CheckContext {
  const usual = answerForm({
    ...{ domain, rootDn, bindDn, inbound: `mail.${domain}`, smtpPort: 25, controllers: [controller], ldapsPort: 636 },
  });
  return {
    services: ["email-security"],
    family: "postfix",
    platform: "postfix",
    answers: { fields: { ...usual.fields, ...answers.fields }, rows: { ...usual.rows, ...answers.rows } },
    region: { "smart-hosts": vendor.smart, "mx-hosts": vendor.mx },
    network: {
      ...loopbackNetwork,
      ...{ resolver: `${nameServer}:53`, smtpPort: 25, ehloName: "fieldbook.elsewhere.example" },
      ...{ dnsTimeout: 2_000, connectTimeout: 2_000, ldapTimeout: 2_000 },
      ...{ greetingTimeout: 10_000, replyTimeout: 10_000 },
      extraAuthorities: authorities,
    },
  };
}
