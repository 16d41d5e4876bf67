import { createConnection } from "node:net";

/** Speaks SMTP as told and returns the replies' last lines, the greeting first. `early` sends before the greeting. */
export function converse(port: number, lines: readonly string[], { early = false } = {}): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const waiting = [...lines];
    const replies: string[] = [];
    const socket = createConnection({ port, host: "127.0.0.1" });
    const next = () => {
      const line = waiting.shift();
      if (line === undefined) socket.end();
      else socket.write(`${line}\r\n`);
    };
    let received = "";
    socket.setTimeout(15_000, () => socket.destroy(new Error("no answer")));
    socket.once("connect", () => early && next());
    socket.on("data", (bytes: Buffer) => {
      received += bytes.toString("latin1");
      for (let at = received.indexOf("\n"); at >= 0; at = received.indexOf("\n")) {
        const line = received.slice(0, at).trim();
        received = received.slice(at + 1);
        if (line[3] === "-") continue;
        replies.push(line);
        next();
      }
    });
    socket.once("error", reject);
    socket.once("close", () => resolve(replies));
  });
}
