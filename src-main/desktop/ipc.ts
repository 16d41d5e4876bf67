import { type IpcMainEvent, type IpcMainInvokeEvent, ipcMain } from "electron";
import * as z from "zod";
import { channels } from "./channels.ts";
import { isOwnPage } from "./harden.ts";

export const fileRequest = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("open"), accept: z.enum(["engagement", "evidence", "document", "message"]) }),
  z.strictObject({
    kind: z.literal("save"),
    name: z.string().min(1).max(200),
    accept: z.enum(["engagement", "document", "answers"]),
  }),
  z.strictObject({ kind: z.literal("drop"), path: z.string().min(1).max(4_096) }),
]);
export type FileTokenRequest = z.infer<typeof fileRequest>;

type Sender = Pick<IpcMainInvokeEvent, "senderFrame">;

/** True for the top frame of our own page and for nothing else. */
export function isTrusted({ senderFrame }: Sender): boolean {
  return senderFrame !== null && senderFrame.parent === null && isOwnPage(senderFrame.url);
}

export interface IpcHandlers {
  fileToken(request: FileTokenRequest, event: IpcMainInvokeEvent): Promise<{ token: string; name: string } | null>;
  /** The page's preload script is there and wants its port. */
  hello(event: IpcMainEvent): void;
}

/** The only place that listens to a page. Untrusted senders and malformed requests get nothing. */
export function listenToPages(handlers: IpcHandlers): void {
  ipcMain.handle(channels.fileToken, async (event, request: unknown) => {
    const parsed = fileRequest.safeParse(request);
    return isTrusted(event) && parsed.success ? handlers.fileToken(parsed.data, event) : null;
  });
  ipcMain.on(channels.hello, (event) => {
    if (isTrusted(event)) handlers.hello(event);
  });
}
