import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { type Answer, decode, encode, type Packet } from "dns-packet";
import { listenOnBoth } from "./both-transports.ts";

/** A record of the rehearsal's zones: presentation values, `ttl` in seconds. */
export type ZoneRecord =
  | { type: "A" | "NS" | "PTR" | "TXT"; ttl: number; data: string }
  | { type: "MX"; ttl: number; preference: number; exchange: string };
/** Records by lower-case name without the final dot. A name that is not in it does not exist. */
export type Zone = ReadonlyMap<string, readonly ZoneRecord[]>;

export interface NameServer {
  readonly port: number;
  stop(): Promise<void>;
}

const authoritative = 0x0400;
const noSuchName = 3;
/** Longest answer by UDP; longer ones are cut, so that the asker comes back by TCP. */
const longestDatagram = 1_232;
const mostConnections = 50;

/**
 * A name server on loopback that knows the zones of the moment and nothing else: it never asks anybody, so that a rehearsal's names
 * stay on this machine. Serves as the resolver and as every authoritative server.
 */
export async function startNameServer(zone: () => Zone): Promise<NameServer> {
  const server = createServer((connection) => serveConnection(connection, zone));
  server.maxConnections = mostConnections;
  const socket = createSocket("udp4");
  socket.on("error", () => undefined);
  socket.on("message", (bytes, { port: to, address }) => {
    const reply = answer(bytes, zone(), longestDatagram);
    if (reply) socket.send(reply, to, address);
  });
  const port = await listenOnBoth(server, socket, "127.0.0.1");
  return { port, stop: () => stopBoth(server, socket) };
}

async function stopBoth(server: Server, socket: DatagramSocket): Promise<void> {
  socket.close();
  const closed = once(server, "close");
  server.close();
  await closed;
}

/** Two length bytes before each message (RFC 1035 4.2.2). One question a connection, as checks ask. */
function serveConnection(connection: Socket, zone: () => Zone): void {
  let received = Buffer.alloc(0);
  connection.on("error", () => undefined);
  connection.setTimeout(10_000, () => connection.destroy());
  connection.on("data", (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    if (received.length < 2 || received.length < received.readUInt16BE(0) + 2) return;
    const reply = answer(received.subarray(2, received.readUInt16BE(0) + 2), zone(), 65_535);
    if (!reply) return void connection.destroy();
    const length = Buffer.alloc(2);
    length.writeUInt16BE(reply.length);
    connection.end(Buffer.concat([length, reply]));
  });
}

function answer(bytes: Uint8Array, zone: Zone, longest: number): Buffer | null {
  let query: Packet;
  try {
    query = decode(Buffer.from(bytes));
  } catch {
    return null;
  }
  const [question] = query.questions ?? [];
  if (query.type !== "query" || !question) return null;
  const base = { id: query.id ?? 0, type: "response" as const, questions: [question] };
  const records = zone.get(question.name.toLowerCase().replace(/\.$/, ""));
  if (!records) return encode({ ...base, flags: authoritative | noSuchName });
  const answers = records.flatMap((record) => (record.type === question.type ? [toAnswer(question.name, record)] : []));
  const reply = encode({ ...base, flags: authoritative, answers });
  return reply.length <= longest ? reply : encode({ ...base, flags: authoritative | 0x0200 });
}

function toAnswer(name: string, record: ZoneRecord): Answer {
  const { type, ttl } = record;
  if (type === "MX") return { name, type, ttl, data: { preference: record.preference, exchange: record.exchange } };
  if (type === "TXT") return { name, type, ttl, data: record.data.match(/.{1,255}/gs) ?? [""] };
  return { name, type, ttl, data: record.data };
}
