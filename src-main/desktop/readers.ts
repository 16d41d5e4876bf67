import { type UtilityProcess, utilityProcess } from "electron";
import * as z from "zod";

const readerOrder = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("reader-start"), id: z.string() }),
  z.strictObject({ type: z.literal("reader-send"), id: z.string(), message: z.unknown() }),
  z.strictObject({ type: z.literal("reader-kill"), id: z.string() }),
]);

/** Windows cannot load system libraries without these; a reader of foreign files gets nothing else of the environment. */
const passedOn = ["SystemRoot", "windir"];

/**
 * Processes that read foreign files, started for the engine: only Electron's main process can start a utility process.
 * Messages are passed on unread.
 */
export class Readers {
  readonly #children = new Map<string, UtilityProcess>();
  readonly #script: string;
  readonly #tell: (message: object) => void;

  constructor(script: string, tell: (message: object) => void) {
    this.#script = script;
    this.#tell = tell;
  }

  /** True when the message was an order of this kind and has been carried out. */
  take(message: unknown): boolean {
    const parsed = readerOrder.safeParse(message);
    if (!parsed.success) return false;
    const order = parsed.data;
    if (order.type === "reader-start") this.#start(order.id);
    else if (order.type === "reader-send") this.#children.get(order.id)?.postMessage(order.message);
    else this.#children.get(order.id)?.kill();
    return true;
  }

  #start(id: string): void {
    const child = utilityProcess.fork(this.#script, [], {
      serviceName: "Fieldbook reader",
      env: Object.fromEntries(passedOn.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
      execArgv: ["--max-old-space-size=256"],
      stdio: "ignore",
    });
    this.#children.set(id, child);
    child.on("spawn", () => this.#tell({ type: "reader-started", id, pid: child.pid ?? 0 }));
    child.on("message", (message: unknown) => this.#tell({ type: "reader-message", id, message }));
    child.on("exit", () => {
      this.#children.delete(id);
      this.#tell({ type: "reader-exit", id });
    });
  }

  /** Ends every reader; the engine they worked for is gone. */
  stop(): void {
    for (const child of this.#children.values()) child.kill();
  }
}
