import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createDnsClient } from "../../../src-main/checks/dns/client.ts";
import { ask, askResolver, exchangeToAnswer, type Question } from "../../../src-main/checks/dns/exchange.ts";
import { passGate } from "../../../src-main/checks/dns/gate.ts";
import { parseDohAddress } from "../../../src-main/checks/dns/https.ts";
import type { DnsSettings } from "../../../src-main/checks/dns/plan.ts";
import { replayWalk, type Walk, walkTogether } from "../../../src-main/checks/dns/walk.ts";
import { NetFailure } from "../../../src-main/checks/net-failure.ts";
import { nodeNet } from "../../../src-main/checks/node-net.ts";
import type { Net } from "../../../src-main/checks/types.ts";
import { createAuthority } from "../../lab/certificates.ts";
import { createProbing } from "./context.ts";
import { type FakeDns, type FakeDnsOptions, startFakeDns, type Zone } from "./fake-dns.ts";
import { type FakeHttp, startFakeHttp } from "./fake-https.ts";

const running: (FakeDns | FakeHttp)[] = [];
afterEach(() => {
  for (const server of running.splice(0)) server.stop();
});

const zone: Zone = { "acme.example": { A: ["192.0.2.1"], TXT: ["v=spf1 -all"] } };
async function serve(served: Zone = zone, options: FakeDnsOptions = {}) {
  const server = await startFakeDns(served, options);
  running.push(server);
  return server;
}

const settings: DnsSettings = { resolver: null, dohResolver: null, dnsTimeout: 500, extraAuthorities: "" };

/** A client of a machine whose own resolvers are those given. */
function clientOf(resolvers: string[], changes: Partial<DnsSettings> = {}, net: Partial<Net> = {}) {
  const own: Net = { ...nodeNet, resolvers: async () => resolvers, ...net };
  return createDnsClient({ ...settings, ...changes }, { ...createProbing(), net: own });
}
const addressOf = async (client: ReturnType<typeof clientOf>, question: Question = ask("acme.example", "A")) => {
  const exchange = await client.ask(question);
  const { records, status } = exchangeToAnswer(exchange);
  return { ...exchange, status, address: records.map(({ data }) => (data.type === "A" ? data.address : "")).join() };
};

describe("several servers", () => {
  test.each<[string, (string | "SERVFAIL" | "REFUSED" | "SILENT" | "NXDOMAIN" | "GOOD")[], string, number]>([
    ["the first that answers is believed", ["GOOD", "NXDOMAIN"], "answered", 0],
    ["a silent one is passed over", ["SILENT", "GOOD"], "answered", 1],
    ["one that fails is passed over", ["SERVFAIL", "GOOD"], "answered", 1],
    ["one that refuses is passed over", ["REFUSED", "GOOD"], "answered", 1],
    ["a name that does not exist is an answer", ["NXDOMAIN", "GOOD"], "no-such-name", 0],
    ["a failure stands when the next is silent", ["SERVFAIL", "SILENT"], "server-failure", 0],
    ["a failure stands when the one before was silent", ["SILENT", "SERVFAIL"], "server-failure", 1],
    ["of two failures the first stands", ["SERVFAIL", "REFUSED"], "server-failure", 0],
    ["of two silent ones the last is recorded", ["SILENT", "SILENT"], "silent", 1],
  ])("%s", async (_, kinds, status, from) => {
    const servers = await Promise.all(
      kinds.map((kind) => serve(kind === "GOOD" ? zone : ({ "acme.example": kind } as Zone))),
    );
    const answer = await addressOf(clientOf(servers.map(({ endpoint }) => endpoint)));
    expect(answer).toMatchObject({ status, server: servers[from]?.endpoint });
  });

  test("a machine without resolver is recorded as one", async () => {
    expect(await addressOf(clientOf([]))).toMatchObject({ status: "silent", failure: "NO_RESOLVER", tries: 0 });
  });

  test("the same name is asked of two resolvers and an authoritative server, each question for itself", async () => {
    const [own, other] = [await serve(), await serve({ "acme.example": { A: ["192.0.2.2"] } })];
    const client = clientOf([own.endpoint]);
    const beside = askResolver("acme.example", "A", other.endpoint);
    const direct = ask("acme.example", "A", other.endpoint);
    const answers = await Promise.all([addressOf(client), addressOf(client, beside), addressOf(client, direct)]);
    expect(answers.map(({ address }) => address)).toEqual(["192.0.2.1", "192.0.2.2", "192.0.2.2"]);
    expect(other.asked).toHaveLength(2);
    expect(client.exchanges.filter(({ recursive }) => recursive)).toHaveLength(1);
  });

  test("a resolver beside the own one may be given by name", async () => {
    const other = await serve();
    const lookup = async (host: string) => (host === "dns.example" ? ["127.0.0.1"] : []);
    const client = clientOf([], {}, { lookup });
    const answer = await addressOf(client, askResolver("acme.example", "A", `dns.example:${other.port}`));
    expect(answer).toMatchObject({ address: "192.0.2.1", server: other.endpoint });
  });
});

