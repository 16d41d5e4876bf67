import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { BerWriter } from "ldapts";
import { afterEach, describe, expect, test } from "vitest";
import { judgeAgain, runCheck } from "../../../src-main/checks/index.ts";
import { explainResult } from "../../../src-main/checks/ldap/results.ts";
import { createContext, createProbing, createSilentNet, findCheck, runToEnd, tooLong } from "./context.ts";

const password = "S3cret-of-the-test";
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A server on loopback that answers every message of a client by `answer`. */
async function serve(answer: (socket: Socket, request: Buffer, count: number) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let count = 0;
    socket.on("error", () => undefined);
    socket.on("data", (request: Buffer) => answer(socket, request, ++count));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stops.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

/** Message id of a request: behind the sequence's length, which takes more than a byte from 128 on, and the integer's. */
const idOf = (request: Buffer): number => {
  const length = request[1] ?? 0;
  return request[4 + (length > 127 ? length - 128 : 0)] ?? 0;
};

/** An LDAP result: bind response 0x61, search done 0x65. */
function result(id: number, operation: number, code: number, message: string): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(operation);
  writer.writeEnumeration(code);
  writer.writeString("");
  writer.writeString(message);
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}

/** One entry without attributes. */
function entry(id: number, name: string): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(0x64);
  writer.writeString(name);
  writer.startSequence();
  writer.endSequence();
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}

const answersFor = (port: number, more: object = {}) => ({
  fields: {
    "recipients.directory": "ldap",
    "recipients.ldapHost": "127.0.0.1",
    "recipients.ldapPort": port,
    "recipients.ldapEncryption": "none",
    "recipients.rootDn": "dc=acme,dc=example",
    "recipients.bindDn": "cn=reader,dc=acme,dc=example",
    ...more,
  },
});
const judge = async (port: number, more: object = {}, secrets: object = { directoryPassword: password }) => {
  const context = createContext({ answers: answersFor(port, more), network: { ldapTimeout: 400 } });
  const outcome = await runToEnd("directory", context, { secrets });
  expect(JSON.stringify(outcome)).not.toContain(password);
  return outcome.judgement;
};

