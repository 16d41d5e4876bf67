import { explainOldRuntime } from "./runtime.ts";

/** Entry of the engine process under a host: Electron's utility process, or a plain Node child. */
const problem = explainOldRuntime();
if (problem) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}
// A broken engine must not live on: its host starts a fresh one. Since Electron 37 an unhandled rejection here would only warn.
process.on("unhandledRejection", (reason) => {
  process.stderr.write(`${reason instanceof Error ? reason.stack : String(reason)}\n`);
  process.exit(1);
});
const { serveHost } = await import("./host.ts");
serveHost();
