import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Certificate } from "./certificates.ts";
import { type Daemon, startDaemon, waitForPorts } from "./processes.ts";

/** One HTTPS host on an address of its own. */
export interface WebHost {
  name: string;
  address: string;
  certificate: Certificate;
  /** Answer to `/.well-known/mta-sts.txt`. */
  policy: { status: number; type: string; body: string; location?: string };
}

/** nginx for MTA-STS policies, with everything it writes in its own folder. */
export async function startWebServer(root: string, port: number, hosts: WebHost[]): Promise<Daemon> {
  const folder = join(root, "nginx");
  await mkdir(folder, { recursive: true });
  for (const { name, policy } of hosts) await writeFile(join(folder, `${name}.txt`), policy.body);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const configuration = `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 64; }
http {
  access_log off;
${temporary.map((name) => `  ${name}_temp_path ${folder}/${name};`).join("\n")}
${hosts.map((host) => describeHost(folder, port, host)).join("\n")}
}
`;
  await writeFile(join(folder, "nginx.conf"), configuration);
  const server = startDaemon("/usr/sbin/nginx", ["-p", folder, "-e", "stderr", "-c", join(folder, "nginx.conf")]);
  const endpoints = hosts.map(({ address }) => ({ address, port }));
  await waitForPorts(server, "nginx", endpoints);
  return server;
}

function describeHost(folder: string, port: number, { name, address, certificate, policy }: WebHost): string {
  const { status, type, location } = policy;
  const answer = location
    ? `return ${status} ${location};`
    : status === 200
      ? `default_type "${type}"; alias ${folder}/${name}.txt;`
      : `return ${status};`;
  return `  server {
    listen ${address}:${port} ssl;
    server_name ${name};
    ssl_certificate ${certificate.certificate};
    ssl_certificate_key ${certificate.key};
    location = /.well-known/mta-sts.txt { ${answer} }
    location / { return 404; }
  }`;
}
