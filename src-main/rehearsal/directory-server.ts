import { once } from "node:events";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { BerReader, BerWriter } from "ldapts";
import type { Identity } from "./certificates.ts";

/** What the rehearsal's directory holds. */
export interface DirectoryContents {
  rootDn: string;
  bindDn: string;
  password: string;
  /** Attributes by lower-case name, one value each; `dn` among them. */
  entries: readonly Record<string, string>[];
}
export interface DirectoryServer {
  readonly port: number;
  stop(): Promise<void>;
}

// Protocol operations and result codes of RFC 4511 4.2, 4.5 and appendix A.
const bindRequest = 0x60;
const bindResponse = 0x61;
const unbindRequest = 0x42;
const searchRequest = 0x63;
const searchEntry = 0x64;
const searchDone = 0x65;
const success = 0;
const sizeLimitExceeded = 4;
const noSuchObject = 32;
const invalidCredentials = 49;
const insufficientAccess = 50;
const filterTags = { and: 0xa0, or: 0xa1, not: 0xa2, equal: 0xa3, present: 0x87 } as const;
const deepestFilter = 10;
const longestRequest = 16_384;

/** A directory on loopback that speaks LDAPS: simple bind and search, as much of LDAP as a rehearsal needs. */
export async function startDirectoryServer(contents: DirectoryContents, identity: Identity): Promise<DirectoryServer> {
  const open = new Set<TLSSocket>();
  const { key, certificate: cert } = identity;
  const server: Server = createServer({ key, cert, minVersion: "TLSv1.2" }, (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("error", () => undefined);
    socket.setTimeout(60_000, () => socket.destroy());
    serve(socket, contents);
  });
  server.maxConnections = 50;
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    port,
    stop: async () => {
      for (const socket of open) socket.destroy();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}

function serve(socket: TLSSocket, contents: DirectoryContents): void {
  let received: Buffer = Buffer.alloc(0);
  const session = { isBound: false };
  socket.on("data", (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    if (received.length > longestRequest) return void socket.destroy();
    try {
      for (let size = messageSize(received); size !== null && size <= received.length; size = messageSize(received)) {
        const reply = answer(new BerReader(received.subarray(0, size)), session, contents);
        received = received.subarray(size);
        if (reply === null) return void socket.end();
        socket.write(reply);
      }
    } catch {
      socket.destroy();
    }
  });
}

/** Bytes of the first whole message, its head included; null while the head is not there. */
function messageSize(bytes: Buffer): number | null {
  const [, first] = bytes;
  if (first === undefined) return null;
  if (first < 0x80) return first + 2;
  const count = first & 0x7f;
  if (count > 4 || bytes.length < count + 2) return null;
  return bytes.readUIntBE(2, count) + count + 2;
}

/** The answer to one message; null when the client says farewell. */
function answer(reader: BerReader, session: { isBound: boolean }, contents: DirectoryContents): Buffer | null {
  reader.readSequence();
  const id = reader.readInt() ?? 0;
  const operation = reader.readSequence() ?? 0;
  if (operation === bindRequest) return bind(id, reader, session, contents);
  if (operation === searchRequest) return search(id, reader, session.isBound, contents);
  if (operation === unbindRequest) return null;
  throw new Error("Not an operation of the rehearsal's directory.");
}

function bind(id: number, reader: BerReader, session: { isBound: boolean }, contents: DirectoryContents): Buffer {
  reader.readInt();
  const name = (reader.readString() ?? "").toLowerCase();
  const password = reader.readString(0x80) ?? "";
  session.isBound = name === contents.bindDn.toLowerCase() && password === contents.password;
  return session.isBound
    ? result(id, bindResponse, success, "")
    : result(
        id,
        bindResponse,
        invalidCredentials,
        // As Active Directory words a wrong name or password.
        "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 52e, v4563",
      );
}

function search(id: number, reader: BerReader, isBound: boolean, { rootDn, entries }: DirectoryContents): Buffer {
  const base = (reader.readString() ?? "").toLowerCase();
  reader.readEnumeration();
  reader.readEnumeration();
  const limit = reader.readInt() ?? 0;
  reader.readInt();
  reader.readBoolean();
  const filter = readFilter(reader);
  if (!isBound) return result(id, searchDone, insufficientAccess, "");
  if (base !== rootDn.toLowerCase() && !base.endsWith(`,${rootDn.toLowerCase()}`))
    return result(id, searchDone, noSuchObject, "");
  const found = entries.filter((entry) => (entry.dn ?? "").toLowerCase().endsWith(base) && filter(entry));
  const shown = limit > 0 ? found.slice(0, limit) : found;
  const code = shown.length < found.length ? sizeLimitExceeded : success;
  return Buffer.concat([...shown.map(({ dn = "" }) => entryMessage(id, dn)), result(id, searchDone, code, "")]);
}

type Filter = (entry: Record<string, string>) => boolean;

/** The filters that checks use: and, or, not, present and equal (RFC 4511 4.5.1.7). */
function readFilter(reader: BerReader, depth = 0): Filter {
  const tag = reader.peek();
  if (depth > deepestFilter || tag === null) throw new Error("Not a filter of the rehearsal's directory.");
  if (tag === filterTags.present) {
    const name = (reader.readString(tag) ?? "").toLowerCase();
    return (entry) => Object.hasOwn(entry, name);
  }
  reader.readSequence(tag);
  const end = reader.offset + reader.length;
  if (tag === filterTags.equal) {
    const [name, value] = [(reader.readString() ?? "").toLowerCase(), (reader.readString() ?? "").toLowerCase()];
    return (entry) => Object.hasOwn(entry, name) && entry[name]?.toLowerCase() === value;
  }
  const parts: Filter[] = [];
  while (reader.offset < end) parts.push(readFilter(reader, depth + 1));
  if (tag === filterTags.and) return (entry) => parts.every((part) => part(entry));
  if (tag === filterTags.or) return (entry) => parts.some((part) => part(entry));
  if (tag === filterTags.not) return (entry) => !parts.every((part) => part(entry));
  throw new Error("Not a filter of the rehearsal's directory.");
}

/** An entry by its name alone: checks count entries and ask for no attribute. */
function entryMessage(id: number, dn: string): Buffer {
  return message(id, searchEntry, (writer) => {
    writer.writeString(dn);
    writer.startSequence();
    writer.endSequence();
  });
}

const result = (id: number, operation: number, code: number, text: string): Buffer =>
  message(id, operation, (writer) => {
    writer.writeEnumeration(code);
    writer.writeString("");
    writer.writeString(text);
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
