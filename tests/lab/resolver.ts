import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Daemon, startDaemon, waitForPorts } from "./processes.ts";

/** Reverse zones that unbound would answer for by itself. */
const ownReverse = [
  "127.in-addr.arpa.",
  "2.0.192.in-addr.arpa.",
  "100.51.198.in-addr.arpa.",
  "113.0.203.in-addr.arpa.",
];

/** unbound as a caching, validating resolver whose root and zones are at the lab's name server. */
export async function startResolver(options: {
  folder: string;
  address: string;
  port: number;
  /** The server of the root and of every zone, as address and port. */
  authority: { address: string; port: number };
  /** Every zone: unbound asks the servers of a delegation on port 53, unless it is told otherwise for the zone. */
  zones: string[];
  /** The root's DNSKEY record. */
  anchor: string;
}): Promise<Daemon> {
  const folder = join(options.folder, "unbound");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "root.key"), `${options.anchor}\n`);
  const { address, port } = options.authority;
  const configuration = `
server:
  interface: ${options.address}
  port: ${options.port}
  access-control: 127.0.0.0/8 allow
  do-daemonize: no
  do-ip6: no
  do-not-query-localhost: no
  use-syslog: no
  logfile: ""
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: ""
  num-threads: 1
  module-config: "validator iterator"
  trust-anchor-file: "${folder}/root.key"
  qname-minimisation: no
  unblock-lan-zones: yes
  insecure-lan-zones: yes
${ownReverse.map((zone) => `  local-zone: "${zone}" nodefault`).join("\n")}
remote-control:
  control-enable: no
${[".", ...options.zones].map((zone) => `stub-zone:\n  name: "${zone}"\n  stub-addr: ${address}@${port}`).join("\n")}
`;
  await writeFile(join(folder, "unbound.conf"), configuration);
  const server = startDaemon("/usr/sbin/unbound", ["-d", "-p", "-c", join(folder, "unbound.conf")]);
  await waitForPorts(server, "unbound", [{ address: options.address, port: options.port }]);
  return server;
}
