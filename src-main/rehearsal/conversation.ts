import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import type { BehaviourId } from "../contract/rehearsal.ts";
import type { Identity } from "./certificates.ts";

/** Who a mail server is. */
export interface Party {
  /** Name it greets with. */
  name: string;
  role: "gateway" | "customer";
  /** Domains whose recipients it knows. */
  domains: readonly string[];
  recipients: readonly string[];
  /** Reference behind its replies, whose last part names the grid; empty for a customer's server. */
  reference: string;
  /** Password that AUTH takes; null for a server without log-on. */
  password: string | null;
}
interface Setting {
  party: Party;
  behaviour: BehaviourId;
  identity: Identity;
  contacts: Map<string, number>;
}

const lateGreeting = 8_000;
const tarpitPause = 2_500;
/** The vendor takes a second try after 60 s (its article 34000377381907); a rehearsal does not make anybody wait that long. */
export const greylistTime = 10_000;
const readyForTls = "220 2.0.0 Ready";
const longestLine = 2_000;
const longestSilence = 120_000;

/** One SMTP conversation (RFC 5321) on a socket, as the behaviour has it. It never takes a message. */
export class Conversation {
  #stream: Duplex;
  readonly #socket: Socket;
  readonly #setting: Setting;
  #received = "";
  #isGreeted = false;
  #isSecure = false;
  #isLoggingOn = false;
  /** Replies leave one after the other, however slowly. */
  #sending: Promise<void> = Promise.resolve();

  constructor(socket: Socket, setting: Setting) {
    this.#socket = socket;
    this.#stream = socket;
    this.#setting = setting;
    socket.on("error", () => undefined);
    socket.setTimeout(longestSilence, () => socket.destroy());
  }

  begin(): void {
    this.#listen(this.#socket);
    const { behaviour, party } = this.#setting;
    const greeting = behaviour === "masked-banner" ? `220 ${"*".repeat(40)}` : `220 ${party.name} ESMTP rehearsal`;
    setTimeout(() => this.#greet(greeting), behaviour === "late-greeting" ? lateGreeting : 0);
  }

  #greet(greeting: string): void {
    this.#isGreeted = true;
    this.#reply(greeting);
  }

  #listen(stream: Duplex): void {
    stream.on("data", (bytes: Buffer) => {
      this.#received += bytes.toString("latin1");
      // Whoever speaks before the greeting is taken for a machine that sends spam, as postscreen does.
      if (!this.#isGreeted) this.#end("521 5.5.1 Protocol error");
      else if (this.#received.length > longestLine) this.#end("500 5.5.2 Line too long");
      else this.#obeyLines();
    });
  }

  #obeyLines(): void {
    for (let at = this.#received.indexOf("\n"); at >= 0; at = this.#received.indexOf("\n")) {
      const line = this.#received.slice(0, at).trim();
      this.#received = this.#received.slice(at + 1);
      this.#obey(line);
    }
  }

