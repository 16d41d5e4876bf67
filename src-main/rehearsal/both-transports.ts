import type { Socket as DatagramSocket } from "node:dgram";
import { once } from "node:events";
import type { Server } from "node:net";

const tries = 20;

/**
 * Listens with both on one port that the system chooses, as name servers must (RFC 1035 4.2). The port is chosen for TCP; where UDP has
 * it in use, as another program's question on its way may, the next is taken. Rejects with the system's error, neither left open.
 */
export async function listenOnBoth(server: Server, socket: DatagramSocket, address: string): Promise<number> {
  for (let tried = 1; ; tried++) {
    server.listen(0, address);
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    try {
      socket.bind(port, address);
      await once(socket, "listening");
      return port;
    } catch (error) {
      const closed = once(server, "close");
      server.close();
      await closed;
      if (tried === tries || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") {
        socket.close();
        throw error;
      }
    }
  }
}
