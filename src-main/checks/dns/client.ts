import { bytesToHex } from "../bytes.ts";
import { NetFailure } from "../net-failure.ts";
import type { CancelSignal, Endpoint, Net, Probing } from "../types.ts";
import { type Answer, type DnsExchange, exchangeToAnswer, type Question, questionKey } from "./exchange.ts";
import { passGate } from "./gate.ts";
import type { DnsSettings } from "./plan.ts";
import { parseServer } from "./server.ts";
import { type Attempt, askServer, type NameServer } from "./transport.ts";
import { isBranchOffer, type Walk } from "./walk.ts";

/** A server that left this many questions unanswered in a row is not asked again in the run. */
const patienceForSilence = 3;

/** Asks DNS questions and keeps every exchange. One client per check run: it also is the run's cache and record. */
export interface DnsClient {
  /** Whether the resolvers asked are the operating system's own, so that its other names may be asked for as well. */
  readonly asksSystem: boolean;
  /** Every exchange so far, in the order answered. */
  readonly exchanges: DnsExchange[];
  /** The recorded outcome; the same question is sent once. Rejects only with an AbortError. */
  ask(question: Question): Promise<DnsExchange>;
  /** Drives a walk to its end, its branches each at its own pace. */
  drive<T>(walk: Walk<T>): Promise<T>;
}

/** The resolvers a run asks, in order: the one of the settings, which may be given by name, else the one by HTTPS, else the operating system's. */
export async function listResolvers(
  { resolver, dohResolver }: Pick<DnsSettings, "resolver" | "dohResolver">,
  net: Net,
  signal: CancelSignal,
): Promise<NameServer[]> {
  if (resolver !== null) return findServer(resolver, net, signal);
  if (dohResolver !== null) return [{ url: dohResolver }];
  return (await net.resolvers()).flatMap((text) => parseServer(text) ?? []);
}

/** A server as the settings write it: an address, a name that the operating system knows, or an https address. */
async function findServer(text: string, net: Net, signal: CancelSignal): Promise<NameServer[]> {
  if (text.startsWith("https://")) return [{ url: text }];
  const known = parseServer(text);
  if (known) return [known];
  const [host = "", port = "53"] = text.split(":");
  return (await net.lookup(host, signal)).map((address) => ({ address, port: Number(port) }));
}

const endpointToText = ({ address, port }: Endpoint): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
export const serverToText = (server: NameServer): string => ("url" in server ? server.url : endpointToText(server));

export function createDnsClient(settings: DnsSettings, probing: Probing): DnsClient {
  const { net, signal } = probing;
  const resolvers = listResolvers(settings, net, signal);
  resolvers.catch(() => undefined);
  const exchanges: DnsExchange[] = [];
  const pending = new Map<string, Promise<DnsExchange>>();
  const context: AskContext = { probing, settings, silences: new Map() };
  const serversFor = ({ to, recursive }: Question): Promise<NameServer[]> | NameServer[] => {
    if (to === null) return resolvers;
    if (recursive) return findServer(to, net, signal);
    return [parseServer(to) ?? []].flat();
  };
  const ask = async (question: Question) => {
    const exchange = await askServers(question, await serversFor(question), context);
    exchanges.push(exchange);
    if (exchanges.length % 20 === 0) probing.progress(`${exchanges.length} DNS questions asked`);
    return exchange;
  };
  const askOnce = (question: Question) => {
    const key = questionKey(question);
    const asked = pending.get(key) ?? ask(question);
    pending.set(key, asked);
    return asked;
  };
  // Many walks ask for the same hosts; what came back is read once.
  const answers = new Map<DnsExchange, Answer>();
  const answerOnce = async (question: Question) => {
    const exchange = await askOnce(question);
    const answer = answers.get(exchange) ?? exchangeToAnswer(exchange);
    answers.set(exchange, answer);
    return answer;
  };
  const asksSystem = settings.resolver === null && settings.dohResolver === null;
  return { asksSystem, exchanges, ask: askOnce, drive: (walk) => driveWalk(walk, answerOnce) };
}

async function driveWalk<T>(walk: Walk<T>, answer: (question: Question) => Promise<Answer>): Promise<T> {
  let step = walk.next();
  while (!step.done) {
    const questions = step.value;
    if (isBranchOffer(questions)) {
      questions.results = await Promise.all(questions.branches.map((branch) => driveWalk(branch, answer)));
      step = walk.next([]);
    } else {
      step = walk.next(await Promise.all(questions.map(answer)));
    }
  }
  return step.value;
}

interface AskContext {
  probing: Probing;
  settings: DnsSettings;
  /** Questions in a row that a server left unanswered. */
  silences: Map<string, number>;
}

/**
 * Asks server after server until one answers. One that fails or refuses is passed over as the operating system does, and its answer
 * stands when no other has a better one; of several silent servers the last is recorded.
 */
async function askServers(question: Question, servers: NameServer[], context: AskContext): Promise<DnsExchange> {
  const unasked = { server: question.to ?? "resolver", transport: "udp" as const, tries: 0, milliseconds: 0 };
  let outcome: DnsExchange = { ...question, ...unasked, reply: null, failure: "NO_RESOLVER" };
  const started = performance.now();
  for (const server of servers) {
    const exchange = await askOne(question, server, started, context);
    if (exchange.reply !== null && (server === servers.at(-1) || !isPassedOver(exchange))) {
      return outcome.reply === null || !isPassedOver(exchange) ? exchange : outcome;
    }
    if (outcome.reply === null && (exchange.tries > 0 || outcome.tries === 0)) outcome = exchange;
  }
  return outcome;
}

/** SERVFAIL, NOTIMP and REFUSED say nothing about the name. */
function isPassedOver(exchange: DnsExchange): boolean {
  const { status } = exchangeToAnswer(exchange);
  return status === "server-failure" || status === "refused";
}

async function askOne(
  question: Question,
  server: NameServer,
  started: number,
  { probing, settings, silences }: AskContext,
): Promise<DnsExchange> {
  const name = serverToText(server);
  const attempt: Attempt = { transport: "url" in server ? "https" : "udp", tries: 0 };
  const conclude = (reply: string | null, failure: string | null): DnsExchange => {
    const milliseconds = Math.round((performance.now() - started) * 10) / 10;
    return { ...question, server: name, ...attempt, milliseconds, reply, failure };
  };
  const role = question.to === null || question.recursive ? "recursive" : "authoritative";
  return passGate(name, role, probing.signal, async () => {
    if ((silences.get(name) ?? 0) >= patienceForSilence) return conclude(null, "NOT_ASKED");
    try {
      const reply = await askServer(server, { question, settings, probing, attempt });
      silences.set(name, 0);
      return conclude(bytesToHex(reply), null);
    } catch (error) {
      if (!(error instanceof NetFailure)) throw error;
      if (error.code !== "BAD_NAME") silences.set(name, (silences.get(name) ?? 0) + 1);
      return conclude(null, error.code.slice(0, 80));
    }
  });
}
