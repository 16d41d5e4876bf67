import { randomInt } from "node:crypto";
import { bytesToHex } from "../bytes.ts";
import { NetFailure } from "../net-failure.ts";
import type { CancelSignal, Endpoint, Net, Probing } from "../types.ts";
import { type DnsExchange, exchangeToAnswer, type Question, questionKey } from "./exchange.ts";
import { encodeQuery, parseMessage, recordTypes } from "./message.ts";
import type { DnsSettings } from "./plan.ts";
import { parseServer } from "./server.ts";
import type { Walk } from "./walk.ts";

/** Datagrams sent to one server before it counts as silent. */
const triesPerServer = 2;
/** Questions in flight at once. */
const width = 8;
/** A server that left this many questions unanswered in a row is not asked again in the run. */
const patienceForSilence = 3;

/** Asks DNS questions and keeps every exchange. One client per check run: it also is the run's cache and record. */
export interface DnsClient {
  /** Every exchange so far, in the order asked. */
  readonly exchanges: DnsExchange[];
  /** The recorded outcome; the same question is sent once. Rejects only with an AbortError. */
  ask(question: Question): Promise<DnsExchange>;
  /** Drives a walk to its end. */
  drive<T>(walk: Walk<T>): Promise<T>;
}

/** The resolvers a run asks: the one of the settings, which may be given by name, else the operating system's. */
export async function listResolvers(resolver: string | null, net: Net, signal: CancelSignal): Promise<Endpoint[]> {
  if (resolver === null) return net.resolvers().flatMap((text) => parseServer(text) ?? []);
  const known = parseServer(resolver);
  if (known) return [known];
  const [host = "", port = "53"] = resolver.split(":");
  return (await net.lookup(host, signal)).map((address) => ({ address, port: Number(port) }));
}

export const endpointToText = ({ address, port }: Endpoint): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

export function createDnsClient(network: DnsSettings, probing: Probing): DnsClient {
  const resolvers = listResolvers(network.resolver, probing.net, probing.signal);
  resolvers.catch(() => undefined);
  const exchanges: DnsExchange[] = [];
  const pending = new Map<string, Promise<DnsExchange>>();
  const silences = new Map<string, number>();
  const context: AskContext = { probing, timeout: network.dnsTimeout, silences };
  const askOnce = (question: Question) => {
    const key = questionKey(question);
    const known = pending.get(key);
    if (known) return known;
    const own = question.to === null ? null : parseServer(question.to);
    const asked = (async () => {
      const servers = question.to === null ? await resolvers : own ? [own] : [];
      const exchange = await askServers(question, servers, context);
      exchanges.push(exchange);
      return exchange;
    })();
    pending.set(key, asked);
    return asked;
  };
  return { exchanges, ask: askOnce, drive: (walk) => driveWalk(walk, askOnce, probing) };
}

async function driveWalk<T>(walk: Walk<T>, askOnce: DnsClient["ask"], probing: Probing): Promise<T> {
  let step = walk.next();
  let count = 0;
  while (!step.done) {
    const questions = step.value;
    const answers: DnsExchange[] = [];
    let next = 0;
    const worker = async () => {
      for (let index = next++; index < questions.length; index = next++) {
        const question = questions[index];
        if (!question) return;
        answers[index] = await askOnce(question);
        count++;
        if (count % 20 === 0) probing.progress(`${count} DNS questions asked`);
      }
    };
    await Promise.all(Array.from({ length: Math.min(width, questions.length) }, worker));
    step = walk.next(answers.map(exchangeToAnswer));
  }
  return step.value;
}

interface AskContext {
  probing: Probing;
  timeout: number;
  silences: Map<string, number>;
}
/** How one question fared so far; kept while it is asked, so that a failure records what was really sent. */
interface Attempt {
  transport: "udp" | "tcp";
  tries: number;
}

