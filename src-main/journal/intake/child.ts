import { JournalFailure, toFailure } from "../file/failure.ts";
import type { Answer, Failed } from "./answers.ts";
import { ForeignFailure, readForeignRows } from "./rows.ts";
import type { Request } from "./wire.ts";

/** Entry of the process that reads one foreign file. With the channel to its parent gone nothing keeps it running. */

interface ParentPort {
  on(event: "message", listener: (event: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

const parent = (process as unknown as { parentPort?: ParentPort }).parentPort;
const send = (answer: Answer) => (parent ? parent.postMessage(answer) : process.send?.(answer));

function describeFailure(error: unknown): Failed {
  if (error instanceof ForeignFailure) return error.answer;
  const failure = toFailure(error);
  // A bug ends the process; the parent then says that reading failed.
  if (!(failure instanceof JournalFailure)) throw error;
  const { code } = failure;
  if (code === "ALREADY_EXISTS" || code === "BLOB_MISSING" || code === "REJECTED") throw error;
  return { type: "failed", code, reason: null };
}

let rows: Generator<Answer> | undefined;

function receive(request: Request): void {
  if (request.type === "open") {
    rows = readForeignRows(request.path, request.key);
    return;
  }
  try {
    const next = rows?.next();
    if (next && !next.done) send(next.value);
  } catch (error) {
    send(describeFailure(error));
  }
}

if (parent) parent.on("message", ({ data }) => receive(data as Request));
else process.on("message", receive);
send({ type: "ready" });
