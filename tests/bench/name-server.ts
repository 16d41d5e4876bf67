import { type ChildProcess, fork } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { decode, encode } from "dns-packet";

/** What the parent says and hears. */
interface Ready {
  port: number;
}
export interface SlowNameServer {
  /** Resolver of everything, and port of the zones' own servers. */
  resolver: string;
  port: number;
  stop(): Promise<void>;
}

const resolverAddress = "127.0.0.1";
/** The zones' own servers. */
const authorities = ["127.0.2.1", "127.0.2.2"];
/** The hosts of the playbook's region, as this server alone gives them. */
export const vendor = { mxHosts: ["eu-smtp-inbound-1.mimecast.com", "eu-smtp-inbound-2.mimecast.com"] };
export const include = "eu._netblocks.mimecast.com";

/** Starts a name server in a process of its own that answers every question after `delay` milliseconds, as over a line that long. */
export async function startSlowNameServer(delay: number): Promise<SlowNameServer> {
  const child = fork(fileURLToPath(import.meta.url), [String(delay)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const [{ port }] = (await once(child, "message")) as [Ready];
  return { resolver: `${resolverAddress}:${port}`, port, stop: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

type Data = string | { preference: number; exchange: string };

/** A customer's domains have their own MX, SPF, DMARC and NS records and share the vendor's hosts and their DNS host's servers. */
function recordsOf(name: string, type: string): Data[] {
  if (type === "A") {
    if (vendor.mxHosts.includes(name)) return ["192.0.2.25"];
    const [, index] = /^ns([12])\.host\.example$/.exec(name) ?? [];
    return index === undefined ? [] : [authorities[Number(index) - 1] ?? ""];
  }
  if (type === "TXT") {
    if (name === include) return ["v=spf1 ip4:192.0.2.0/24 ip4:198.51.100.0/24 ~all"];
    if (/^_dmarc\.d\d+\.example$/.test(name)) return ["v=DMARC1; p=reject; rua=mailto:d@host.example"];
    return /^d\d+\.example$/.test(name) ? [`v=spf1 include:${include} -all`] : [];
  }
  if (!/^d\d+\.example$/.test(name)) return [];
  if (type === "NS") return ["ns1.host.example", "ns2.host.example"];
  return type === "MX" ? vendor.mxHosts.map((exchange) => ({ preference: 10, exchange })) : [];
}

const known = /^(?:_dmarc\.)?d\d+\.example$|\.mimecast\.com$|\.host\.example$/;

/** The answer, apart from its id. */
function answer(query: Uint8Array): Buffer {
  const [question] = decode(query).questions ?? [];
  if (!question) return Buffer.alloc(12);
  const { name, type } = question;
  const answers = recordsOf(name, type).map((data) => ({ name, type, ttl: 300, data }));
  const code = known.test(name) ? 0 : 3;
  return encode({ id: 0, type: "response", flags: 0x0400 | code, questions: [question], answers });
}

async function serve(delay: number): Promise<void> {
  const kept = new Map<string, Buffer>();
  const sockets = [];
  let port = 0;
  for (const address of [resolverAddress, ...authorities]) {
    const socket = createSocket({ type: "udp4", recvBufferSize: 4 << 20 });
    socket.on("message", (query, from) => {
      const arrived = performance.now();
      const key = query.toString("latin1", 12);
      const reply = kept.get(key) ?? answer(query);
      kept.set(key, reply);
      const own = Buffer.from(reply);
      query.copy(own, 0, 0, 2);
      setTimeout(() => socket.send(own, from.port, from.address), delay - (performance.now() - arrived));
    });
    socket.bind(port, address);
    await once(socket, "listening");
    port = socket.address().port;
    sockets.push(socket);
  }
  process.send?.({ port } satisfies Ready);
  process.on("disconnect", () => process.exit(0));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await serve(Number(process.argv[2]));
