import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { Daemon } from "./processes.ts";

/**
 * A policy service for Postfix (SMTPD_POLICY_README): puts a sender off at its first try and lets it through once `wait` milliseconds
 * have passed, as the gateway's greylisting does.
 */
export async function startGreylisting(reply: string, wait: number): Promise<Daemon & { port: number }> {
  const firstSeen = new Map<string, number>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let text = "";
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (part: Buffer) => {
      text += part.toString("latin1");
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        socket.write(`action=${decide(text.slice(0, end))}\n\n`);
        text = text.slice(end + 2);
      }
    });
  });
  const decide = (request: string): string => {
    const value = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(request)?.[1] ?? "";
    const key = ["client_address", "sender", "recipient"].map(value).join(" ");
    const since = firstSeen.get(key) ?? Date.now();
    firstSeen.set(key, since);
    return Date.now() - since >= wait ? "dunno" : `451 ${reply}`;
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port, stop };
}
