import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Certificate } from "./certificates.ts";
import { canConnect, type Daemon, run, startDaemon, waitForPorts } from "./processes.ts";

/** One address the mail server answers on, under a name of its own. */
export interface Listener {
  name: string;
  address: string;
  /** The server's usual one when absent. */
  port?: number;
  /** Null offers no STARTTLS. */
  certificate: Certificate | null;
  /** Settings of this listener only, as `name = value`. */
  settings?: string[];
  /** Has postscreen in front, which keeps every newcomer waiting this many seconds for the last line of the greeting. */
  greetWait?: number;
}
export interface MailServer extends Daemon {
  /** Takes a listener away or brings it back, as a firewall rule would. */
  setListening(name: string, isListening: boolean): Promise<void>;
}

const masterServices = `
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
tlsproxy unix - - n - 0 tlsproxy
dnsblog unix - - n - 0 dnsblog
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
anvil unix - - n - 1 anvil
discard unix - - n - - discard
error unix - - n - - error
postlog unix-dgram n - n - 1 postlogd
`;

/** Postfix with its own configuration, queue and data folders. Mail it accepts for its domains is discarded; it relays for nobody. */
export async function startMailServer(
  root: string,
  port: number,
  domains: string[],
  listeners: Listener[],
  namespace?: string,
): Promise<MailServer> {
  const folder = join(root, "postfix");
  const [configuration, queue, data] = ["etc", "queue", "data"].map((part) => join(folder, part)) as [
    string,
    string,
    string,
  ];
  for (const path of [configuration, queue, data]) await mkdir(path, { recursive: true });
  await chmod(folder, 0o755);
  await createQueue(queue, data);
  const usesIpv6 = listeners.some(({ address }) => address.includes(":"));
  await writeFile(join(configuration, "main.cf"), describeServer({ queue, data, folder, domains, usesIpv6 }));
  const write = (active: Listener[]) =>
    writeFile(
      join(configuration, "master.cf"),
      active.map((one, index) => describeListener(one, port, index)).join("\n") + masterServices,
    );
  await write(listeners);
  const server = startDaemon("/usr/lib/postfix/sbin/master", ["-c", configuration, "-d"], {
    ownGroup: true,
    namespace,
  });
  const log = () => readFile(join(folder, "maillog"), "utf8").catch(() => "");
  const endpoints = listeners.map(({ address, port: own = port }) => ({ address, port: own }));
  await waitForPorts(server, "postfix", endpoints, namespace).catch(async (error: Error) => {
    throw new Error(`${error.message}\n${await log()}`);
  });
  let active = listeners;
  return {
    stop: server.stop,
    setListening: async (name, isListening) => {
      active = listeners.filter((one) => (one.name === name ? isListening : active.includes(one)));
      await write(active);
      process.kill(Number((await readFile(join(queue, "pid/master.pid"), "utf8")).trim()), "SIGHUP");
      await waitUntilListening(
        listeners.find((one) => one.name === name),
        port,
        isListening,
      );
    },
  };
}

/** The queue's folders as `postfix check` would make them; that command insists on the system's own instance. */
async function createQueue(queue: string, data: string): Promise<void> {
  const own = [
    "active",
    "bounce",
    "corrupt",
    "defer",
    "deferred",
    "flush",
    "hold",
    "incoming",
    "private",
    "saved",
    "trace",
  ];
  for (const name of [...own, "maildrop", "public", "pid"]) await mkdir(join(queue, name), { mode: 0o700 });
  const at = (names: string[]) => names.map((name) => join(queue, name));
  await run("chown", ["postfix", data, ...at(own)]);
  await run("chown", ["postfix:postdrop", ...at(["maildrop", "public"])]);
  await chmod(join(queue, "maildrop"), 0o1730);
  await chmod(join(queue, "public"), 0o2710);
  await chmod(join(queue, "pid"), 0o755);
}

async function waitUntilListening(listener: Listener | undefined, port: number, isWanted: boolean): Promise<void> {
  for (let attempt = 0; listener && attempt < 1_500; attempt++) {
    if ((await canConnect(listener.address, port)) === isWanted) return;
    await sleep(20);
  }
  throw new Error("Postfix did not take its new configuration.");
}

function describeListener(listener: Listener, usual: number, index: number): string {
  const { address, greetWait, name, port = usual } = listener;
  const at = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
  if (greetWait === undefined) return `${at} inet n - n - - smtpd\n${describeSmtpd(listener)}`;
  // postscreen hands over to a smtpd of its own; one process of it per address (postscreen(8)).
  return [
    `${at} inet n - n - 1 postscreen`,
    `  -o smtpd_service_name=behind${index}`,
    `  -o postscreen_greet_wait=${greetWait}s`,
    `  -o { postscreen_greet_banner = ${name} please wait }`,
    "  -o postscreen_greet_action=enforce",
    "  -o postscreen_cache_map=",
    `behind${index} pass - - n - - smtpd`,
    describeSmtpd(listener),
  ].join("\n");
}

function describeSmtpd({ name, certificate, settings = [] }: Listener): string {
  const tls = certificate
    ? [`smtpd_tls_cert_file = ${certificate.certificate}`, `smtpd_tls_key_file = ${certificate.key}`]
    : ["smtpd_tls_security_level = none"];
  const all = [`myhostname = ${name}`, `smtpd_banner = ${name} ESMTP`, ...tls, ...settings];
  return `${all.map((setting) => `  -o { ${setting} }`).join("\n")}\n`;
}

function describeServer(options: {
  queue: string;
  data: string;
  folder: string;
  domains: string[];
  usesIpv6: boolean;
}): string {
  const { queue, data, folder, domains, usesIpv6 } = options;
  return `
compatibility_level = 3.6
queue_directory = ${queue}
data_directory = ${data}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = ${folder}/maillog
maillog_file_prefixes = ${folder}
inet_interfaces = 127.0.0.1
inet_protocols = ${usesIpv6 ? "all" : "ipv4"}
myhostname = mail.${domains[0]}
mydestination = ${domains.join(" ")}
mynetworks = 192.0.2.255/32
local_recipient_maps =
local_transport = discard
default_transport = error:the lab delivers nothing
smtpd_relay_restrictions = reject_unauth_destination
smtpd_tls_security_level = may
smtpd_client_restrictions =
smtpd_peername_lookup = no
alias_maps =
`;
}
