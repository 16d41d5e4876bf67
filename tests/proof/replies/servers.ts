import { BerReader, BerWriter } from "ldapts";

/** A peer in memory: what it says first, and what it answers to bytes. */
export interface Peer {
  open(): Buffer[];
  hear(bytes: Buffer): Buffer[];
}

export interface MailSite {
  greeting: string;
  extensions: readonly string[];
  /** Answers to RCPT, by whether the recipient is known, of the site's domain, or a stranger's. */
  known: string;
  unknown: string;
  stranger: string;
  domain: string;
  recipient: string;
}

/** An SMTP server; replies stand in for a whole conversation. */
export function createMailPeer(site: MailSite): Peer {
  let text = "";
  const answer = (line: string): string => {
    const [verb = ""] = line.toUpperCase().split(" ");
    if (verb === "EHLO" || verb === "HELO") {
      const lines = ["mail.example", ...site.extensions];
      return lines.map((word, index) => `250${index === lines.length - 1 ? " " : "-"}${word}\r\n`).join("");
    }
    if (verb === "RCPT") return `${answerRecipient(site, line)}\r\n`;
    if (verb === "AUTH") return "535 5.7.8 Incorrect authentication data\r\n";
    if (verb === "STARTTLS") return "220 ready\r\n";
    return verb === "QUIT" ? "221 bye\r\n" : "250 ok\r\n";
  };
  return {
    open: () => [Buffer.from(`${site.greeting}\r\n`)],
    hear: (bytes) => {
      text += bytes.toString("latin1");
      const lines = text.split("\r\n");
      text = lines.pop() ?? "";
      return lines.map((line) => Buffer.from(answer(line)));
    },
  };
}

function answerRecipient({ domain, recipient, known, unknown, stranger }: MailSite, line: string): string {
  const address = /<([^>]*)>/.exec(line)?.[1]?.toLowerCase() ?? "";
  if (address === recipient) return known;
  return address.endsWith(`@${domain}`) ? unknown : stranger;
}

export interface DirectorySite {
  /** Result of bind and of search (RFC 4511 4.1.9). */
  bind: number;
  entries: number;
}

const bindRequest = 0x60;
const bindResponse = 0x61;
const searchRequest = 0x63;
const searchEntry = 0x64;
const searchDone = 0x65;

/** A directory that answers every bind and search alike. */
export function createDirectoryPeer({ bind, entries }: DirectorySite): Peer {
  return {
    open: () => [],
    hear: (bytes) => {
      const reader = new BerReader(bytes);
      reader.readSequence();
      const id = reader.readInt() ?? 0;
      const operation = reader.readSequence();
      if (operation === bindRequest) return [result(id, bindResponse, bind)];
      if (operation !== searchRequest) return [];
      const found = Array.from({ length: entries }, (_, index) => entry(id, `cn=person ${index},dc=acme,dc=example`));
      return [...found, result(id, searchDone, 0)];
    },
  };
}

const result = (id: number, operation: number, code: number): Buffer =>
  message(id, operation, (writer) => {
    writer.writeEnumeration(code);
    writer.writeString("");
    writer.writeString(code === 0 ? "" : "80090308: LdapErr: DSID-0C090439, data 52e, v4563");
  });

const entry = (id: number, name: string): Buffer =>
  message(id, searchEntry, (writer) => {
    writer.writeString(name);
    writer.startSequence();
    writer.endSequence();
  });

function message(id: number, operation: number, fill: (writer: BerWriter) => void): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(operation);
  fill(writer);
  writer.endSequence();
  writer.endSequence();
  return Buffer.from(writer.buffer);
}

/** A web server that gives one body to every request. */
export function createWebPeer(status: string, body: string): Peer {
  let text = "";
  return {
    open: () => [],
    hear: (bytes) => {
      text += bytes.toString("latin1");
      if (!text.includes("\r\n\r\n")) return [];
      text = "";
      const head = `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`;
      return [Buffer.from(head), Buffer.from(body)];
    },
  };
}
