import { randomInt } from "node:crypto";
import { ByteReader } from "../https/reader.ts";
import { NetFailure } from "../net-failure.ts";
import type { Endpoint, Probing } from "../types.ts";
import type { Question } from "./exchange.ts";
import { askByHttps } from "./https.ts";
import { encodeQuery, parseMessage, recordTypes } from "./message.ts";
import type { DnsSettings } from "./plan.ts";

/** Datagrams sent to one server before it counts as silent. */
const triesByUdp = 2;

/** A server as it is asked: on its port, or by HTTPS (RFC 8484). */
export type NameServer = Endpoint | { url: string };

/** How one question fares; kept while it is asked, so that a failure records what was really sent. */
export interface Attempt {
  transport: "udp" | "tcp" | "https";
  tries: number;
}

export interface Asking {
  question: Question;
  settings: DnsSettings;
  probing: Probing;
  attempt: Attempt;
}

/** The reply's bytes. Fails with `NetFailure`. */
export async function askServer(server: NameServer, asking: Asking): Promise<Uint8Array> {
  if (!("url" in server)) return askByPort(server, asking);
  const { question, settings, probing, attempt } = asking;
  attempt.transport = "https";
  attempt.tries++;
  const { id, bytes } = createQuery(question, true, 0);
  const reply = await askByHttps(server.url, bytes, settings, probing);
  return accepted(reply, question, id);
}

/**
 * UDP with EDNS; on silence again without it, as some firewalls drop what they do not know; without EDNS also where it is not
 * understood (RFC 6891 7). By TCP when the answer is cut short, and when no datagram comes back at all: TCP is no less a way to
 * ask (RFC 7766 5), and an answer by it says that only the datagrams are lost.
 */
async function askByPort(server: Endpoint, asking: Asking): Promise<Uint8Array> {
  const { attempt } = asking;
  let edns = true;
  for (;;) {
    attempt.tries++;
    try {
      const bytes = await askByUdp(server, asking, edns);
      const { isTruncated, code } = readHeader(bytes);
      if (isTruncated) {
        attempt.transport = "tcp";
        return await askByTcp(server, asking, { edns });
      }
      const isUnderstood = code !== 1 && code !== 4;
      if (isUnderstood || !edns) return bytes;
    } catch (error) {
      const isSilent = error instanceof NetFailure && error.code === "TIMEOUT";
      if (!isSilent || attempt.transport === "tcp") throw error;
      if (attempt.tries >= triesByUdp) return askByTcpInstead(server, asking, error);
    }
    edns = false;
  }
}

/** RFC 1035 4.1.1: the parts of the header that say how to go on. */
const readHeader = (bytes: Uint8Array): { isTruncated: boolean; code: number } => ({
  isTruncated: ((bytes[2] ?? 0) & 0x02) !== 0,
  code: (bytes[3] ?? 0) & 0x0f,
});

/** When that fails as well, the silence by UDP is what is told. */
async function askByTcpInstead(server: Endpoint, asking: Asking, silence: NetFailure): Promise<Uint8Array> {
  try {
    // The server was waited for twice already.
    const bytes = await askByTcp(server, asking, { timeout: Math.ceil(asking.settings.dnsTimeout / 2) });
    asking.attempt.transport = "tcp";
    asking.attempt.tries++;
    return bytes;
  } catch (error) {
    throw error instanceof NetFailure ? silence : error;
  }
}

const isRecursive = ({ to, recursive }: Question): boolean => to === null || recursive === true;

function createQuery(question: Question, edns: boolean, id = randomInt(0x1_0000)): { id: number; bytes: Uint8Array } {
  const bytes = encodeQuery(id, question.name, question.type, { recursion: isRecursive(question), edns });
  if (!bytes) throw new NetFailure("BAD_NAME", "The name cannot be asked for.");
  return { id, bytes };
}

/** A reply counts only with our id and our question (RFC 5452 9.1). A short or broken one with our id is kept: it is evidence. */
function isReplyTo(question: Question, id: number, bytes: Uint8Array): boolean {
  if (bytes.length < 12 || (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) !== id || ((bytes[2] ?? 0) & 0x80) === 0)
    return false;
  const parsed = parseMessage(bytes);
  if (!parsed.ok) return true;
  const asked = parsed.message.question;
  if (asked === null) return parsed.message.code !== 0;
  return asked.name === question.name && asked.type === recordTypes[question.type];
}

function accepted(reply: Uint8Array, question: Question, id: number): Uint8Array {
  if (!isReplyTo(question, id, reply)) throw new NetFailure("BAD_REPLY", "The answer is to another question.");
  return reply;
}

async function askByUdp(server: Endpoint, { question, settings, probing }: Asking, edns: boolean): Promise<Uint8Array> {
  const { id, bytes } = createQuery(question, edns);
  return probing.net.exchange(server, bytes, {
    timeout: settings.dnsTimeout,
    signal: probing.signal,
    accept: (reply) => isReplyTo(question, id, reply),
  });
}

/** Two length bytes before the message (RFC 1035 4.2.2), so a reply is never larger than 64 KiB. */
async function askByTcp(
  server: Endpoint,
  { question, settings, probing }: Asking,
  { edns = true, timeout = settings.dnsTimeout }: { edns?: boolean; timeout?: number },
): Promise<Uint8Array> {
  const { id, bytes } = createQuery(question, edns);
  const { net, signal } = probing;
  const channel = await net.connect(server, { timeout, signal });
  try {
    channel.write(Uint8Array.from([bytes.length >> 8, bytes.length & 255, ...bytes]));
    const reader = new ByteReader(channel, performance.now() + timeout);
    const [high = 0, low = 0] = await reader.take(2);
    return accepted(await reader.take((high << 8) | low), question, id);
  } finally {
    channel.close();
  }
}
