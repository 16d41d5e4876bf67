import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { TLSSocket } from "node:tls";

export interface FakeSmtp {
  port: number;
  /** Everything clients sent before TLS, in order. */
  received: string[];
  /** Everything clients sent inside TLS, in order. */
  secured: string[];
  /** Most connections that were open at the same time. */
  most(): number;
  /** Sockets still open. */
  open(): number;
  /** Settings for who talks to it: little patience where it says nothing on purpose, the usual one where it answers. */
  patience: { greetingTimeout?: number; replyTimeout?: number };
  stop(): void;
}
export interface Script {
  /** Sent after `delay` milliseconds; null sends nothing. */
  greeting?: string | null;
  delay?: number;
  /** Sends the greeting byte by byte with this pause. */
  dribble?: number;
  ehlo?: string;
  startTls?: string;
  /** What follows the answer to STARTTLS: a handshake, plain garbage, or silence. */
  handshake?: { key: string; certificate: string; maxVersion?: "TLSv1.1" | "TLSv1.2" } | "garbage" | "silence";
  /** EHLO's answer inside TLS. */
  ehloTls?: string;
  /** Answers to other commands, by the first rule that fits; 250 when none does, nothing at all for null. A rule may count. */
  commands?: [RegExp, string | null | ((count: number) => string | null)][];
  /** Closes right after connecting. */
  closes?: boolean;
  /** Sends this without end. */
  flood?: string;
}

export const extensions = "250-mail.acme.example\r\n250-SIZE 1000\r\n250 STARTTLS\r\n";

/** An SMTP server on loopback that follows a script, well or badly. */
export async function startFakeSmtp(script: Script, address = "127.0.0.1", port = 0): Promise<FakeSmtp> {
  const received: string[] = [];
  const secured: string[] = [];
  const counts = new Map<RegExp, number>();
  const sockets = new Set<Socket>();
  let most = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    most = Math.max(most, sockets.size);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    if (script.closes) return void socket.end();
    if (script.flood !== undefined) return flood(socket, script.flood);
    greet(socket, script);
    socket.on("data", (bytes: Buffer) => {
      const line = bytes.toString("latin1");
      received.push(line.trim());
      answer(socket, { script, counts, secured }, line);
    });
  });
  server.listen(port, address);
  await once(server, "listening");
  const bound = server.address() as { port: number };
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  const patience = patienceFor(script);
  return { port: bound.port, received, secured, most: () => most, open: () => sockets.size, patience, stop };
}

export function patienceFor({ greeting, ehlo, handshake, commands = [] }: Script = {}): FakeSmtp["patience"] {
  const isMute =
    greeting === null || ehlo === "" || handshake === "silence" || commands.some(([, said]) => said === null);
  return isMute ? { greetingTimeout: 1_000, replyTimeout: 1_000 } : {};
}

function flood(socket: Socket, text: string): void {
  const push = () => {
    while (!socket.destroyed && socket.write(text.repeat(1_000)));
  };
  socket.on("drain", push);
  push();
}

function greet(socket: Socket, { greeting = "220 mail.acme.example ESMTP\r\n", delay = 0, dribble = 0 }: Script): void {
  if (greeting === null) return;
  const characters = dribble > 0 ? [...greeting] : [greeting];
  characters.forEach((part, index) => {
    setTimeout(() => socket.writable && socket.write(part, "latin1"), delay + index * dribble);
  });
}

interface Stage {
  script: Script;
  counts: Map<RegExp, number>;
  secured: string[];
}

function answer(socket: Socket, stage: Stage, line: string): void {
  if (line.startsWith("EHLO")) socket.write(stage.script.ehlo ?? extensions);
  else if (line.startsWith("HELO")) socket.write("250 mail.acme.example\r\n");
  else if (line.startsWith("QUIT")) socket.end("221 bye\r\n");
  else if (line.startsWith("STARTTLS")) upgrade(socket, stage);
  else answerCommand(socket, stage, line);
}

function answerCommand(socket: Socket, { script, counts }: Stage, line: string): void {
  const [pattern, reply] = script.commands?.find(([rule]) => rule.test(line)) ?? [/^/, "250 ok\r\n"];
  const count = (counts.get(pattern) ?? 0) + 1;
  counts.set(pattern, count);
  const text = typeof reply === "function" ? reply(count) : reply;
  if (text !== null) socket.write(text);
}

async function upgrade(socket: Socket, stage: Stage): Promise<void> {
  const { startTls = "220 ready\r\n", handshake = "silence", ehloTls = "250 mail.acme.example\r\n" } = stage.script;
  socket.write(startTls);
  if (handshake === "garbage") socket.write("this is no handshake, whatever it may look like\r\n".repeat(3));
  socket.removeAllListeners("data");
  if (typeof handshake === "string") return void socket.resume();
  const { key, certificate, maxVersion } = handshake;
  const versions = maxVersion === "TLSv1.1" ? { minVersion: "TLSv1" as const, maxVersion } : {};
  const secure = new TLSSocket(socket, { isServer: true, key, cert: certificate, ...versions });
  secure.on("error", () => undefined);
  secure.on("data", (bytes: Buffer) => {
    const line = bytes.toString();
    stage.secured.push(line.trim());
    if (line.startsWith("EHLO")) secure.write(ehloTls);
    else if (line.startsWith("QUIT")) secure.end("221 bye\r\n");
    else answerCommand(secure, stage, line);
  });
}
