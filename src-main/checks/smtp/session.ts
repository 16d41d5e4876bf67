import { isAddressText } from "../address.ts";
import { bytesToText, textToBytes } from "../bytes.ts";
import { NetFailure } from "../net-failure.ts";
import type { Channel, Probing, TlsRequest } from "../types.ts";
import type { HostAndPort, SmtpSettings } from "./plan.ts";
import type { SmtpDialogue, SmtpPhase, SmtpTurn } from "./record.ts";
import { isPermanent, parseReply, readExtensions, type SmtpReply } from "./reply.ts";

/** Bytes of one reply: 200 long lines. No honest server sends more. */
const longestReply = 65_536;
/** A server that keeps sending, however slowly, gets this many times the patience it gets for silence. */
const slowness = 5;
/** A farewell is not worth waiting for. */
const farewell = 1_000;
const quit = textToBytes("QUIT\r\n");

/** How far a conversation goes by itself: to the greeting, to EHLO, or to STARTTLS where offered and EHLO again. */
export type SmtpDepth = "greeting" | "hello" | "starttls";

/** A conversation that has said EHLO, for what is said next. */
export interface SmtpTalk {
  /** The last reply to EHLO or HELO. */
  readonly hello: SmtpReply;
  /** Whether what is said now travels inside TLS whose certificate was verified. */
  readonly isVerified: boolean;
  /**
   * Sends one line and waits for its reply; null when the conversation is over, which the record explains. `shown` is recorded in
   * place of a line that holds a secret.
   */
  say(phase: SmtpPhase, line: string, shown?: string): Promise<SmtpReply | null>;
}

export interface SmtpCourse {
  depth: SmtpDepth;
  /** `require` ends the conversation when the certificate cannot be verified. */
  trust?: TlsRequest["trust"];
  /** What is said after EHLO. Never DATA: no probe sends mail. */
  further?: (talk: SmtpTalk) => Promise<void>;
  /** Texts cut out of whatever the server sends back, one character per byte. */
  secrets?: readonly string[];
}

interface Session {
  channel: Channel;
  turns: SmtpTurn[];
  settings: SmtpSettings;
  secrets: readonly string[];
  /** Received bytes behind the last complete reply. */
  rest: string;
  /** The server has said 421: it closes, and takes no more commands (RFC 5321 3.8). */
  isClosing: boolean;
}

/**
 * One polite SMTP conversation: the greeting first and EHLO only after its last line, STARTTLS where offered, what the course adds,
 * QUIT always, also after a refusal and on cancelling. It sends no mail. Every way it can end is a turn of the record; it rejects
 * only with an AbortError.
 */
export async function talkSmtp(
  { host, port }: HostAndPort,
  address: string,
  settings: SmtpSettings,
  course: SmtpCourse,
  probing: Probing,
): Promise<SmtpDialogue> {
  const dialogue: SmtpDialogue = { address, local: null, turns: [], tls: null, waited: 0 };
  const started = performance.now();
  const note = (failure: string | null) =>
    dialogue.turns.push({ phase: "connect", milliseconds: elapsed(started), sent: "", received: "", failure });
  let channel: Channel;
  try {
    channel = await probing.net.connect(
      { address, port },
      { timeout: settings.connectTimeout, signal: probing.signal },
    );
  } catch (error) {
    note(codeOf(error));
    return dialogue;
  }
  try {
    dialogue.local = channel.local;
    note(null);
    const { turns } = dialogue;
    const session: Session = { channel, turns, settings, secrets: course.secrets ?? [], rest: "", isClosing: false };
    const greeting = await take(session, "greeting", "");
    if (greeting) channel.parting = quit;
    if (greeting?.code === 220 && course.depth !== "greeting") await converse(session, dialogue, host, course);
    if (greeting) await part(session);
  } finally {
    channel.close();
  }
  return dialogue;
}

async function converse(session: Session, dialogue: SmtpDialogue, host: string, course: SmtpCourse): Promise<void> {
  const first = await greet(session, "ehlo");
  if (!first) return;
  const offersTls = first.code === 250 && readExtensions(first).includes("STARTTLS");
  const second = course.depth === "starttls" && offersTls ? await secure(session, dialogue, host, course) : first;
  if (second?.code !== 250 || !course.further) return;
  await course.further({
    hello: second,
    isVerified: course.trust === "require" && dialogue.tls !== null,
    say: (phase, line, shown) => take(session, phase, line, shown),
  });
}

/** EHLO, and HELO for servers that know no EHLO (RFC 5321 4.1.1.1). */
async function greet(session: Session, phase: "ehlo" | "ehlo-tls"): Promise<SmtpReply | null> {
  const { ehloName } = session.settings;
  const hello = await take(session, phase, `EHLO ${ehloName}`);
  return hello && isPermanent(hello) ? take(session, "helo", `HELO ${ehloName}`) : hello;
}

