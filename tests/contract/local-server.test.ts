import { symlinkSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { startTestEngine, type TestEngine } from "../support/engine.ts";
import { startServer } from "./transports.ts";

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}
/** A raw request, since fetch normalises paths and forbids the headers an attacker would send. */
function ask(
  origin: string,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, path, method: options.method ?? "GET", headers: options.headers ?? {} },
      (response) => {
        let body = "";
        response.on("data", (part) => {
          body += part;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      },
    );
    sent.on("error", reject);
    sent.end(options.body);
  });
}

describe("the local server (security row 34)", () => {
  let engine: TestEngine;
  let server: Awaited<ReturnType<typeof startServer>>;
  const signedIn = () => ({ authorization: `Bearer ${server.session}` });
  const command = (headers: Record<string, string>, body = '{"json":{}}') =>
    ask(server.origin, "/rpc/engagements/list", {
      method: "POST",
      headers: { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)), ...headers },
      body,
    });
  beforeAll(async () => {
    engine = startTestEngine();
    server = await startServer(engine.engine);
  });
  afterAll(async () => {
    await server.close();
    await engine.close();
  });

  test("answers nothing without the session, and only then looks at the command", async () => {
    for (const headers of [
      {},
      { authorization: "Bearer 00" },
      { authorization: `Bearer ${"0".repeat(64)}` },
      { cookie: "fieldbook_session=00" },
    ]) {
      expect((await ask(server.origin, "/", { headers })).status).toBe(401);
      expect((await command(headers)).status).toBe(401);
    }
    expect((await command(signedIn())).status).toBe(200);
  });

  test("refuses wrong content types, methods, sizes and unknown commands", async () => {
    expect((await command({ ...signedIn(), "content-type": "text/plain" })).status).toBe(415);
    expect((await ask(server.origin, "/rpc/engagements/list", { headers: signedIn() })).status).toBe(405);
    expect((await command(signedIn(), `{"json":"${"x".repeat(2_000_000)}"}`)).status).toBe(413);
    const unknown = await ask(server.origin, "/rpc/nothing/list", {
      method: "POST",
      headers: { ...signedIn(), "content-type": "application/json", "content-length": "2" },
      body: "{}",
    });
    expect(unknown.status).toBe(404);
    expect(unknown.body).toContain("UNKNOWN_COMMAND");
  });

  test("lets no page of another origin in and sends no CORS header", async () => {
    const foreign = await command({ ...signedIn(), origin: "https://evil.test" });
    expect(foreign.status).toBe(403);
    expect((await command({ ...signedIn(), host: "evil.test" })).status).toBe(403);
    const own = await command({ ...signedIn(), origin: server.origin });
    expect(own.status).toBe(200);
    for (const { headers } of [foreign, own])
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("exchanges the token once for a cookie that scripts cannot read", async () => {
    const path = server.address.slice(server.origin.length);
    const first = await ask(server.origin, path);
    expect(first.status).toBe(303);
    expect(String(first.headers["set-cookie"])).toMatch(
      /^fieldbook_session=[0-9a-f]{64}; HttpOnly; SameSite=Strict; Path=\/$/,
    );
    expect((await ask(server.origin, path)).status).toBe(401);
    expect((await ask(server.origin, "/?token=guess")).status).toBe(401);
  });

  test("lets the token expire", async () => {
    let now = 0;
    const late = await startServer(engine.engine, { tokenLife: 1_000, now: () => now });
    now = 1_001;
    expect((await ask(late.origin, late.address.slice(late.origin.length))).status).toBe(401);
    await late.close();
  });

  test("sends pages with a strict policy and a fresh nonce, and nothing outside its folder (rows 14 and 18)", async () => {
    symlinkSync("/etc/hostname", join(server.folder, "link.txt"));
    const page = await ask(server.origin, "/", { headers: signedIn() });
    const policy = String(page.headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-");
    expect(policy).not.toContain("unsafe-");
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? "";
    expect(page.body).toContain(`content="${nonce}"`);
    expect(
      String((await ask(server.origin, "/", { headers: signedIn() })).headers["content-security-policy"]),
    ).not.toContain(nonce);
    for (const path of [
      "/../package.json",
      "/%2e%2e/package.json",
      "/..%5cpackage.json",
      "/a%00b",
      "/%",
      "/link.txt",
      "//etc/hostname",
      "/nothing.js",
    ]) {
      const answer = await ask(server.origin, path, { headers: signedIn() });
      expect(answer.status, path).toBeGreaterThanOrEqual(400);
    }
    expect((await ask(server.origin, "/", { method: "POST", headers: signedIn() })).status).toBe(405);
  });

  test("opens a socket only with the session and from its own page", async () => {
    const open = (headers: Record<string, string>) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`${server.origin.replace("http", "ws")}/rpc`, { headers });
        socket.on("open", () => {
          socket.terminate();
          resolve("open");
        });
        socket.on("error", () => resolve("refused"));
      });
    const cookie = `fieldbook_session=${server.session}`;
    expect(await open({})).toBe("refused");
    expect(await open({ cookie, origin: "https://evil.test" })).toBe("refused");
    expect(await open({ cookie, origin: server.origin })).toBe("open");
  });
});
