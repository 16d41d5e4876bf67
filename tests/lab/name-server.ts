import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Daemon, startDaemon, waitForPorts } from "./processes.ts";
import { signZone } from "./signed-zone.ts";

/** One zone: its records in the form of a master file, without SOA and NS; names are relative to the zone unless they end in a dot. */
export interface Zone {
  name: string;
  records: string[];
  /** Signed with DNSSEC, by signatures that hold or that have run out. */
  signatures?: "valid" | "expired" | undefined;
  /** Addresses of its two name servers, where they are others than those of the rest. */
  servers?: [string, string] | undefined;
}
/** Both servers of every zone, by address; the first one is the server that is started here. */
export interface NameServerOptions {
  folder: string;
  port: number;
  zones: Zone[];
  /** Records of names that are in none of the zones, with full names; they stand in the root zone. */
  outside?: string[];
  /** Addresses of the two servers every zone is delegated to. */
  servers?: [string, string];
  /** Whether the root is signed, so that a resolver can follow the chain down to the signed zones. */
  isRootSigned?: boolean;
  /** Where it listens instead of on loopback: an address of an interface, and the network namespace that has it. */
  place?: { address: string; namespace: string };
}
export interface NameServer extends Daemon {
  /** Zone files by zone, as the server reads them. */
  files: Map<string, string>;
  /** Public key of the root as a DNSKEY record; empty when the root is not signed. */
  anchor: string;
  /** Publishes other records for a zone that is not signed, as its owner would. */
  publish(zone: Zone, serial: number): Promise<void>;
}

/** named binds addresses of interfaces only, so it has this one. */
export const nameServerAddress = "127.0.0.1";

/** bind9 as authority of the root and of every zone, so that nothing is ever asked beyond loopback. It answers as a resolver would, too. */
export async function startNameServer(options: NameServerOptions): Promise<NameServer> {
  const folder = join(options.folder, "named");
  await mkdir(folder, { recursive: true });
  const { address, namespace } = { address: nameServerAddress, namespace: undefined, ...options.place };
  const servers = options.servers ?? [address, address];
  const files = new Map<string, string>();
  const signers: string[] = [];
  for (const zone of options.zones) {
    const file = join(folder, `${zone.name}.zone`);
    await writeFile(file, describeZone(zone, servers));
    if (zone.signatures) signers.push(...(await signZone(folder, zone.name, zone.signatures)).signers);
    files.set(zone.name, zone.signatures ? `${file}.signed` : file);
  }
  await writeFile(join(folder, "root.zone"), describeRoot(options, servers, signers));
  const anchor = options.isRootSigned ? (await signZone(folder, "root", "valid")).key : "";
  files.set(".", join(folder, options.isRootSigned ? "root.zone.signed" : "root.zone"));
  await writeFile(join(folder, "named.conf"), describeServer(folder, address, options.port, files));
  const server = startDaemon("/usr/sbin/named", ["-g", "-n", "1", "-c", join(folder, "named.conf")], { namespace });
  await waitForPorts(server, "named", [{ address, port: options.port }], namespace);
  const publish = async (zone: Zone, serial: number) => {
    const loaded = server.waitFor(`zone ${zone.name}/IN: loaded serial ${serial}`);
    await writeFile(join(folder, `${zone.name}.zone`), describeZone(zone, servers, serial));
    server.signal("SIGHUP");
    await loaded;
  };
  return { stop: server.stop, files, anchor, publish };
}

/** A zone file: SOA, the two name servers, and the records given. */
export function describeZone(zone: Zone, usual: [string, string], serial = 1): string {
  const { name, records, servers = usual } = zone;
  const lines = [
    `$ORIGIN ${name}.`,
    "$TTL 300",
    `@ 300 IN SOA ns1 hostmaster ${serial} 3600 600 86400 60`,
    ...servers.flatMap((address, index) => [`@ 300 IN NS ns${index + 1}`, `ns${index + 1} 300 IN A ${address}`]),
    ...records,
  ];
  return `${lines.join("\n")}\n`;
}

function describeRoot({ zones, outside = [] }: NameServerOptions, usual: [string, string], signers: string[]): string {
  const root = "a.root-servers.lab";
  const delegations = zones.flatMap(({ name, servers = usual }) =>
    servers.flatMap((address, index) => [
      `${name}. 300 IN NS ns${index + 1}.${name}.`,
      `ns${index + 1}.${name}. 300 IN A ${address}`,
    ]),
  );
  const lines = [
    "$ORIGIN .",
    "$TTL 300",
    `@ 300 IN SOA ${root}. hostmaster.lab. 1 3600 600 86400 60`,
    `@ 300 IN NS ${root}.`,
    `${root}. 300 IN A ${usual[0]}`,
    ...delegations,
    ...signers,
    ...outside,
  ];
  return `${lines.join("\n")}\n`;
}

const describeServer = (folder: string, address: string, port: number, files: Map<string, string>): string => `
options {
  directory "${folder}";
  pid-file none;
  session-keyfile none;
  managed-keys-directory "${folder}";
  listen-on port ${port} { ${address}; };
  listen-on-v6 { none; };
  recursion no;
  dnssec-validation no;
  notify no;
};
controls { };
${[...files].map(([zone, file]) => `zone "${zone}" { type primary; file "${file}"; };`).join("\n")}
`;
