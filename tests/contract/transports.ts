import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageChannel } from "node:worker_threads";
import { createORPCClient } from "@orpc/client";
import { RPCLink as FetchLink } from "@orpc/client/fetch";
import { RPCLink as PortLink } from "@orpc/client/message-port";
import { RPCLink as SocketLink } from "@orpc/client/websocket";
import { WebSocket } from "ws";
import type { Engine } from "../../src-main/engine/engine.ts";
import { type LocalServer, serveLocally } from "../../src-main/engine/transports/http.ts";
import { type Client, createInProcessClient } from "../../src-main/engine/transports/in-process.ts";
import { createPortServer } from "../../src-main/engine/transports/port.ts";

export interface Connection {
  client: Client;
  /** Calls a command by any name, known or not; null where there is no wire to send a name over. */
  send: ((path: string[], input: unknown) => Promise<unknown>) | null;
  close(): Promise<void>;
}
export type Connect = (engine: Engine) => Promise<Connection>;

type Link = PortLink<Record<never, never>> | FetchLink<Record<never, never>> | SocketLink<Record<never, never>>;
const connectLink = (link: Link) => ({
  client: createORPCClient(link) as Client,
  send: (path: string[], input: unknown) => link.call(path, input, { context: {} }),
});

async function connectInProcess(engine: Engine): Promise<Connection> {
  return { client: createInProcessClient(engine.router), send: null, close: async () => {} };
}

async function connectPort(engine: Engine): Promise<Connection> {
  const { port1, port2 } = new MessageChannel();
  createPortServer(engine.router)({
    post: (frame) => port1.postMessage(frame),
    onFrame: (listener) => port1.on("message", listener),
    onClose: (listener) => port1.on("close", listener),
  });
  const link = new PortLink({ port: port2 as unknown as MessagePort });
  port2.start();
  return { ...connectLink(link), close: async () => port2.close() };
}

/** A local server on a folder with one page, for tests that need no screens. */
export async function startServer(
  engine: Engine,
  more: { tokenLife?: number; now?: () => number } = {},
): Promise<LocalServer & { folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), "fieldbook-pages-"));
  writeFileSync(
    join(folder, "index.html"),
    '<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__"><title>Test</title>',
  );
  const server = await serveLocally({ router: engine.router, pages: folder, ...more });
  const close = async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...server, folder, close };
}

async function connectHttp(engine: Engine): Promise<Connection> {
  const server = await startServer(engine);
  const link = new FetchLink({ url: `${server.origin}/rpc`, headers: { authorization: `Bearer ${server.session}` } });
  return { ...connectLink(link), close: server.close };
}

async function connectSocket(engine: Engine): Promise<Connection> {
  const server = await startServer(engine);
  const socket = new WebSocket(`${server.origin.replace("http", "ws")}/rpc`, {
    headers: { cookie: `fieldbook_session=${server.session}` },
  });
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  const link = new SocketLink({ websocket: socket as unknown as globalThis.WebSocket });
  return {
    ...connectLink(link),
    close: async () => {
      socket.terminate();
      await server.close();
    },
  };
}

/** Every way to reach the contract; the same suite runs over each. */
export const transports: [name: string, connect: Connect][] = [
  ["in process", connectInProcess],
  ["message port", connectPort],
  ["local HTTP", connectHttp],
  ["local WebSocket", connectSocket],
];
