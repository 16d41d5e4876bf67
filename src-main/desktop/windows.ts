import { join } from "node:path";
import { app, BrowserWindow, nativeTheme, screen, type WebContents } from "electron";
import { fitToDisplay, type PreferenceStore } from "./preferences.ts";
import { startPage } from "./scheme.ts";

/** Matches the page's own ground, so that no flash of white is seen. */
const ground = { light: "#f5f7f8", dark: "#0f1315" };

/** The one window: shown when its page has painted, remembered where it stood. */
export function createWindow(preferences: PreferenceStore): BrowserWindow {
  const saved = preferences.get();
  const area = saved.bounds ? screen.getDisplayMatching(saved.bounds).workArea : screen.getPrimaryDisplay().workArea;
  const window = new BrowserWindow({
    ...fitToDisplay(saved.bounds, area),
    minWidth: 820,
    minHeight: 560,
    show: false,
    title: "Connect Fieldbook",
    backgroundColor: nativeTheme.shouldUseDarkColors ? ground.dark : ground.light,
    webPreferences: {
      preload: join(app.getAppPath(), "dist", "preload", "preload.cjs"),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      devTools: !app.isPackaged,
      additionalArguments: [`--fieldbook-packaged=${app.isPackaged}`, `--fieldbook-version=${app.getVersion()}`],
    },
  });
  if (saved.maximized) window.maximize();
  window.once("ready-to-show", () => window.show());
  window.on("close", () => preferences.set({ bounds: window.getNormalBounds(), maximized: window.isMaximized() }));
  void window.loadURL(startPage);
  return window;
}

const mostCrashes = 3;
const crashWindow = 60_000;

/** A crashed page comes back on the same screen, since the address fragment holds where it was; one that keeps crashing is given up. */
export function restoreAfterCrash(
  { webContents }: { webContents: Pick<WebContents, "on" | "reload" | "isDestroyed"> },
  { note, giveUp, now = Date.now }: { note(reason: string): void; giveUp(): void; now?(): number },
): void {
  let crashes: number[] = [];
  webContents.on("render-process-gone", (_event, { reason }) => {
    if (reason === "clean-exit" || webContents.isDestroyed()) return;
    note(reason);
    crashes = [...crashes.filter((at) => now() - at < crashWindow), now()];
    if (crashes.length > mostCrashes) giveUp();
    else webContents.reload();
  });
}

/** Brings the window to the front, from the tray bar if need be. */
export function focusWindow(window: BrowserWindow | undefined): void {
  if (!window) return;
  if (window.isMinimized()) window.restore();
  window.focus();
}
