import type { App, OnBeforeRequestListenerDetails, Session, WebContents } from "electron";
import { shell } from "electron";
import { appOrigin } from "./scheme.ts";

/** The page may copy text that a person asked to copy. Everything else (camera, location, devices, notifications …) is refused. */
const allowedPermissions: ReadonlySet<string> = new Set(["clipboard-sanitized-write"]);
const externalProtocols: ReadonlySet<string> = new Set(["https:", "mailto:"]);

export const isOwnPage = (url: string): boolean => url === appOrigin || url.startsWith(`${appOrigin}/`);

/** Rules that hold for every window and page that will ever exist. Called before Electron is ready. */
export function hardenApp(app: App): void {
  app.enableSandbox();
  app.on("web-contents-created", (_event, contents) => hardenContents(contents));
}

/** No navigation, no new windows, no webviews: the program is one page. */
export function hardenContents(contents: WebContents): void {
  const deny = (event: { preventDefault(): void }) => event.preventDefault();
  contents.on("will-navigate", deny);
  contents.on("will-redirect", deny);
  contents.on("will-frame-navigate", deny);
  contents.on("will-attach-webview", deny);
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url);
    return { action: "deny" };
  });
}

/** Opens an address in the person's own browser or mail program; anything that is not https or mailto, or carries credentials, is dropped. */
export function openOutside(address: string): boolean {
  const url = parseAddress(address);
  if (!url || !externalProtocols.has(url.protocol) || url.username || url.password) return false;
  void shell.openExternal(url.href);
  return true;
}

function parseAddress(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

/** The page has no network of its own and no permissions. */
export function hardenSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(allowedPermissions.has(permission)));
  session.setPermissionCheckHandler((_contents, permission) => allowedPermissions.has(permission));
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isAllowedRequest(details) }));
  // Files leave through the save dialog only.
  session.on("will-download", (event) => event.preventDefault());
}

/** Own files, and the pictures and blobs that the page itself made. Developer tools load their own pages. */
function isAllowedRequest({
  url,
  resourceType,
}: Pick<OnBeforeRequestListenerDetails, "url" | "resourceType">): boolean {
  const isOwnPicture = resourceType === "image" && url.startsWith("data:image/");
  const isOwnBlob = resourceType !== "mainFrame" && url.startsWith(`blob:${appOrigin}/`);
  return isOwnPage(url) || isOwnPicture || isOwnBlob || url.startsWith("devtools:");
}