describe("ways to ask", () => {
  test.each<[string, FakeDnsOptions, { transport: string; tries: number }]>([
    ["by UDP", {}, { transport: "udp", tries: 1 }],
    ["by TCP when the answer is cut short", { truncate: true }, { transport: "tcp", tries: 1 }],
    ["without EDNS where it is not understood", { withoutEdns: true }, { transport: "udp", tries: 2 }],
    [
      "by TCP without EDNS where it is not understood",
      { withoutEdns: true, truncate: true },
      { transport: "tcp", tries: 2 },
    ],
    ["without EDNS where such questions are dropped", { withoutEdns: "drops" }, { transport: "udp", tries: 2 }],
  ])("%s", async (_, options, how) => {
    const server = await serve(zone, options);
    expect(await addressOf(clientOf([server.endpoint]))).toMatchObject({ ...how, address: "192.0.2.1" });
  });

  test("by TCP where no datagram comes back, and the record says so", async () => {
    const server = await serve(zone, { withoutUdp: true });
    const answer = await addressOf(clientOf([server.endpoint]));
    expect(answer).toMatchObject({ transport: "tcp", tries: 3, address: "192.0.2.1" });
  });

  test("silence by UDP stays the outcome when TCP fails as well", async () => {
    const server = await serve({ "acme.example": "SILENT" });
    expect(await addressOf(clientOf([server.endpoint]))).toMatchObject({
      transport: "udp",
      tries: 2,
      failure: "TIMEOUT",
    });
  });
});

describe("DNS over HTTPS", () => {
  let folder: string;
  let authority: string;
  let secure: { key: string; certificate: string };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fieldbook-doh-"));
    const made = await createAuthority(folder);
    const { key, certificate } = await made.issue("doh", ["dns.example"]);
    authority = made.pem;
    secure = { key: await readFile(key, "utf8"), certificate: await readFile(certificate, "utf8") };
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const lookup = async (host: string) => (host === "dns.example" ? ["127.0.0.1"] : []);
  /** A resolver by HTTPS that asks a name server on loopback, as real ones do. */
  async function serveDoh(
    answer: (bytes: Buffer) => Buffer | Promise<Buffer>,
    type = "application/dns-message",
    status = 200,
  ) {
    const server = await startFakeHttp(async (socket, request) => {
      const reply = await answer(request.subarray(request.indexOf("\r\n\r\n") + 4));
      socket.write(`HTTP/1.1 ${status} X\r\nContent-Type: ${type}\r\nContent-Length: ${reply.length}\r\n\r\n`);
      socket.end(reply);
    }, secure);
    running.push(server);
    return { server, dohResolver: `https://dns.example:${server.port}/dns-query` };
  }
  async function forward() {
    const dns = await serve();
    return (query: Buffer) =>
      nodeNet.exchange({ address: "127.0.0.1", port: dns.port }, query, {
        timeout: 5_000,
        signal: new AbortController().signal,
        accept: () => true,
      }) as Promise<Buffer>;
  }

  test("is the resolver when the settings name one and no other", async () => {
    const { server, dohResolver } = await serveDoh(await forward());
    const answer = await addressOf(clientOf([], { dohResolver, extraAuthorities: authority }, { lookup }));
    expect(answer).toMatchObject({ address: "192.0.2.1", transport: "https", server: dohResolver, tries: 1 });
    const [request = ""] = server.received;
    expect(request).toMatch(/^POST \/dns-query HTTP\/1\.1\r\n/);
    expect(request).toContain("content-type: application/dns-message\r\n");
    // RFC 8484 4.1: the id is 0, so that equal questions are equal.
    expect(request.slice(request.indexOf("\r\n\r\n") + 4)).toMatch(/^\0\0/);
  });

  test("is asked beside a resolver that the settings name", async () => {
    const [own, { dohResolver }] = [await serve({}), await serveDoh(await forward())];
    const client = clientOf([], { resolver: own.endpoint, dohResolver, extraAuthorities: authority }, { lookup });
    expect(await addressOf(client)).toMatchObject({ status: "no-such-name", server: own.endpoint });
    expect(await addressOf(client, askResolver("acme.example", "A", dohResolver))).toMatchObject({
      address: "192.0.2.1",
    });
  });

  test.each<[string, string, number, string]>([
    ["a page of a captive portal", "text/html", 200, "BAD_REPLY"],
    ["an error of the server", "text/plain", 503, "HTTP_503"],
    ["a redirect", "text/html", 302, "HTTP_302"],
  ])("%s is no answer", async (_, type, status, failure) => {
    const { dohResolver } = await serveDoh(() => Buffer.from("<html>"), type, status);
    const answer = await addressOf(clientOf([], { dohResolver, extraAuthorities: authority }, { lookup }));
    expect(answer).toMatchObject({ status: "silent", failure });
  });

  test("an answer to another question is no answer", async () => {
    const { dohResolver } = await serveDoh((query) => query);
    const answer = await addressOf(clientOf([], { dohResolver, extraAuthorities: authority }, { lookup }));
    expect(answer).toMatchObject({ status: "silent", failure: "BAD_REPLY" });
  });

  test("a certificate of somebody else ends it: whoever answers for other resolvers cannot answer here", async () => {
    const { server, dohResolver } = await serveDoh(await forward());
    const answer = await addressOf(clientOf([], { dohResolver }, { lookup }));
    expect(answer.failure).toMatch(/UNABLE_TO|SELF_SIGNED/);
    expect(server.received).toEqual([]);
  });

  test.each<[string, unknown]>([
    ["https://dns.example/dns-query", { host: "dns.example", port: 443, path: "/dns-query" }],
    ["https://dns.example:8443/q?x=1", { host: "dns.example", port: 8443, path: "/q?x=1" }],
    ["https://[2001:db8::1]/dns-query", { host: "2001:db8::1", port: 443, path: "/dns-query" }],
    ["http://dns.example/", null],
    ["dns.example", null],
    ["", null],
  ])("address %j", (text, parts) => {
    expect(parseDohAddress(text)).toEqual(parts);
  });
});

