import { realpathSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { RPCHandler } from "@orpc/server/node";
import { WebSocketServer } from "ws";
import { describeFailure, type FailureCode, failures } from "../../contract/failures.ts";
import type { Router } from "../router.ts";
import { handlerOptions, largestMessage } from "./handler.ts";
import { LocalAccess } from "./local-access.ts";
import { resolvePage, sendPage } from "./pages.ts";
import { createPortServer } from "./port.ts";

export interface LocalServerOptions {
  router: Router;
  /** Folder of the built pages. */
  pages: string;
  port?: number;
  /** How long the one-time token in the printed address may wait to be used, in milliseconds. */
  tokenLife?: number;
  now?: () => number;
}
export interface LocalServer {
  /** Address with the one-time token. */
  address: string;
  origin: string;
  /** What a program (not a page) sends as `Authorization: Bearer …`. */
  session: string;
  close(): Promise<void>;
}

/** Serves pages and contract on 127.0.0.1 only. Authentication comes before anything else, and no header ever lets another origin in. */
export async function serveLocally({
  router,
  pages,
  port = 0,
  tokenLife = 10 * 60_000,
  now = Date.now,
}: LocalServerOptions): Promise<LocalServer> {
  const access = new LocalAccess(tokenLife, now);
  const site = new LocalSite(access, router, realpathSync(pages));
  const server = createServer((request, response) => site.receive(request, response));
  server.on("upgrade", (request, socket, head) => site.upgrade(request, socket, head));
  access.origin = `http://127.0.0.1:${await listen(server, port)}`;
  const { address, origin, session } = access;
  return {
    address,
    origin,
    session,
    close: () =>
      new Promise((resolve) => {
        site.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class LocalSite {
  readonly #access: LocalAccess;
  readonly #root: string;
  readonly #commands;
  readonly #serveFrames;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: 8 * largestMessage });

  constructor(access: LocalAccess, router: Router, root: string) {
    this.#access = access;
    this.#root = root;
    this.#commands = new RPCHandler(router, handlerOptions);
    this.#serveFrames = createPortServer(router);
  }

  receive(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("Cache-Control", "no-store");
    this.#answer(request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else refuseRequest(response, 500, "INTERNAL");
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#access.isForeign(request)) return refuseRequest(response, 403, "UNAUTHORISED");
    const url = new URL(request.url ?? "/", this.#access.origin);
    const token = url.searchParams.get("token");
    if (token !== null && request.method === "GET") return this.#welcome(token, request, response);
    if (!this.#access.hasSession(request)) return refuseRequest(response, 401, "UNAUTHORISED");
    if (url.pathname.startsWith("/rpc/")) return this.#answerCommand(request, response);
    this.#answerPage(url.pathname, request, response);
  }

  #welcome(token: string, request: IncomingMessage, response: ServerResponse): void {
    if (!this.#access.spendToken(token) && !this.#access.hasSession(request)) {
      refuseRequest(response, 401, "UNAUTHORISED");
      return;
    }
    response.setHeader("Set-Cookie", this.#access.cookie);
    response.writeHead(303, { Location: "/" }).end();
  }

  async #answerCommand(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== "POST") return refuseRequest(response, 405, "UNKNOWN_COMMAND");
    if (!/^application\/json\b/.test(request.headers["content-type"] ?? ""))
      return refuseRequest(response, 415, "INVALID_INPUT");
    if (!fitsLimit(request)) return refuseRequest(response, 413, "TOO_LARGE");
    const { matched } = await this.#commands.handle(request, response, { prefix: "/rpc" });
    if (!matched) refuseRequest(response, 404, "UNKNOWN_COMMAND");
  }

  #answerPage(pathname: string, request: IncomingMessage, response: ServerResponse): void {
    const path = request.method === "GET" ? resolvePage(this.#root, pathname) : null;
    if (path) sendPage(path, this.#access.origin, response);
    else refuseRequest(response, request.method === "GET" ? 404 : 405, "FILE_MISSING");
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#access.isForeign(request) || !this.#access.hasSession(request) || request.url !== "/rpc") {
      socket.end("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n");
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (web) => {
      web.on("error", () => web.terminate());
      this.#serveFrames({
        post: (frame) => web.send(frame),
        onFrame: (listener) => web.on("message", (data, isBinary) => listener(isBinary ? data : data.toString())),
        onClose: (listener) => web.on("close", listener),
      });
    });
  }

  close(): void {
    for (const client of this.#sockets.clients) client.terminate();
  }
}

/** An error in the form the contract library's client reads. */
function refuseRequest(response: ServerResponse, status: number, code: FailureCode): void {
  const data = describeFailure(code);
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(
    JSON.stringify({ json: { defined: true, code, status: failures[code][0], message: data.happened, data } }),
  );
}

/** True when the declared body fits; a body without a length is refused, since every client of ours declares one. */
function fitsLimit(request: IncomingMessage): boolean {
  const declared = request.headers["content-length"];
  const fits = declared !== undefined && /^\d+$/.test(declared) && Number(declared) <= largestMessage;
  if (!fits) request.resume();
  return fits;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
