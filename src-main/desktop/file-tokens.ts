import { randomBytes } from "node:crypto";
import { basename, isAbsolute } from "node:path";
import { type BrowserWindow, dialog, type FileFilter } from "electron";
import type { FileTokenRequest } from "./ipc.ts";

/** A copy sealed for others is an age file: NAME.fieldbook.age. */
const engagementFilter: FileFilter = { name: "Engagement", extensions: ["fieldbook", "age"] };
const filters: Record<string, FileFilter[]> = {
  engagement: [engagementFilter],
  document: [
    { name: "Engagement or document", extensions: ["fieldbook", "pdf"] },
    { name: "All files", extensions: ["*"] },
  ],
  evidence: [
    { name: "Pictures", extensions: ["png", "jpg", "jpeg", "webp", "gif"] },
    { name: "All files", extensions: ["*"] },
  ],
  message: [
    { name: "Mail or text", extensions: ["eml", "txt", "log", "mbox"] },
    { name: "All files", extensions: ["*"] },
  ],
};
const saveFilters: Record<string, FileFilter[]> = {
  engagement: [engagementFilter],
  document: [{ name: "PDF document", extensions: ["pdf"] }],
  answers: [{ name: "Answers", extensions: ["json"] }],
};

type Grant = (token: string, path: string, purpose: "open" | "save") => void;

/** The name by which a page may ask for a file once. */
export const createFileToken = (): string => randomBytes(16).toString("hex");

/** Asks the person for a file and gives the page a token for it; the path itself goes to the engine only. */
export async function requestFileToken(
  request: FileTokenRequest,
  window: BrowserWindow,
  grant: Grant,
): Promise<{ token: string; name: string } | null> {
  const path = await choosePath(request, window);
  if (!path || !isAbsolute(path)) return null;
  const token = createFileToken();
  grant(token, path, request.kind === "save" ? "save" : "open");
  return { token, name: basename(path) };
}

async function choosePath(request: FileTokenRequest, window: BrowserWindow): Promise<string | null> {
  if (request.kind === "drop") return request.path;
  if (request.kind === "save") {
    const { filePath } = await dialog.showSaveDialog(window, {
      defaultPath: basename(request.name),
      filters: saveFilters[request.accept] ?? [],
    });
    return filePath || null;
  }
  const { filePaths } = await dialog.showOpenDialog(window, {
    properties: ["openFile"],
    filters: filters[request.accept] ?? [],
  });
  return filePaths[0] ?? null;
}