/** Asks server after server until one answers; what the last one did is recorded. */
async function askServers(question: Question, servers: Endpoint[], context: AskContext): Promise<DnsExchange> {
  const started = performance.now();
  const unasked = { server: question.to ?? "resolver", transport: "udp" as const, tries: 0, milliseconds: 0 };
  let outcome: DnsExchange = { ...question, ...unasked, reply: null, failure: "NO_RESOLVER" };
  for (const server of servers) {
    const name = endpointToText(server);
    if ((context.silences.get(name) ?? 0) >= patienceForSilence) {
      if (outcome.tries === 0) outcome = { ...outcome, server: name, failure: "NOT_ASKED" };
      continue;
    }
    const attempt: Attempt = { transport: "udp", tries: 0 };
    const conclude = (reply: string | null, failure: string | null): DnsExchange => {
      const milliseconds = Math.round((performance.now() - started) * 10) / 10;
      return { ...question, server: name, ...attempt, milliseconds, reply, failure };
    };
    try {
      const reply = await askServer(question, server, context, attempt);
      context.silences.set(name, 0);
      return conclude(bytesToHex(reply), null);
    } catch (error) {
      if (!(error instanceof NetFailure)) throw error;
      if (error.code !== "BAD_NAME") context.silences.set(name, (context.silences.get(name) ?? 0) + 1);
      outcome = conclude(null, error.code);
    }
  }
  return outcome;
}

/** UDP with EDNS, again on silence, without EDNS where it is not understood (RFC 6891 7), by TCP when cut short. */
async function askServer(
  question: Question,
  server: Endpoint,
  context: AskContext,
  attempt: Attempt,
): Promise<Uint8Array> {
  let edns = true;
  for (;;) {
    attempt.tries++;
    try {
      const bytes = await askByUdp(question, server, context, edns);
      const parsed = parseMessage(bytes);
      if (parsed.ok && parsed.message.isTruncated) {
        attempt.transport = "tcp";
        return await askByTcp(question, server, context);
      }
      const isUnderstood = !(parsed.ok && (parsed.message.code === 1 || parsed.message.code === 4));
      if (isUnderstood || !edns) return bytes;
      edns = false;
    } catch (error) {
      const isSilent = error instanceof NetFailure && error.code === "TIMEOUT";
      if (!isSilent || attempt.transport === "tcp" || attempt.tries >= triesPerServer) throw error;
    }
  }
}

function createQuery(question: Question, edns: boolean): { id: number; bytes: Uint8Array } {
  const id = randomInt(0x1_0000);
  const bytes = encodeQuery(id, question.name, question.type, { recursion: question.to === null, edns });
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

async function askByUdp(question: Question, server: Endpoint, context: AskContext, edns: boolean): Promise<Uint8Array> {
  const { id, bytes } = createQuery(question, edns);
  return context.probing.net.exchange(server, bytes, {
    timeout: context.timeout,
    signal: context.probing.signal,
    accept: (reply) => isReplyTo(question, id, reply),
  });
}

/** Two length bytes before the message (RFC 1035 4.2.2), so a reply is never larger than 64 KiB. */
async function askByTcp(question: Question, server: Endpoint, context: AskContext): Promise<Uint8Array> {
  const { id, bytes } = createQuery(question, true);
  const { net, signal } = context.probing;
  const channel = await net.connect(server, { timeout: context.timeout, signal });
  try {
    channel.write(Uint8Array.from([bytes.length >> 8, bytes.length & 255, ...bytes]));
    const deadline = performance.now() + context.timeout;
    let received: number[] = [];
    for (;;) {
      const length = received.length < 2 ? Number.POSITIVE_INFINITY : ((received[0] ?? 0) << 8) | (received[1] ?? 0);
      if (received.length >= length + 2) {
        const reply = Uint8Array.from(received.slice(2, length + 2));
        if (!isReplyTo(question, id, reply)) throw new NetFailure("BAD_REPLY", "The answer is to another question.");
        return reply;
      }
      const part = await channel.read(Math.max(1, deadline - performance.now()));
      if (part === null) throw new NetFailure("CLOSED", "The server closed the connection.");
      received = received.concat(Array.from(part));
    }
  } finally {
    channel.close();
  }
}
