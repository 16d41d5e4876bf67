import { randomBytes } from "node:crypto";
import { promises as files } from "node:fs";
import { extname, join, sep } from "node:path";
import { protocol } from "electron";

const scheme = "app";
const host = "fieldbook";
export const appOrigin = `${scheme}://${host}`;
export const startPage = `${appOrigin}/index.html`;

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
};

/** The page talks to nothing: `connect-src 'none'`. Styles need a nonce because Mantine writes its colour variables into a style element. */
export const contentPolicy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "worker-src 'self'",
    "connect-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

/** Must run before Electron is ready. Only what the page needs: no CSP bypass, no CORS, no service workers. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the built pages from `folder` and from nowhere else. */
export async function servePages(folder: string): Promise<void> {
  const root = await files.realpath(folder);
  protocol.handle(scheme, (request) => answerRequest(root, request));
}

const refuse = (status: number): Response => new Response(null, { status, headers: headersFor(".html", freshNonce()) });
const freshNonce = (): string => randomBytes(16).toString("base64");
const headersFor = (ending: string, nonce: string): Record<string, string> => ({
  "Content-Security-Policy": contentPolicy(nonce),
  "Content-Type": types[ending] ?? "application/octet-stream",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
});

/** One request for a page file; `root` is a real path. Answers 400, 403, 404 or 405 with no body for anything but a GET of a file inside. */
export async function answerRequest(root: string, request: Pick<Request, "url" | "method">): Promise<Response> {
  if (request.method !== "GET") return refuse(405);
  const path = requestedPath(request.url);
  if (path === null) return refuse(400);
  try {
    const real = await files.realpath(join(root, path));
    if (!real.startsWith(root + sep)) return refuse(403);
    const nonce = freshNonce();
    const bytes = await files.readFile(real);
    const body =
      extname(real) === ".html" ? bytes.toString("utf8").replaceAll("__CSP_NONCE__", nonce) : new Uint8Array(bytes);
    return new Response(body, { status: 200, headers: headersFor(extname(real), nonce) });
  } catch {
    return refuse(404);
  }
}

function requestedPath(address: string): string | null {
  try {
    const url = new URL(address);
    const path = decodeURIComponent(url.pathname);
    // Checked on the address as it was sent, since URL parsing folds `..` away before anyone can see it.
    const isPlain = !/%00|%2e|%5c|\\|\/\.\.?(\/|$)/i.test(address.slice(appOrigin.length)) && !path.includes("\0");
    return url.host === host && isPlain ? path : null;
  } catch {
    return null;
  }
}