  #obey(line: string): void {
    const [verb = "", ...rest] = line.split(" ");
    const argument = rest.join(" ");
    const { name } = this.#setting.party;
    const answers: Record<string, () => string> = {
      EHLO: () => this.#hello(),
      HELO: () => `250 ${name}`,
      STARTTLS: () => this.#offerTls(),
      AUTH: () => this.#logOn(argument),
      MAIL: () => "250 2.1.0 Sender ok",
      RCPT: () => this.#judgeRecipient(argument),
      RSET: () => "250 2.0.0 Reset",
      NOOP: () => "250 2.0.0 Ok",
      DATA: () => "554 5.5.1 A rehearsal takes no messages",
      QUIT: () => `221 2.0.0 ${name} closes`,
    };
    const known = Object.hasOwn(answers, verb.toUpperCase()) ? answers[verb.toUpperCase()] : undefined;
    const reply = this.#isLoggingOn ? this.#takePassword(line) : (known?.() ?? "500 5.5.2 Command not recognised");
    if (reply.startsWith("221")) this.#end(reply);
    else this.#reply(reply);
    if (reply === readyForTls) void this.#sending.then(() => this.#startTls());
  }

  #hello(): string {
    const { party, behaviour } = this.#setting;
    const extensions = [
      party.name,
      "SIZE 104857600",
      ...(behaviour === "masked-banner" ? ["XXXXXXXA"] : []),
      ...(this.#offersTls() ? ["STARTTLS"] : []),
      ...(party.password !== null && this.#isSecure ? ["AUTH PLAIN"] : []),
      "8BITMIME",
    ];
    return extensions.map((text, index) => `250${index === extensions.length - 1 ? " " : "-"}${text}`).join("\r\n");
  }

  #offersTls(): boolean {
    const { behaviour } = this.#setting;
    return !this.#isSecure && behaviour !== "no-starttls" && behaviour !== "masked-banner";
  }

  #offerTls(): string {
    return this.#offersTls() ? readyForTls : "502 5.5.1 Not available";
  }

  #startTls(): void {
    if (this.#socket.destroyed) return;
    this.#socket.removeAllListeners("data");
    const { key, certificate: cert } = this.#setting.identity;
    const secure = new TLSSocket(this.#socket, { isServer: true, key, cert, minVersion: "TLSv1.2" });
    secure.on("error", () => this.#socket.destroy());
    this.#stream = secure;
    this.#isSecure = true;
    this.#received = "";
    this.#listen(secure);
  }

  #logOn(argument: string): string {
    if (this.#setting.party.password === null || !this.#isSecure) return "502 5.5.1 Not available";
    const [method = "", initial] = argument.split(" ");
    if (method.toUpperCase() !== "PLAIN") return "504 5.5.4 Mechanism not known";
    if (initial !== undefined) return this.#takePassword(initial);
    this.#isLoggingOn = true;
    return "334 ";
  }

  #takePassword(encoded: string): string {
    this.#isLoggingOn = false;
    const [, , password] = Buffer.from(encoded, "base64").toString("utf8").split("\0");
    const isRight = password === this.#setting.party.password;
    return isRight ? "235 2.7.0 Authentication successful" : "535 5.7.8 Incorrect authentication data";
  }

  #judgeRecipient(argument: string): string {
    const { party, behaviour } = this.#setting;
    const address = /^TO:\s*<([^<>]*)>/i.exec(argument)?.[1]?.toLowerCase() ?? "";
    if (address === "") return "501 5.5.4 Invalid address";
    const isOwn = party.domains.some((domain) => address.endsWith(`@${domain}`));
    if (behaviour === "greylists" && !this.#isKnownContact(address)) return this.#greylist();
    if (behaviour === "relay-denied") return refuse("451 Open relay not allowed", party);
    if (isOwn) {
      const isKnown = behaviour === "accepts-everything" || party.recipients.includes(address);
      if (isKnown) return "250 2.1.5 Recipient ok";
      return party.role === "gateway" ? refuse("550 Invalid Recipient", party) : "550 5.1.1 User unknown";
    }
    const relays = party.role === "gateway" || behaviour === "open-relay";
    return relays ? "250 2.1.5 Recipient ok" : "550 5.7.1 Relaying denied";
  }

  #isKnownContact(address: string): boolean {
    const { contacts } = this.#setting;
    const key = `${this.#socket.remoteAddress ?? ""} ${address}`;
    const first = contacts.get(key) ?? Date.now();
    contacts.set(key, first);
    return Date.now() - first >= greylistTime;
  }

  #greylist(): string {
    const { party } = this.#setting;
    return party.role === "gateway"
      ? refuse("451 Internal resource temporarily unavailable", party)
      : "450 4.2.0 Greylisted, come again in a minute";
  }

  #reply(text: string): void {
    this.#sending = this.#sending.then(() => this.#send(`${text}\r\n`));
  }

  async #send(text: string): Promise<void> {
    const isSlow = this.#setting.behaviour === "tarpit";
    const half = Math.ceil(text.length / 2);
    for (const part of isSlow ? [text.slice(0, half), text.slice(half)] : [text]) {
      if (isSlow) await new Promise((resolve) => setTimeout(resolve, tarpitPause));
      if (this.#stream.writable) this.#stream.write(part, "latin1");
    }
  }

  #end(text: string): void {
    this.#stream.removeAllListeners("data");
    this.#received = "";
    this.#reply(text);
    void this.#sending.then(() => this.#stream.end());
  }
}

/** The vendor's replies end in an address and a bracketed reference whose last part names the grid. */
const refuse = (text: string, { reference }: Party): string =>
  `${text} - https://community.mimecast.com/docs/DOC-1369#${text.slice(0, 3)} [${reference}]`;
