import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { BehaviourId } from "../contract/rehearsal.ts";
import type { Identity } from "./certificates.ts";
import { Conversation, type Party } from "./conversation.ts";

/** Certificates a server shows, by behaviour. */
export interface Identities {
  good: Identity;
  wrongName: Identity;
  expired: Identity;
}
export interface MailServer {
  readonly port: number;
  /** Conversations from now on follow the behaviour; open ones are ended. */
  behave(behaviour: BehaviourId): Promise<void>;
  stop(): Promise<void>;
}

const mostConnections = 100;

/** A mail server on loopback that behaves well or badly, as told. It takes no message: DATA is always refused. */
export async function startMailServer(party: Party, identities: Identities): Promise<MailServer> {
  let behaviour: BehaviourId = "healthy";
  const open = new Set<Socket>();
  /** When a pair of address and recipient was first seen, milliseconds; what greylisting goes by. */
  const contacts = new Map<string, number>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    new Conversation(socket, { party, behaviour, identity: identityFor(behaviour, identities), contacts }).begin();
  });
  server.maxConnections = mostConnections;
  await listen(server, 0);
  const { port } = server.address() as { port: number };
  const endAll = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    port,
    behave: async (next) => {
      behaviour = next;
      contacts.clear();
      endAll();
      // A firewall that refuses is a port nobody listens on.
      if (next === "locked") await close(server);
      else if (!server.listening) await listen(server, port);
    },
    stop: async () => {
      endAll();
      await close(server);
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  await closed;
}

function identityFor(behaviour: BehaviourId, { good, wrongName, expired }: Identities): Identity {
  if (behaviour === "wrong-certificate") return wrongName;
  return behaviour === "expired-certificate" ? expired : good;
}
