import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { decode, encode } from "dns-packet";
import { listenOnBoth } from "../../../src-main/rehearsal/both-transports.ts";

/** Records by name and type; `ttl` 300 unless given. A string instead of a list is a way to misbehave. */
type Misbehaviour = "SILENT" | "SERVFAIL" | "REFUSED" | "NXDOMAIN" | "GARBAGE" | "OTHER-ID" | "OTHER-NAME";
type Data = string | { preference: number; exchange: string };
export type Zone = Record<string, Partial<Record<string, (Data | { ttl: number; data: Data })[]>> | Misbehaviour>;

export interface FakeDnsOptions {
  /** Cuts every answer by UDP short. */
  truncate?: boolean;
  /** Does not understand EDNS and says so, or drops such questions without a word. */
  withoutEdns?: boolean | "drops";
  /** Answers by TCP only. */
  withoutUdp?: boolean;
  address?: string;
  /** Milliseconds before an answer by UDP leaves. */
  delay?: number;
  /** Names whose answers carry the AD flag, as a resolver sets it that verified them by DNSSEC. */
  verified?: string[];
}

export interface FakeDns {
  endpoint: string;
  port: number;
  /** Questions received, as "udp MX acme.example". */
  asked: string[];
  /** Settings for who asks it: little patience where it says nothing on purpose, the usual one where it answers. */
  patience: { dnsTimeout?: number };
  stop(): void;
}

const unheard: unknown[] = ["SILENT", "OTHER-ID", "OTHER-NAME"] satisfies Misbehaviour[];

const codes: Record<string, number> = { SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 };

/** A name server on loopback that answers from a zone, by UDP up to 512 bytes and by TCP. */
export async function startFakeDns(zone: Zone, options: FakeDnsOptions = {}): Promise<FakeDns> {
  const asked: string[] = [];
  const { address = "127.0.0.1" } = options;
  let isOpen = true;
  const socket = createSocket("udp4");
  const server = createServer((connection) => {
    connection.on("error", () => undefined);
    connection.on("data", (bytes: Buffer) => {
      const reply = answer(zone, bytes.subarray(2), asked, "tcp", options);
      if (!reply) return;
      // In two parts, as TCP may deliver it.
      const framed = Buffer.concat([Buffer.from([reply.length >> 8, reply.length & 255]), reply]);
      connection.write(framed.subarray(0, 5));
      setTimeout(() => connection.write(framed.subarray(5)), 5);
    });
  });
  socket.on("message", (bytes, { port, address }) => {
    const reply = answer(zone, bytes, asked, "udp", options);
    if (!reply || options.withoutUdp) return;
    setTimeout(() => isOpen && socket.send(reply, port, address), options.delay ?? 0);
  });
  const port = await listenOnBoth(server, socket, address);
  const stop = () => {
    isOpen = false;
    socket.close();
    server.close();
  };
  const patience = Object.values(zone).some((said) => unheard.includes(said)) ? { dnsTimeout: 400 } : {};
  return { endpoint: `${address}:${port}`, port, asked, patience, stop };
}

function answer(
  zone: Zone,
  bytes: Uint8Array,
  asked: string[],
  transport: "udp" | "tcp",
  options: FakeDnsOptions,
): Buffer | null {
  const query = decode(bytes);
  const [question] = query.questions ?? [];
  if (!question) return null;
  asked.push(`${transport} ${question.type} ${question.name}`);
  const entry = zone[question.name] ?? "NXDOMAIN";
  const base = { id: query.id ?? 0, type: "response" as const, questions: [question] };
  const isExtended = bytes[11] === 1;
  if (isExtended && options.withoutEdns === "drops") return null;
  if (isExtended && options.withoutEdns) return encode({ ...base, flags: 1 });
  if (entry === "SILENT") return null;
  if (entry === "GARBAGE")
    return Buffer.concat([encode({ ...base, flags: 0 }).subarray(0, 6), Buffer.from([0, 9, 255, 255, 192, 12])]);
  if (entry === "OTHER-ID")
    return encode({
      ...base,
      id: (base.id + 1) & 0xffff,
      answers: [{ name: question.name, type: "A", data: "192.0.2.66" }],
    });
  if (entry === "OTHER-NAME") return encode({ ...base, questions: [{ ...question, name: "other.example" }] });
  if (typeof entry === "string") return encode({ ...base, flags: codes[entry] ?? 0 });
  if (options.truncate && transport === "udp") return encode({ ...base, flags: 0x0200 });
  const cname = question.type === "CNAME" ? undefined : entry.CNAME;
  const records = (entry[question.type] ?? []).map((one) => {
    const { ttl, data } = typeof one === "object" && "ttl" in one ? one : { ttl: 300, data: one };
    return {
      name: typeof cname?.[0] === "string" ? cname[0] : question.name,
      type: question.type,
      ttl,
      data: question.type === "TXT" ? chunk(data as string) : data,
    };
  });
  const alias = (cname ?? []).map((data) => ({ name: question.name, type: "CNAME", ttl: 300, data: data as string }));
  const flags = 0x0400 | (options.verified?.includes(question.name) ? 0x0020 : 0);
  return encode({ ...base, flags, answers: [...alias, ...records] });
}

const chunk = (text: string): string[] => text.match(/.{1,255}/gs) ?? [""];

export const mx = (preference: number, exchange: string, ttl = 300) => ({ ttl, data: { preference, exchange } });