/** STARTTLS and EHLO again; null when that did not come about. A refused STARTTLS leaves the first EHLO standing. */
async function secure(
  session: Session,
  dialogue: SmtpDialogue,
  host: string,
  course: SmtpCourse,
): Promise<SmtpReply | null> {
  const ready = await take(session, "starttls", "STARTTLS");
  if (ready?.code !== 220) return null;
  const started = performance.now();
  const turn: SmtpTurn = { phase: "tls", milliseconds: 0, sent: "", received: session.rest, failure: null };
  session.turns.push(turn);
  session.channel.parting = undefined;
  // Bytes sent in the clear behind the answer to STARTTLS would be taken for encrypted ones (CVE-2011-0411).
  if (session.rest !== "") turn.failure = "PLAINTEXT";
  else turn.failure = await upgrade(session, dialogue, host, course.trust ?? "inspect");
  turn.milliseconds = elapsed(started);
  session.rest = "";
  if (turn.failure !== null) return null;
  session.channel.parting = quit;
  return greet(session, "ehlo-tls");
}

async function upgrade(session: Session, dialogue: SmtpDialogue, host: string, trust: TlsRequest["trust"]) {
  const { channel, settings } = session;
  try {
    dialogue.tls = await channel.upgrade({
      name: isAddressText(host) ? null : host,
      extraAuthorities: settings.extraAuthorities,
      trust,
      timeout: settings.replyTimeout,
    });
    return null;
  } catch (error) {
    return codeOf(error);
  }
}

/** QUIT with a moment for the answer; after an unanswered command without waiting; nothing where a handshake or the line broke. */
async function part(session: Session): Promise<void> {
  const last = session.turns.at(-1);
  if (last?.failure === null) {
    session.isClosing = false;
    await take(session, "quit", "QUIT");
  } else if (last?.failure === "TIMEOUT" && last.phase !== "tls") {
    session.channel.write(quit);
    session.turns.push({ phase: "quit", milliseconds: 0, sent: "QUIT", received: "", failure: null });
  }
}

/**
 * Patience for one reply, milliseconds. RFC 5321 4.5.3.2 allows 5 minutes for greeting, MAIL and RCPT. Servers hold back the greeting
 * (postscreen 6 to 15 s), and RCPT while they ask another server or slow a stranger down (tarpit).
 */
function patienceFor(phase: SmtpPhase, { greetingTimeout, replyTimeout }: SmtpSettings): number {
  if (phase === "greeting") return greetingTimeout;
  if (phase === "quit") return farewell;
  return phase === "mail" || phase === "rcpt" ? Math.max(greetingTimeout, replyTimeout) : replyTimeout;
}

/** Sends a line (none for the greeting) and waits for the complete reply. Null when there is none; the turn says why. */
async function take(session: Session, phase: SmtpPhase, text: string, shown?: string): Promise<SmtpReply | null> {
  if (session.isClosing || session.turns.at(-1)?.failure) return null;
  // An answer or setting with a line break must not become a second command.
  const line = text.replace(/[\r\n]/g, "");
  const started = performance.now();
  const turn: SmtpTurn = { phase, milliseconds: 0, sent: shown ?? line.slice(0, 600), received: "", failure: null };
  session.turns.push(turn);
  try {
    if (line !== "") session.channel.write(textToBytes(`${line}\r\n`));
    return await receive(session, turn, started);
  } finally {
    turn.milliseconds = elapsed(started);
  }
}

async function receive(session: Session, turn: SmtpTurn, started: number): Promise<SmtpReply | null> {
  const patience = patienceFor(turn.phase, session.settings);
  let text = session.rest;
  try {
    for (;;) {
      const reply = parseReply(text);
      if (reply === "foreign") throw new NetFailure("NOT_SMTP", "The bytes are not SMTP.");
      if (reply) return finish(session, turn, text, reply);
      if (text.length > longestReply) throw new NetFailure("TOO_LARGE", "The reply has no end.");
      const left = started + patience * slowness - performance.now();
      if (left <= 0) throw new NetFailure("TIMEOUT", "The reply did not end.");
      const bytes = await session.channel.read(Math.min(patience, left));
      if (bytes === null) throw new NetFailure("CLOSED", "The server closed the connection.");
      text += bytesToText(bytes);
    }
  } catch (error) {
    turn.failure = codeOf(error);
    turn.received = redact(text.slice(0, longestReply), session.secrets);
    return null;
  }
}

function finish(session: Session, turn: SmtpTurn, text: string, reply: SmtpReply): SmtpReply {
  const end = text.split("\n").slice(0, reply.lines.length).join("\n").length + 1;
  turn.received = redact(text.slice(0, end), session.secrets).slice(0, longestReply);
  session.rest = text.slice(end, end + longestReply);
  session.isClosing = reply.code === 421;
  return reply;
}

/** A server may repeat what it was sent. The code in front of each line stays, so that the reply can still be read. */
function redact(text: string, secrets: readonly string[]): string {
  if (secrets.length === 0) return text;
  const cut = (part: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, "***"), part);
  return text
    .split("\n")
    .map((line) => (/^\d{3}[ -]/.test(line) ? line.slice(0, 4) + cut(line.slice(4)) : cut(line)))
    .join("\n");
}

const elapsed = (since: number): number => Math.round((performance.now() - since) * 10) / 10;

function codeOf(error: unknown): string {
  if (error instanceof NetFailure) return error.code.slice(0, 80);
  throw error;
}
