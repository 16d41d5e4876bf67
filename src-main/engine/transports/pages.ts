import { randomBytes } from "node:crypto";
import { createReadStream, readFileSync, realpathSync, statSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { extname, join, sep } from "node:path";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** Content security policy of the pages; `connect-src` is the page's own server, for nothing else is ever spoken to. */
const policy = (nonce: string, origin: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "worker-src 'self'",
    `connect-src 'self' ${origin.replace("http:", "ws:")}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

/** Sends a built page file; HTML gets a fresh style nonce in the header and in its meta element. */
export function sendPage(path: string, origin: string, response: ServerResponse): void {
  const nonce = randomBytes(16).toString("base64");
  response.setHeader("Content-Security-Policy", policy(nonce, origin));
  response.setHeader("Content-Type", types[extname(path)] ?? "application/octet-stream");
  if (extname(path) === ".html") response.end(readFileSync(path, "utf8").replaceAll("__CSP_NONCE__", nonce));
  else createReadStream(path).pipe(response);
}

/** The file for a request path below the root (a real path), or null: nothing outside it, no links that lead out. */
export function resolvePage(root: string, pathname: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (decoded.includes("\0") || decoded.includes("\\") || decoded.split("/").includes("..")) return null;
  try {
    const path = realpathSync(join(root, decoded === "/" ? "index.html" : decoded));
    return path.startsWith(root + sep) && statSync(path).isFile() ? path : null;
  } catch {
    return null;
  }
}
