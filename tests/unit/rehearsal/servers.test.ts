import { X509Certificate } from "node:crypto";
import { connect as connectTls } from "node:tls";
import { Client } from "ldapts";
import { afterEach, describe, expect, it } from "vitest";
import { createDnsClient } from "../../../src-main/checks/dns/client.ts";
import { ask, exchangeToAnswer } from "../../../src-main/checks/dns/exchange.ts";
import { nodeNet } from "../../../src-main/checks/node-net.ts";
import { parseReply } from "../../../src-main/checks/smtp/reply.ts";
import { talkSmtp } from "../../../src-main/checks/smtp/session.ts";
import { createAuthority } from "../../../src-main/rehearsal/certificates.ts";
import { startDirectoryServer } from "../../../src-main/rehearsal/directory-server.ts";
import { startMailServer } from "../../../src-main/rehearsal/mail-server.ts";
import { startNameServer, type Zone } from "../../../src-main/rehearsal/name-server.ts";
import { customer, describeDirectory } from "../../../src-main/rehearsal/world.ts";
import { createProbing, quick } from "../checks/context.ts";
import { converse } from "./converse.ts";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
const keep = <Server extends { stop(): Promise<void> }>(server: Server): Server => {
  stops.push(() => server.stop());
  return server;
};
const probing = { net: nodeNet, ...createProbing() };

describe("the rehearsal's authority", () => {
  it("issues certificates that hold for their names and days", () => {
    const now = new Date();
    const authority = createAuthority(now);
    const root = new X509Certificate(authority.pem);
    const leaf = new X509Certificate(authority.issue(["mail.rehearsal.example", "mx.rehearsal.example"]).certificate);
    expect(root.ca).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(leaf.verify(root.publicKey)).toBe(true);
    expect(leaf.checkIssued(root)).toBe(true);
    expect(leaf.checkHost("mx.rehearsal.example")).toBe("mx.rehearsal.example");
    expect(leaf.checkHost("other.example")).toBeUndefined();
    const expired = new X509Certificate(authority.issue(["a.example"], { from: -9, to: -2 }).certificate);
    expect(Date.parse(expired.validTo)).toBeLessThan(now.getTime());
  });
});

describe("the rehearsal's name server", () => {
  const long = "v=spf1 ".padEnd(900, "x");
  const zone: Zone = new Map([
    [
      "rehearsal.example",
      [
        { type: "MX", ttl: 1_800, preference: 10, exchange: "mx.rehearsal.example" },
        { type: "TXT", ttl: 60, data: long },
      ],
    ],
    [
      "big.example",
      Array.from({ length: 40 }, (_, index) => ({ type: "TXT", ttl: 60, data: `${index}`.padEnd(60, "y") }) as const),
    ],
  ]);
  const askFor = async (name: string, type: "MX" | "TXT" | "A") => {
    const { port } = keep(await startNameServer(() => zone));
    const client = createDnsClient(
      { resolver: `127.0.0.1:${port}`, dohResolver: null, dnsTimeout: 1_000, extraAuthorities: "" },
      probing,
    );
    return client.ask(ask(name, type));
  };
  it("answers what the zone holds, with its time to live", async () => {
    const answer = exchangeToAnswer(await askFor("Rehearsal.Example", "MX"));
    expect(answer).toMatchObject({
      status: "answered",
      isAuthoritative: true,
      records: [{ ttl: 1_800, data: { type: "MX", preference: 10, exchange: "mx.rehearsal.example" } }],
    });
  });
  it("joins long texts", async () => {
    expect(exchangeToAnswer(await askFor("rehearsal.example", "TXT")).records[0]?.data).toEqual({
      type: "TXT",
      text: long,
    });
  });
  it("tells a name without the type from a name that is not there", async () => {
    expect(exchangeToAnswer(await askFor("rehearsal.example", "A")).status).toBe("no-data");
    expect(exchangeToAnswer(await askFor("www.vendor.example", "A")).status).toBe("no-such-name");
  });
  it("sends long answers by TCP", async () => {
    const exchange = await askFor("big.example", "TXT");
    expect(exchange.transport).toBe("tcp");
    expect(exchangeToAnswer(exchange).records).toHaveLength(40);
  });
});

