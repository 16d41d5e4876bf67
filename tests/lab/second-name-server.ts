import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Daemon, startDaemon, waitForPorts } from "./processes.ts";

/** nsd as the second server of the zones, from zone files of its own: what it holds may lag behind the first one's. */
export async function startSecondNameServer(options: {
  folder: string;
  address: string;
  port: number;
  /** Zone files by zone. */
  files: Map<string, string>;
}): Promise<Daemon> {
  const folder = join(options.folder, "nsd");
  await mkdir(folder, { recursive: true });
  const zones = [...options.files].map(([zone, file]) => `zone:\n  name: "${zone}"\n  zonefile: "${file}"`);
  const configuration = `
server:
  ip-address: ${options.address}
  port: ${options.port}
  username: ""
  zonesdir: "${folder}"
  database: ""
  pidfile: "${folder}/nsd.pid"
  xfrdfile: "${folder}/xfrd.state"
  xfrdir: "${folder}"
  zonelistfile: "${folder}/zone.list"
  server-count: 1
remote-control:
  control-enable: no
${zones.join("\n")}
`;
  await writeFile(join(folder, "nsd.conf"), configuration);
  const server = startDaemon("/usr/sbin/nsd", ["-d", "-c", join(folder, "nsd.conf")]);
  await waitForPorts(server, "nsd", [{ address: options.address, port: options.port }]);
  return server;
}
