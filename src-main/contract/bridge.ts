import type { CommandId } from "./commands.ts";

/** What the page asks a file token for. A drop names the file object; its path never reaches the page. */
export type FileRequest =
  | { kind: "open"; accept: "engagement" | "evidence" | "document" | "message" }
  | { kind: "save"; name: string; accept: "engagement" | "document" | "answers" }
  | { kind: "drop"; file: File };

export type EngineState = "starting" | "ready" | "restarting" | "gone";

/** What reaches the page: frames of the contract, commands of the menu, and whether the engine is there. */
export type BridgeMessage =
  | { kind: "frame"; data: string }
  | { kind: "command"; id: CommandId }
  /** A file that the operating system or the list of recent files asked to open. */
  | { kind: "take-in"; token: string; name: string }
  | { kind: "engine"; state: EngineState };

/** The one object the preload script gives the page. Exactly these four names; the list is tested (security row 12). */
export interface Bridge {
  post(frame: string): void;
  /** Returns a function that ends the subscription. */
  subscribe(listener: (message: BridgeMessage) => void): () => void;
  /** Null when the person closed the dialog. */
  fileToken(request: FileRequest): Promise<{ token: string; name: string } | null>;
  platform: { os: "linux" | "mac" | "windows"; packaged: boolean; version: string };
}

/** The file object of a drop, kept abstract so that this file needs no DOM types. */
interface File {
  readonly name: string;
}
