import type { Call, Reply } from "./call.ts";
import { pagesFolder, type Session, takeIn } from "./session.ts";

/** Serves the program to the local browser until interrupted. The address carries a token that works once. */
export async function serve({ session, positionals, options }: Call): Promise<Reply> {
  const [file] = positionals;
  const opened = options.sample
    ? (await session.client.engagements.sample({})).engagement
    : file
      ? await takeIn(session, file)
      : null;
  session.engine.context.vantage.watch();
  return serveUntilInterrupted(session, { port: Number(options.port ?? 0), page: opened ? `/e/${opened}` : null });
}

/** Serves, tells the address and anything else worth knowing, and waits for Ctrl-C. `page` is the one opened first. */
export async function serveUntilInterrupted(
  { engine }: Session,
  { port, page }: { port: number; page: string | null },
  ...more: string[]
): Promise<Reply> {
  // Late: node:http and WebSockets take a fifth of the start of every other command.
  const { serveLocally } = await import("../engine/transports/http.ts");
  const server = await serveLocally({ router: engine.router, pages: pagesFolder, port });
  const told = [
    `Connect Fieldbook is served at ${server.address}${page ? `#${page}` : ""}`,
    ...more,
    "It answers this machine only. Press Ctrl-C to stop.",
  ];
  process.stdout.write(`${told.join("\n")}\n`);
  engine.context.watches.stay();
  await new Promise<void>((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
  await server.close();
  return { data: { stopped: true }, text: "Stopped." };
}