describe("the rehearsal's mail server", () => {
  const authority = createAuthority(new Date());
  const identities = {
    good: authority.issue(["mail.rehearsal.example"]),
    wrongName: authority.issue(["another-name.example"]),
    expired: authority.issue(["mail.rehearsal.example"], { from: -300, to: -3 }),
  };
  const party = {
    name: "mail.rehearsal.example",
    role: "customer" as const,
    domains: [customer.domain],
    recipients: [customer.recipient],
    reference: "",
    password: null,
  };
  const start = async (changes: Partial<Parameters<typeof startMailServer>[0]> = {}) =>
    keep(await startMailServer({ ...party, ...changes }, identities));
  const talk = (port: number) =>
    talkSmtp(
      { host: "mail.rehearsal.example", port },
      "127.0.0.1",
      { ...quick, greetingTimeout: 12_000, replyTimeout: 12_000, extraAuthorities: authority.pem },
      { depth: "starttls" },
      probing,
    );

  it("greets, offers STARTTLS and shows its certificate", async () => {
    const { tls } = await talk((await start()).port);
    expect(tls).toMatchObject({ trusted: true });
    expect(tls?.chain[0]?.names).toEqual(["mail.rehearsal.example"]);
  });
  it.each([
    ["wrong-certificate", ["another-name.example"], true],
    ["expired-certificate", ["mail.rehearsal.example"], false],
  ] as const)("shows what %s says", async (behaviour, names, trusted) => {
    const server = await start();
    await server.behave(behaviour);
    const { tls } = await talk(server.port);
    expect(tls?.chain[0]?.names).toEqual(names);
    expect(tls?.trusted).toBe(trusted);
  });
  it("closes its port when locked, and opens the same one again", async () => {
    const server = await start();
    await server.behave("locked");
    expect((await talk(server.port)).turns[0]).toMatchObject({ phase: "connect", failure: "ECONNREFUSED" });
    await server.behave("healthy");
    expect((await talk(server.port)).tls).not.toBeNull();
  });
  it("hangs up on whoever speaks before the greeting", async () => {
    const server = await start();
    await server.behave("late-greeting");
    expect(await converse(server.port, ["EHLO impatient.example"], { early: true })).toEqual([
      expect.stringMatching(/^521 /),
    ]);
  });
  it("greets late, and then talks", async () => {
    const server = await start();
    await server.behave("late-greeting");
    const { turns } = await talk(server.port);
    expect(turns[1]?.milliseconds).toBeGreaterThan(7_000);
    expect(parseReply(turns[1]?.received ?? "")).toMatchObject({ code: 220 });
  });
  it.each([
    ["customer", "healthy", customer.recipient, /^250 /],
    ["customer", "healthy", `nobody@${customer.domain}`, /^550 5\.1\.1 /],
    ["customer", "healthy", "someone@elsewhere.example", /^550 5\.7\.1 /],
    ["customer", "open-relay", "someone@elsewhere.example", /^250 /],
    ["customer", "accepts-everything", `nobody@${customer.domain}`, /^250 /],
    ["customer", "accepts-everything", "someone@elsewhere.example", /^550 5\.7\.1 /],
    ["customer", "greylists", customer.recipient, /^450 4\.2\.0 /],
    ["gateway", "greylists", customer.recipient, /^451 Internal resource temporarily unavailable .*\[.*uk91\]/],
    ["gateway", "relay-denied", "someone@elsewhere.example", /^451 Open relay not allowed .*\[.*uk91\]/],
    ["gateway", "healthy", `nobody@${customer.domain}`, /^550 Invalid Recipient /],
    ["gateway", "healthy", "someone@elsewhere.example", /^250 /],
  ] as const)("%s that is %s answers RCPT %s", async (role, behaviour, recipient, expected) => {
    const server = await start({ role, reference: "rehearsal.uk91" });
    await server.behave(behaviour);
    const replies = await converse(server.port, [
      "EHLO test.example",
      "MAIL FROM:<>",
      `RCPT TO:<${recipient}>`,
      "QUIT",
    ]);
    expect(replies.at(-2)).toMatch(expected);
    expect(replies.at(-1)).toMatch(/^221 /);
  });
  it("takes no message", async () => {
    const server = await start();
    const lines = ["EHLO test.example", "MAIL FROM:<>", `RCPT TO:<${customer.recipient}>`, "DATA", "QUIT"];
    expect((await converse(server.port, lines)).at(-2)).toMatch(/^554 /);
  });
  it("logs on only inside TLS", async () => {
    const server = await start({ password: "rehearsal" });
    const [, , plain] = await converse(server.port, ["EHLO test.example", "AUTH PLAIN AGEAcmVoZWFyc2Fs"]);
    expect(plain).toMatch(/^502 /);
  });
  it("answers a flood without a line end with its end", async () => {
    const server = await start();
    expect((await converse(server.port, ["x".repeat(3_000)])).at(-1)).toMatch(/^500 /);
  });
});

describe("the rehearsal's directory", () => {
  const authority = createAuthority(new Date());
  const contents = describeDirectory("rehearsal");
  const open = async () => {
    const { port } = keep(await startDirectoryServer(contents, authority.issue(["dc1.rehearsal.example"])));
    const client = new Client({
      url: `ldaps://127.0.0.1:${port}`,
      tlsOptions: { ca: authority.pem, checkServerIdentity: () => undefined },
      timeout: 2_000,
    });
    return { client, port };
  };
  it.each([
    ["(mail=*)", 5],
    ["(&(objectClass=user)(mail=*))", 5],
    ["(&(objectClass=user)(!(mail=*)))", 1],
    ["(|(cn=Print Server)(cn=Ada Byron))", 2],
    ["(cn=nobody)", 0],
  ])("finds for %s %i entries", async (filter, count) => {
    const { client } = await open();
    try {
      await client.bind(contents.bindDn, "rehearsal");
      const { searchEntries } = await client.search(contents.rootDn, { scope: "sub", filter, attributes: ["1.1"] });
      expect(searchEntries).toHaveLength(count);
    } finally {
      await client.unbind();
    }
  });
  it("refuses a wrong password as Active Directory words it, and reading without a bind", async () => {
    const { client } = await open();
    try {
      await expect(client.search(contents.rootDn, { filter: "(cn=*)" })).rejects.toMatchObject({ code: 50 });
      await expect(client.bind(contents.bindDn, "wrong")).rejects.toThrow(/data 52e/);
    } finally {
      await client.unbind();
    }
  });
  it("hangs up on bytes that are no LDAP, and goes on serving others", async () => {
    const { client, port } = await open();
    await new Promise<void>((resolve) => {
      const socket = connectTls({ port, host: "127.0.0.1", ca: authority.pem, checkServerIdentity: () => undefined });
      socket.on("error", () => undefined);
      socket.once("secureConnect", () => socket.write(Buffer.from("30840000000a0102030405060708090a", "hex")));
      socket.once("close", () => resolve());
    });
    await client.bind(contents.bindDn, "rehearsal");
    await client.unbind();
  });
});
