import { serveLocally } from "../engine/transports/http.ts";
import type { Call, Reply } from "./call.ts";
import { pagesFolder, takeIn } from "./session.ts";

/** Serves the program to the local browser until interrupted. The address carries a token that works once. */
export async function serve({ session, positionals, options }: Call): Promise<Reply> {
  const { engine, client } = session;
  const [file] = positionals;
  const opened = options.sample
    ? (await client.engagements.sample({})).engagement
    : file
      ? await takeIn(session, file)
      : null;
  const server = await serveLocally({ router: engine.router, pages: pagesFolder, port: Number(options.port ?? 0) });
  process.stdout.write(
    `Connect Fieldbook is served at ${server.address}${opened ? `#/e/${opened}` : ""}\nIt answers this machine only. Press Ctrl-C to stop.\n`,
  );
  await new Promise<void>((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
  await server.close();
  return { data: { stopped: true }, text: "Stopped." };
}