describe("directory", () => {
  test.each<[string, number, string, RegExp]>([
    [
      "wrong password",
      49,
      "80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data 52e, v4563",
      /wrong.*data 52e/,
    ],
    ["no such user", 49, "AcceptSecurityContext error, data 525, v4563", /user does not exist/],
    ["hours", 49, "AcceptSecurityContext error, data 530, v4563", /not permitted at this time/],
    ["workstation", 49, "AcceptSecurityContext error, data 531, v4563", /not permitted from this computer/],
    ["password expired", 49, "AcceptSecurityContext error, data 532, v4563", /password has expired/],
    ["disabled", 49, "AcceptSecurityContext error, data 533, v4563", /account is disabled/],
    ["expired", 49, "AcceptSecurityContext error, data 701, v4563", /account has expired/],
    ["must change", 49, "AcceptSecurityContext error, data 773, v4563", /must be changed first/],
    ["locked", 49, "AcceptSecurityContext error, data 775, v4563", /account is locked/],
    ["another sub-code", 49, "AcceptSecurityContext error, data 999, v4563", /wrong.*data 999/],
    [
      "stronger authentication",
      8,
      "The server requires binds to turn on integrity checking",
      /only on an encrypted connection/,
    ],
    ["busy", 51, "busy", /too busy/],
    ["a code nobody knows", 200, "?", /server refused/],
  ])("%s", async (_, code, message, text) => {
    const port = await serve((socket, request) => socket.write(result(idOf(request), 0x61, code, message)));
    expect(await judge(port)).toMatchObject({ verdict: "fail", reason: expect.stringMatching(text) });
  });

  test("a server that repeats the password in its message does not get it into the record", async () => {
    const port = await serve((socket, request) =>
      socket.write(result(idOf(request), 0x61, 49, `no such password: ${password}`)),
    );
    expect((await judge(port)).reason).toContain("[password]");
  });

  test.each<[string, (socket: Socket) => void]>([
    ["silence", () => undefined],
    ["closing", (socket) => socket.end()],
    ["garbage", (socket) => socket.write(Buffer.from("220 mail.acme.example ESMTP\r\n"))],
    ["a length without end", (socket) => socket.write(Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff, 2, 1, 1]))],
    ["an indefinite length", (socket) => socket.write(Buffer.from([0x30, 0x80, 0, 0]))],
    [
      "a flood of messages",
      (socket) => socket.write(Buffer.concat(Array.from({ length: 60_000 }, () => result(9, 0x64, 0, "")))),
    ],
    ["an unknown operation", (socket) => socket.write(result(2, 0x7e, 0, ""))],
  ])("%s instead of an answer ends in a verdict", async (_, answer) => {
    const judgement = await judge(await serve(answer));
    expect(judgement).toMatchObject({ verdict: "error", reason: expect.stringContaining("not answered as LDAP asks") });
  });

  test("success for bind and an empty search is no pass", async () => {
    const port = await serve((socket, request, count) =>
      socket.write(result(idOf(request), count === 1 ? 0x61 : 0x65, 0, "")),
    );
    expect(await judge(port)).toMatchObject({
      verdict: "fail",
      reason: expect.stringContaining("no entry with an e-mail address"),
    });
  });

  /** A server that finds as many entries as the search's filter says, in pages or at once. */
  const serveEntries = (counts: (filter: string) => number | { code: number }) =>
    serve((socket, request, requests) => {
      if (requests === 1) return void socket.write(result(idOf(request), 0x61, 0, ""));
      const found = counts(request.toString("latin1"));
      if (typeof found !== "number") return void socket.write(result(idOf(request), 0x65, found.code, "no"));
      const entries = Array.from({ length: found }, (_, index) => entry(idOf(request), `cn=${index},dc=acme`));
      socket.write(Buffer.concat([...entries, result(idOf(request), 0x65, 0, "")]));
    });
  const isWithout = (filter: string) => filter.includes("computer") || filter.includes("person");

  test.each<[string, (filter: string) => number | { code: number }, string, RegExp]>([
    [
      "users with and without an address",
      (filter) => (isWithout(filter) ? 2 : 3),
      "pass",
      /finds 3 entries with an e-mail address, and 2 entries of users without/,
    ],
    [
      "more without than with",
      (filter) => (isWithout(filter) ? 9 : 1),
      "warn",
      /finds 1 entry .* 9 entries of users without/,
    ],
    [
      "no count of those without",
      (filter) => (isWithout(filter) ? { code: 50 } : 3),
      "pass",
      /Users without an address could not be counted/,
    ],
    [
      "a server that knows no pages",
      (filter) => (filter.includes("1.2.840.113556.1.4.319") ? { code: 12 } : 4),
      "pass",
      /finds 4 entries with/,
    ],
    [
      "a server whose limit is below a page",
      (filter) => (filter.includes("1.2.840.113556.1.4.319") ? { code: 4 } : 4),
      "pass",
      /finds at least 4 entries with/,
    ],
    ["no read access", () => ({ code: 50 }), "fail", /may not read there/],
  ])("%s", async (_, counts, verdict, text) => {
    const judgement = await judge(await serveEntries(counts));
    // The first finding is about the missing encryption.
    expect(judgement.findings.at(-1)).toMatchObject({ verdict, text: expect.stringMatching(text) });
  });

  test.each([
    [389, /LDAPS has 636/],
    [3268, /global catalogue by LDAPS has 3269/],
    [636, /^(?!.*usually)/],
  ])("a failed handshake on port %d", (port, text) => {
    const planned = findCheck("directory").plan(
      createContext({ answers: answersFor(port, { "recipients.ldapEncryption": "strict" }) }),
    );
    if (planned.kind !== "ready") throw new Error(planned.sentence);
    const server = {
      ...{ host: "dc1.acme.example", address: "192.0.2.1", milliseconds: 1, failure: null, tls: null },
      ...{ tlsFailure: "EPROTO", verification: null, bind: null, searches: [] },
    };
    const record = { at: "2026-11-23T10:00:00.000Z", exchanges: [], hadPassword: false, servers: [server] };
    expect(judgeAgain("directory", { plan: planned.plan, record }).reason).toMatch(text);
  });

  test("a record of an earlier version, which counted once, is judged as it was", () => {
    const planned = findCheck("directory").plan(createContext({ answers: answersFor(3268) }));
    if (planned.kind !== "ready") throw new Error(planned.sentence);
    const search = { done: true, code: 0, detail: "", filter: "(mail=*)", count: 500, hasMore: true };
    const server = {
      ...{ host: "dc1.acme.example", address: "192.0.2.1", milliseconds: 1, failure: null, tls: null },
      ...{ tlsFailure: null, verification: null, bind: { done: true, code: 0, detail: "" }, searches: [search] },
    };
    const record = { at: "2026-11-23T10:00:00.000Z", exchanges: [], hadPassword: true, servers: [server] };
    const texts = judgeAgain("directory", { plan: planned.plan, record }).findings.map(({ text }) => text);
    expect(texts.at(-1)).toBe(
      "Bind accepted; global catalogue; the search “(mail=*)” under dc=acme,dc=example finds at least 500 entries.",
    );
  });

  test("an empty password is not sent: it would be an anonymous bind that always succeeds", async () => {
    let bytes = 0;
    const port = await serve((_, request) => {
      bytes += request.length;
    });
    expect((await judge(port, {}, { directoryPassword: "" })).verdict).toBe("not-measurable");
    expect(bytes).toBe(0);
  });

  test("LDAPS against a plain port says so and keeps the password back", async () => {
    let text = "";
    const port = await serve((socket, request) => {
      text += request.toString("latin1");
      socket.end("not TLS");
    });
    expect(await judge(port, { "recipients.ldapEncryption": "strict" })).toMatchObject({
      verdict: "fail",
      reason: expect.stringContaining("TLS handshake failed"),
    });
    expect(text).not.toContain(password);
  });

  test("silence of the host is not measurable, refusal fails", async () => {
    const context = createContext({ answers: answersFor(9) });
    const silent = await runToEnd("directory", context, { net: createSilentNet(() => true) });
    expect(silent.judgement.verdict).toBe("not-measurable");
    expect((await judge(9)).verdict).toBe("fail");
  });

  test("cancelling ends a bind that is never answered", async () => {
    const port = await serve(() => undefined);
    const controller = new AbortController();
    const context = createContext({ answers: answersFor(port), network: { ldapTimeout: tooLong } });
    const probing = createProbing({ signal: controller.signal, secrets: { directoryPassword: password } });
    const run = runCheck(findCheck("directory"), context, probing);
    setTimeout(() => controller.abort(), 100);
    await expect(run).rejects.toMatchObject({ name: "AbortError" });
  });

  test("plan: not asked for without LDAP, and what is missing is named", () => {
    const plan = (fields: object) => findCheck("directory").plan(createContext({ answers: { fields } }));
    expect(plan({ "recipients.directory": "entra" }).kind).toBe("not-applicable");
    expect(plan({})).toMatchObject({ kind: "missing" });
    expect(plan({ "recipients.directory": "ldap" })).toEqual({
      kind: "missing",
      sentence: "Not answered yet: directory host, root DN, bind user.",
    });
  });

  test("every explained code has something to do", () => {
    for (let code = 1; code < 100; code++) expect(explainResult({ done: false, code, detail: "" }).todo).not.toBe("");
  });
});
