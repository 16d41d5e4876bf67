import { afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  type HttpLimits,
  type HttpRequest,
  requestHttp,
  requestHttps,
} from "../../../src-main/checks/https/request.ts";
import { nodeNet } from "../../../src-main/checks/node-net.ts";
import { tooLong } from "./context.ts";
import { createCertificates, type FakeCertificates } from "./fake-certificates.ts";
import { type FakeHttp, type HttpScript, httpReply, startFakeHttp } from "./fake-https.ts";

const host = "policy.acme.example";
let certificates: FakeCertificates["certificates"];
const running: FakeHttp[] = [];
let authority: string;

beforeAll(async () => {
  ({ authority, certificates } = await createCertificates(async (made, selfSign) => ({
    good: await made.issue("good", [host]),
    expired: await made.issue("expired", [host], -1),
    other: await made.issue("other", ["other.example"]),
    self: await selfSign("self", [host]),
  })));
}, 60_000);
afterEach(() => {
  for (const server of running.splice(0)) server.stop();
});

const limits = (changes: Partial<HttpLimits> = {}): HttpLimits => ({
  connectTimeout: 1_000,
  timeout: 400,
  longestBody: 1_000,
  extraAuthorities: authority,
  signal: new AbortController().signal,
  ...changes,
});

async function ask(
  script: HttpScript,
  changes: Partial<HttpRequest> = {},
  bounds: Partial<HttpLimits> = {},
  certificate: string | null = "good",
) {
  const secure = certificate === null ? undefined : certificates.get(certificate);
  const server = await startFakeHttp(script, secure);
  running.push(server);
  const request: HttpRequest = {
    host,
    address: "127.0.0.1",
    port: server.port,
    path: "/a?b",
    method: "GET",
    ...changes,
  };
  const reply = await (secure ? requestHttps : requestHttp)(nodeNet, request, limits(bounds));
  return { reply, server };
}
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
const head = "HTTP/1.1 200 OK\r\n";
const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n`;

describe("an HTTPS exchange", () => {
  test("asks politely once and gives status, fields and body", async () => {
    const { reply, server } = await ask(httpReply(200, "hello", { "Content-Type": "text/plain" }), {
      headers: { accept: "text/plain" },
    });
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-type")).toBe("text/plain");
    expect(reply.head).toBe("HTTP/1.1 200 Reason\nContent-Length: 5\nContent-Type: text/plain");
    expect(textOf(reply.body)).toBe("hello");
    expect(reply).toHaveProperty("tls.trusted", true);
    expect(server.received).toEqual([
      `GET /a?b HTTP/1.1\r\nhost: ${host}:${server.port}\r\nuser-agent: connect-fieldbook\r\nconnection: close\r\naccept: text/plain\r\n\r\n`,
    ]);
  });

  test("sends a body with its length, byte for byte", async () => {
    const body = Uint8Array.from([0, 255, 13, 10, 128]);
    const { server } = await ask(httpReply(200, ""), { method: "POST", body });
    expect(server.received[0]).toMatch(/content-length: 5\r\n\r\n\0\xff\r\n\x80$/);
  });

  test("does not follow a redirect", async () => {
    const { reply, server } = await ask(httpReply(302, "", { Location: "https://elsewhere.example/" }));
    expect([reply.status, reply.headers.get("location")]).toEqual([302, "https://elsewhere.example/"]);
    expect(server.received).toHaveLength(1);
  });

  test.each<[string, HttpScript, string]>([
    ["chunks", `${chunked}5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nTrailer: x\r\n\r\n`, "hello world"],
    ["no chunk", `${chunked}0\r\n\r\n`, ""],
    ["until the end", `${head}\r\nto the end`, "to the end"],
    ["nothing behind 204", "HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n", ""],
    [
      "interim answers first",
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${httpReply(200, "x")}`,
      "x",
    ],
    ["bare line feeds", `${head.replace("\r", "")}Content-Length: 2\n\nok`, "ok"],
    ["the length twice, the same", `${head}Content-Length: 2\r\nContent-Length: 2\r\n\r\nok`, "ok"],
    ["bytes of every value", `${head}\r\n\0\xff\x80`, "\0\xff\x80"],
    [
      "byte by byte",
      (socket) =>
        [...httpReply(200, "slow")].forEach((character, index) => {
          setTimeout(() => socket.write(character), index * 3);
        }),
      "slow",
    ],
  ])("reads a body: %s", async (_, script, body) => {
    expect(textOf((await ask(script)).reply.body)).toBe(body);
  });

  test.each<[string, HttpScript, string]>([
    ["silence", () => undefined, "TIMEOUT"],
    ["a drip without end", (socket) => setInterval(() => socket.write("x"), 20).unref(), "TIMEOUT"],
    ["a close at once", (socket) => socket.end(), "CLOSED"],
    ["an end in the middle", `${head}Content-Length: 9\r\n\r\nshort`, "CLOSED"],
    ["an end in the middle of a chunk", `${chunked}9\r\nshort`, "CLOSED"],
    ["SMTP", "220 mail.acme.example ESMTP\r\n", "NOT_HTTP"],
    ["a field without a name", `${head}no field\r\n\r\n`, "NOT_HTTP"],
    ["a folded field", `${head}A: b\r\n c\r\n\r\n`, "NOT_HTTP"],
    ["lengths that contradict", `${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\nok`, "NOT_HTTP"],
    ["a length that is none", `${head}Content-Length: -1\r\n\r\nok`, "NOT_HTTP"],
    ["an unknown coding", `${head}Transfer-Encoding: gzip\r\n\r\nok`, "NOT_HTTP"],
    ["a chunk without a length", `${chunked}zz\r\n`, "NOT_HTTP"],
    ["a chunk longer than said", `${chunked}2\r\nok\rmore\r\n`, "TOO_LARGE"],
    ["interim answers without end", "HTTP/1.1 100 Continue\r\n\r\n".repeat(20), "NOT_HTTP"],
    ["a large body", httpReply(200, "x".repeat(1_001)), "TOO_LARGE"],
    ["a large body without a length", `${head}\r\n${"x".repeat(5_000)}`, "TOO_LARGE"],
    ["large chunks", `${chunked}ffffffff\r\n`, "TOO_LARGE"],
    ["many tiny chunks", `${chunked}${"1\r\nx\r\n".repeat(900)}0\r\n\r\n`, "TOO_LARGE"],
    ["a large field", `${head}A: ${"x".repeat(40_000)}\r\n\r\n`, "TOO_LARGE"],
    ["many fields", `${head}${"A: x\r\n".repeat(10_000)}\r\n`, "TOO_LARGE"],
    ["many trailers", `${chunked}0\r\n${"A: x\r\n".repeat(10_000)}\r\n`, "TOO_LARGE"],
  ])("fails for %s", async (_, script, code) => {
    await expect(ask(script)).rejects.toMatchObject({ name: "NetFailure", code });
  });

  test.each<[string, string]>([
    ["expired", "CERT_HAS_EXPIRED"],
    ["other", "ERR_TLS_CERT_ALTNAME_INVALID"],
    ["self", "DEPTH_ZERO_SELF_SIGNED_CERT"],
  ])("refuses a certificate: %s", async (certificate, code) => {
    await expect(ask(httpReply(200, "x"), {}, {}, certificate)).rejects.toMatchObject({ name: "NetFailure", code });
    expect(running[0]?.received).toEqual([]);
  });

  test.each<[string, Partial<HttpRequest>]>([
    ["a line break in the path", { path: "/a\r\nX: y" }],
    ["a space in the path", { path: "/a b" }],
    ["a path without slash", { path: "a" }],
    ["a line break in the host", { host: "a\r\nX: y" }],
    ["a line break in a field", { headers: { accept: "x\r\nX: y" } }],
  ])("never sends %s", async (_, changes) => {
    await expect(ask(httpReply(200, "x"), changes)).rejects.toMatchObject({ code: "BAD_NAME" });
    expect(running[0]?.received).toEqual([]);
  });

  test("goes without TLS where that is the question", async () => {
    const { reply } = await ask(httpReply(204, ""), {}, {}, null);
    expect(reply.status).toBe(204);
  });

  test("cancelling ends it and closes the socket", async () => {
    const controller = new AbortController();
    const asked = ask(() => undefined, {}, { timeout: tooLong, signal: controller.signal });
    const ended = expect(asked).rejects.toMatchObject({ name: "AbortError" });
    await new Promise((resolve) => setTimeout(resolve, 150));
    controller.abort();
    await ended;
    await expect.poll(() => running[0]?.open()).toBe(0);
  });
});
