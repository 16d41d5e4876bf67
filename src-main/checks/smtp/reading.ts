import { toPrintable } from "../bytes.ts";
import { describeExchange, exchangeToAnswer } from "../dns/exchange.ts";
import { lookUp } from "../look-up.ts";
import { describeFailure, isSilence } from "../net-failure.ts";
import type { TlsFacts } from "../tls/facts.ts";
import type { SmtpDialogue, SmtpHost, SmtpPhase, SmtpRecord, SmtpTurn } from "./record.ts";
import { parseReply, readExtensions, type SmtpReply } from "./reply.ts";

/** What one connection showed, read from its turns. */
export interface SmtpView {
  host: string;
  port: number;
  address: string;
  /** "host:port (address)" for findings. */
  subject: string;
  /** How far it came: nobody answered, refused, connected without a usable greeting, or greeted. */
  reach: "silent" | "refused" | "connected" | "greeted";
  /** Failure of the connection or greeting in words. */
  failure: string;
  greeting: SmtpReply | null;
  greetingSeconds: number;
  extensions: string[];
  hello: SmtpReply | null;
  /** The reply to EHLO inside TLS. */
  secureHello: SmtpReply | null;
  startTls: SmtpReply | null;
  tls: TlsFacts | null;
  /** Code of a failed TLS handshake. */
  tlsFailure: string | null;
  /** The turns as recorded, for what was said after EHLO. */
  turns: readonly SmtpTurn[];
  /** Own address and port, as recorded. */
  local: string | null;
  /** Whether an earlier try was greylisted and this one came after the wait. */
  isRepeated: boolean;
}

const words: Record<string, string> = {
  NOT_SMTP: "what answered does not speak SMTP",
  PLAINTEXT: "unencrypted bytes followed the answer to STARTTLS",
  ERR_SSL_UNSUPPORTED_PROTOCOL: "no common TLS version: TLS 1.2 or newer is not offered",
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: "no common TLS version: TLS 1.2 or newer is not offered",
  ERR_SSL_WRONG_VERSION_NUMBER: "what follows STARTTLS is not TLS",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "what follows STARTTLS is not TLS",
  EPROTO: "what follows STARTTLS is not TLS, or no common version",
};
export const smtpFailureInWords = (code: string): string => lookUp(words, code) ?? describeFailure(code);

export function replyOf(turn: SmtpTurn | undefined): SmtpReply | null {
  if (!turn || turn.failure !== null) return null;
  const reply = parseReply(turn.received);
  return reply === "foreign" ? null : reply;
}

/** The last try at every address of a host; empty when it has no address. */
const lastTries = ({ dialogues }: SmtpHost): SmtpDialogue[] =>
  dialogues.filter(({ address }, index) => !dialogues.slice(index + 1).some((later) => later.address === address));

function readDialogue({ host, port, source }: SmtpHost, dialogue: SmtpDialogue): SmtpView {
  const turnOf = (phase: SmtpPhase) => dialogue.turns.find((turn) => turn.phase === phase);
  const [connect, greetingTurn, helloTurn] = [turnOf("connect"), turnOf("greeting"), turnOf("ehlo")];
  const greeting = replyOf(greetingTurn);
  const hello = replyOf(helloTurn);
  const failed = connect?.failure ?? greetingTurn?.failure ?? null;
  return {
    host,
    port,
    address: dialogue.address,
    subject: source === "literal" ? `${host}:${port}` : `${host}:${port} (${dialogue.address})`,
    reach: reachOf(connect?.failure ?? null, greeting),
    failure: failed === null ? "" : smtpFailureInWords(failed),
    greeting,
    greetingSeconds: (greetingTurn?.milliseconds ?? 0) / 1_000,
    hello,
    secureHello: replyOf(turnOf("ehlo-tls")),
    extensions: hello?.code === 250 ? readExtensions(hello) : [],
    startTls: replyOf(turnOf("starttls")),
    tls: dialogue.tls,
    tlsFailure: turnOf("tls")?.failure ?? null,
    turns: dialogue.turns,
    local: dialogue.local,
    isRepeated: dialogue.waited > 0,
  };
}

