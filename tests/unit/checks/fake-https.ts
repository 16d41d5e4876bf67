import { once } from "node:events";
import { createServer as createPlainServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

export interface FakeHttp {
  port: number;
  /** Every request received, head and body, as text. */
  received: string[];
  /** Sockets still open. */
  open(): number;
  stop(): void;
}
/** What follows a request: text sent at once and then closed, or a way of one's own. */
export type HttpScript = string | ((socket: Socket, request: Buffer) => void);

/** An HTTP server on loopback, with TLS when a certificate is given, that answers by script, well or badly. */
export async function startFakeHttp(
  script: HttpScript,
  secure?: { key: string; certificate: string },
  address = "127.0.0.1",
): Promise<FakeHttp> {
  const received: string[] = [];
  const sockets = new Set<Socket>();
  const serve = (socket: Socket) => {
    socket.on("error", () => undefined);
    let text = Buffer.alloc(0);
    socket.on("data", (bytes: Buffer) => {
      text = Buffer.concat([text, bytes]);
      if (!isComplete(text)) return;
      received.push(text.toString("latin1"));
      if (typeof script === "string") socket.end(script, "latin1");
      else script(socket, text);
      text = Buffer.alloc(0);
    });
  };
  const server = secure
    ? createTlsServer({ key: secure.key, cert: secure.certificate }, serve)
    : createPlainServer(serve);
  server.on("tlsClientError", () => undefined);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
  });
  server.listen(0, address);
  await once(server, "listening");
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port: (server.address() as { port: number }).port, received, open: () => sockets.size, stop };
}

function isComplete(bytes: Buffer): boolean {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const [, length = "0"] = /content-length: (\d+)/i.exec(bytes.subarray(0, end).toString("latin1")) ?? [];
  return bytes.length >= end + 4 + Number(length);
}

/** A complete answer with its length. */
export const httpReply = (status: number, body: string, fields: Record<string, string> = {}): string =>
  [
    `HTTP/1.1 ${status} Reason`,
    `Content-Length: ${body.length}`,
    ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
    "",
    body,
  ].join("\r\n");
