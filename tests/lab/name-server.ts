import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Daemon, startDaemon, waitForPorts } from "./processes.ts";

export interface NameServerOptions {
  folder: string;
  port: number;
  /** The customer's zone; its records without SOA and NS. */
  domain: string;
  records: string[];
  /** Records outside the customer's zone, such as the vendor's hosts, with full names. */
  outside: string[];
}

/** named binds addresses of interfaces only, so resolver and both authoritative servers share this one. */
export const nameServerAddress = "127.0.0.1";

const soa = (name: string) => `@ 300 IN SOA ${name} hostmaster.${name} 2026112301 3600 600 86400 60`;

/** bind9 as resolver and authority at once. The root zone holds the outside world, so that nothing is ever asked beyond loopback. */
export async function startNameServer(options: NameServerOptions): Promise<Daemon> {
  const folder = join(options.folder, "named");
  await mkdir(folder, { recursive: true });
  const { port, domain } = options;
  const servers = [1, 2].map((number) => `ns${number}.${domain}.`);
  const delegation = servers.map((server) => `${domain}. 300 IN NS ${server}`);
  const glue = servers.map((server) => `${server} 300 IN A ${nameServerAddress}`);
  const root = [
    soa("root.invalid."),
    "@ 300 IN NS root.invalid.",
    `root.invalid. 300 IN A ${nameServerAddress}`,
    ...delegation,
    ...glue,
  ];
  const zone = [
    soa(servers[0] ?? ""),
    ...servers.map((server) => `@ 300 IN NS ${server}`),
    ...glue,
    ...options.records,
  ];
  await writeFile(join(folder, "root.zone"), `${["$ORIGIN .", "$TTL 300", ...root, ...options.outside].join("\n")}\n`);
  await writeFile(join(folder, "customer.zone"), `${[`$ORIGIN ${domain}.`, "$TTL 300", ...zone].join("\n")}\n`);
  const configuration = `
options {
  directory "${folder}";
  pid-file none;
  session-keyfile none;
  managed-keys-directory "${folder}";
  listen-on port ${port} { ${nameServerAddress}; };
  listen-on-v6 { none; };
  recursion no;
  dnssec-validation no;
  notify no;
};
controls { };
zone "." { type primary; file "root.zone"; };
zone "${domain}" { type primary; file "customer.zone"; };
`;
  await writeFile(join(folder, "named.conf"), configuration);
  const server = startDaemon("/usr/sbin/named", ["-g", "-n", "1", "-c", join(folder, "named.conf")]);
  await waitForPorts(server, "named", [{ address: nameServerAddress, port }]);
  return server;
}
