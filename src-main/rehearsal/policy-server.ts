import { once } from "node:events";
import { createServer } from "node:https";
import type { Identity } from "./certificates.ts";

export interface PolicyServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** The MTA-STS policy over HTTPS (RFC 8461 3.2) on loopback; 404 while there is none. */
export async function startPolicyServer(policy: () => string | null, identity: Identity): Promise<PolicyServer> {
  const { key, certificate: cert } = identity;
  const server = createServer({ key, cert, minVersion: "TLSv1.2" }, (request, response) => {
    const text = request.url === "/.well-known/mta-sts.txt" ? policy() : null;
    response.writeHead(text === null ? 404 : 200, { "content-type": "text/plain", connection: "close" });
    response.end(text ?? "There is no policy here.\n");
  });
  server.maxConnections = 50;
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    port,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