describe("walks", () => {
  function* chain(names: string[]): Walk<string[]> {
    const seen: string[] = [];
    for (const name of names) {
      const [answer] = yield [ask(name, "A")];
      seen.push(`${name} ${answer?.status}`);
    }
    return seen;
  }

  test("none waits for another's silent server, and the replay learns the same", async () => {
    const quick = Object.fromEntries(["a", "b", "c", "d"].map((name) => [`${name}.example`, { A: ["192.0.2.1"] }]));
    const server = await serve({ ...quick, "slow.example": "SILENT" } as Zone);
    const order: string[] = [];
    const client = clientOf([server.endpoint]);
    function* noted(walk: Walk<string[]>, name: string): Walk<string[]> {
      const result = yield* walk;
      order.push(name);
      return result;
    }
    const walk = (note: boolean) => {
      const walks = [chain(["slow.example"]), chain(["a.example", "b.example", "c.example", "d.example"])];
      return walkTogether(note ? walks.map((one, index) => noted(one, index === 0 ? "slow" : "quick")) : walks);
    };
    const live = await client.drive(walk(true));
    expect(order).toEqual(["quick", "slow"]);
    expect(replayWalk(walk(false), client.exchanges)).toEqual(live);
    expect(live[0]).toEqual(["slow.example silent"]);
  });

  test("branches may branch", async () => {
    const server = await serve();
    const client = clientOf([server.endpoint]);
    const nested = () => walkTogether([walkTogether([chain(["acme.example"]), chain([])]), walkTogether<string[]>([])]);
    const live = await client.drive(nested());
    expect(live).toEqual([[["acme.example answered"], []], []]);
    expect(replayWalk(nested(), client.exchanges)).toEqual(live);
  });
});

describe("the number of questions open to one server", () => {
  test.each<["recursive" | "authoritative", number]>([
    ["recursive", 100],
    ["authoritative", 50],
  ])("%s: at most %i; of those that wait, the last goes first", async (role, most) => {
    let [open, highest] = [0, 0];
    const order: number[] = [];
    const { signal } = new AbortController();
    await Promise.all(
      Array.from({ length: most * 3 }, (_, index) =>
        passGate(`server ${role}`, role, signal, async () => {
          order.push(index);
          highest = Math.max(highest, ++open);
          await new Promise((resolve) => setTimeout(resolve, 5));
          open--;
          if (index % 7 === 0) throw new NetFailure("TIMEOUT", "silent");
        }).catch(() => undefined),
      ),
    );
    expect(highest).toBe(most);
    expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: most * 3 }, (_, index) => index));
    expect(order[most]).toBe(most * 3 - 1);
  });

  test("cancelling ends the waiting and leaves the place to others", async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const holders = Array.from({ length: 50 }, () => passGate("held", "authoritative", first.signal, () => held));
    const waiting = passGate("held", "authoritative", second.signal, async () => "never");
    const behind = passGate("held", "authoritative", first.signal, async () => "done");
    second.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    release();
    await Promise.all(holders);
    expect(await behind).toBe("done");
  });
});
