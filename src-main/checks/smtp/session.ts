import { isAddressText } from "../address.ts";
import { bytesToText, textToBytes } from "../bytes.ts";
import { NetFailure } from "../net-failure.ts";
import type { Channel, Probing } from "../types.ts";
import type { HostAndPort, SmtpSettings } from "./plan.ts";
import type { SmtpDialogue, SmtpPhase, SmtpTurn } from "./record.ts";
import { parseReply, readExtensions, type SmtpReply } from "./reply.ts";

/** Bytes of one reply: 200 long lines. No honest server sends more. */
const longestReply = 65_536;
/** A server that keeps sending, however slowly, gets this many times the patience it gets for silence. */
const slowness = 5;
/** A farewell is not worth waiting for. */
const farewell = 1_000;

export type SmtpDepth = "greeting" | "starttls";

interface Session {
  channel: Channel;
  turns: SmtpTurn[];
  /** Received bytes behind the last complete reply. */
  rest: string;
}

/**
 * One polite SMTP conversation: greeting first and EHLO only after its last line, STARTTLS where offered, QUIT. It sends no mail.
 * Every way it can end is a turn of the record; it rejects only with an AbortError.
 */
export async function talkSmtp(
  { host, port }: HostAndPort,
  address: string,
  settings: SmtpSettings,
  depth: SmtpDepth,
  probing: Probing,
): Promise<SmtpDialogue> {
  const dialogue: SmtpDialogue = { address, local: null, turns: [], tls: null };
  const started = performance.now();
  const note = (phase: SmtpPhase, failure: string | null, from = started) =>
    dialogue.turns.push({ phase, milliseconds: elapsed(from), sent: "", received: "", failure });
  let channel: Channel;
  try {
    channel = await probing.net.connect(
      { address, port },
      { timeout: settings.connectTimeout, signal: probing.signal },
    );
  } catch (error) {
    note("connect", codeOf(error));
    return dialogue;
  }
  try {
    dialogue.local = channel.local;
    note("connect", null);
    const session: Session = { channel, turns: dialogue.turns, rest: "" };
    const greeting = await take(session, "greeting", "", settings.greetingTimeout);
    if (depth === "starttls" && greeting?.code === 220) await converse(session, dialogue, host, settings);
    if (greeting) await take(session, "quit", "QUIT", farewell);
  } finally {
    channel.close();
  }
  return dialogue;
}

async function converse(session: Session, dialogue: SmtpDialogue, host: string, settings: SmtpSettings): Promise<void> {
  const hello = await take(session, "ehlo", `EHLO ${settings.ehloName}`, settings.replyTimeout);
  if (hello && hello.code >= 500) await take(session, "helo", `HELO ${settings.ehloName}`, settings.replyTimeout);
  if (hello?.code !== 250 || !readExtensions(hello).includes("STARTTLS")) return;
  const ready = await take(session, "starttls", "STARTTLS", settings.replyTimeout);
  if (ready?.code !== 220) return;
  const started = performance.now();
  const turn: SmtpTurn = { phase: "tls", milliseconds: 0, sent: "", received: session.rest, failure: null };
  session.turns.push(turn);
  // Bytes sent in the clear behind the answer to STARTTLS would be taken for encrypted ones (CVE-2011-0411).
  if (session.rest !== "") turn.failure = "PLAINTEXT";
  else turn.failure = await upgrade(session.channel, dialogue, host, settings);
  turn.milliseconds = elapsed(started);
  session.rest = "";
  if (turn.failure === null) await take(session, "ehlo-tls", `EHLO ${settings.ehloName}`, settings.replyTimeout);
}

async function upgrade(channel: Channel, dialogue: SmtpDialogue, host: string, settings: SmtpSettings) {
  const isName = !isAddressText(host);
  try {
    dialogue.tls = await channel.upgrade({
      name: isName ? host : null,
      extraAuthorities: settings.extraAuthorities,
      trust: "inspect",
      timeout: settings.replyTimeout,
    });
    return null;
  } catch (error) {
    return codeOf(error);
  }
}

/** Sends a line (none for the greeting) and waits for the complete reply. Null when there is none; the turn says why. */
async function take(session: Session, phase: SmtpPhase, line: string, patience: number): Promise<SmtpReply | null> {
  if (session.turns.at(-1)?.failure) return null;
  const started = performance.now();
  const turn: SmtpTurn = { phase, milliseconds: 0, sent: line, received: "", failure: null };
  session.turns.push(turn);
  let text = session.rest;
  try {
    if (line !== "") session.channel.write(textToBytes(`${line}\r\n`));
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
    turn.received = text.slice(0, longestReply);
    return null;
  } finally {
    turn.milliseconds = elapsed(started);
  }
}

function finish(session: Session, turn: SmtpTurn, text: string, reply: SmtpReply): SmtpReply {
  const end = text.split("\n").slice(0, reply.lines.length).join("\n").length + 1;
  turn.received = text.slice(0, end).slice(0, longestReply);
  session.rest = text.slice(end, end + longestReply);
  return reply;
}

const elapsed = (since: number): number => Math.round((performance.now() - since) * 10) / 10;

function codeOf(error: unknown): string {
  if (error instanceof NetFailure) return error.code.slice(0, 80);
  throw error;
}