function reachOf(failure: string | null, greeting: SmtpReply | null): SmtpView["reach"] {
  if (failure !== null) return isSilence(failure) ? "silent" : "refused";
  return greeting ? "greeted" : "connected";
}

/** Connections that say something: an IPv6 address without a route is dropped when another address was tried. */
export function readTellingViews(host: SmtpHost): SmtpView[] {
  const unroutable = ["ENETUNREACH", "EADDRNOTAVAIL", "EHOSTUNREACH"];
  const views = lastTries(host).map((dialogue) => readDialogue(host, dialogue));
  const telling = views.filter(
    ({ address, turns }) => !(address.includes(":") && unroutable.includes(turns[0]?.failure ?? "")),
  );
  return telling.length > 0 ? telling : views;
}

/** Why a host has no address, and whether it is the resolver's silence rather than its word. */
export function readNoAddress(
  record: Pick<SmtpRecord, "exchanges">,
  host: string,
): { isSilent: boolean; text: string } {
  const answers = record.exchanges.filter(({ name }) => name === host).map(exchangeToAnswer);
  const silent = answers.find(({ status }) => status !== "no-data" && status !== "no-such-name");
  const telling = silent ?? answers[0];
  const server = telling ? ` (resolver ${telling.server})` : "";
  return { isSilent: silent !== undefined || !telling, text: `${telling?.detail ?? "nothing was asked"}${server}` };
}

/** A reply as one printable line. */
export const quoteReply = ({ code, lines }: SmtpReply): string =>
  toPrintable(`${code} ${lines.join(" / ")}`.trim(), 300);

export const transcribeHost = (host: SmtpHost): string =>
  host.dialogues.map((dialogue) => transcribeDialogue(host, dialogue)).join("\n\n");

export function transcribeSmtp(record: SmtpRecord): string {
  return [...record.hosts.map(transcribeHost), record.exchanges.map(describeExchange).join("\n")].join("\n\n");
}

function transcribeDialogue({ host, port }: SmtpHost, { address, local, turns, tls, waited }: SmtpDialogue): string {
  const lines = turns.flatMap((turn) => {
    const sent = turn.sent === "" ? [] : [`> ${toPrintable(turn.sent)}`];
    const received = turn.received.split("\n").filter((line) => line.replace("\r", "") !== "");
    const failure =
      turn.failure === null ? [] : [`! ${turn.phase}: ${smtpFailureInWords(turn.failure)} (${turn.failure})`];
    const told = turn.phase === "tls" && tls ? describeTls(tls) : [];
    const time = `  [${turn.phase}, ${turn.milliseconds} ms]`;
    return [
      ...sent,
      ...received.slice(0, 300).map((line) => `< ${toPrintable(line.replace(/\r$/, ""))}`),
      ...told,
      ...failure,
      time,
    ];
  });
  const again = waited > 0 ? `, again after ${Math.round(waited / 1_000)} s` : "";
  return [`${host}:${port} at ${address}${local ? ` from ${local}` : ""}${again}`, ...lines].join("\n");
}

export const describeTls = ({ protocol, cipher, trusted, distrust, chain }: TlsFacts): string[] => [
  `= ${protocol} ${cipher}, chain ${trusted ? "trusted" : `not trusted (${distrust})`}`,
  ...chain.map(({ subject, issuer, validFrom, validTo, names, fingerprint256 }, index) =>
    toPrintable(
      `=   ${index}: ${subject} | issuer ${issuer} | ${validFrom} to ${validTo} | names ${names.slice(0, 20).join(" ")} | SHA-256 ${fingerprint256}`,
      2_000,
    ),
  ),
];
