import { RPCHandler } from "@orpc/server/message-port";
import * as z from "zod";
import type { Router } from "../router.ts";
import { handlerOptions, largestMessage, tooLargeHeader } from "./handler.ts";

/** One end of a channel of text frames: a MessagePort, a WebSocket or a relayed connection. */
export interface FramePort {
  post(frame: string): void;
  onFrame(listener: (frame: unknown) => void): void;
  onClose(listener: () => void): void;
}

const frameSchema = z.strictObject({
  i: z.string().max(100),
  t: z.number().int().optional(),
  p: z.unknown(),
});
const requestSchema = z.strictObject({
  u: z.string().startsWith("/").max(500),
  b: z.unknown().optional(),
  h: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  m: z.literal("POST").optional(),
});
const requestKind = 1;
const eventKind = 3;
const abortKind = 4;

/**
 * Lets only well-formed frames through. The library decodes outside any error boundary, so that one malformed frame
 * would end the process; and a frame above the limit loses its body and is answered TOO_LARGE.
 */
function admitFrame(frame: unknown): string | null {
  if (typeof frame !== "string") return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(frame);
  } catch {
    return null;
  }
  const known = frameSchema.safeParse(parsed);
  if (!known.success) return null;
  const kind = known.data.t ?? requestKind;
  if (kind === abortKind) return frame;
  if (kind === eventKind || kind !== requestKind) return null;
  const request = requestSchema.safeParse(known.data.p);
  if (!request.success) return null;
  if (frame.length <= largestMessage) return frame;
  return JSON.stringify({ i: known.data.i, p: { u: request.data.u, h: { [tooLargeHeader]: "1" } } });
}

/** Serves the contract over any channel of frames. Returns a function that serves one more channel. */
export function createPortServer(router: Router): (port: FramePort) => void {
  const handler = new RPCHandler(router, handlerOptions);
  return (port) => {
    const messages: ((event: { data: string }) => void)[] = [];
    const closings: (() => void)[] = [];
    handler.upgrade({
      addEventListener: (kind: string, listener: (event: { data: string }) => void) => {
        if (kind === "message") messages.push(listener);
        else closings.push(listener as () => void);
      },
      postMessage: (data: unknown) => port.post(data as string),
    } as unknown as MessagePort);
    port.onFrame((frame) => {
      const admitted = admitFrame(frame);
      if (admitted !== null) for (const listener of messages) listener({ data: admitted });
    });
    port.onClose(() => {
      for (const listener of closings) listener();
    });
  };
}
