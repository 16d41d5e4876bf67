import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { judgeAgain } from "../../../src-main/checks/index.ts";
import { type Authority, type Certificate, createAuthority, createSelfSigned } from "../../lab/certificates.ts";
import { createContext, type quick, runToEnd } from "./context.ts";
import { type FakeDns, startFakeDns } from "./fake-dns.ts";
import { type FakeSmtp, type Script, startFakeSmtp } from "./fake-smtp.ts";

/** Certificates, name server and mail server for one test file; what a test starts is ended after it. */
export const inbound = "mail.acme.example";
export const smart = "eu-smtp-outbound-1.vendor.example";
export const vendorGreeting = `220 ${smart} ESMTP; today\r\n`;
let folder: string;
let authority: Authority;
const certificates: Record<string, { key: string; certificate: string }> = {};
export const running: (FakeSmtp | FakeDns)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fieldbook-smtp-"));
  authority = await createAuthority(folder);
  const load = async (name: string, { key, certificate }: Certificate) => {
    certificates[name] = { key: await readFile(key, "utf8"), certificate: await readFile(certificate, "utf8") };
  };
  await load("good", await authority.issue("good", [inbound, smart]));
  await load("other", await authority.issue("other", ["other.example"]));
  await load("expiring", await authority.issue("expiring", [inbound, smart], 10));
  await load("self-signed", await createSelfSigned(folder, "self", [inbound, smart]));
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => {
  for (const server of running.splice(0)) server.stop();
});

export const secure = (name: string) => certificates[name] ?? { key: "", certificate: "" };

export async function serve(script: Script, names: string[] = [inbound, smart]) {
  const server = await startFakeSmtp(script);
  const dns = await startFakeDns(Object.fromEntries(names.map((name) => [name, { A: ["127.0.0.1"] }])));
  running.push(server, dns);
  const network = {
    resolver: dns.endpoint,
    smtpPort: server.port,
    extraAuthorities: authority.pem,
    ...server.patience,
  };
  return { server, network };
}

export async function judge(
  id: "inbound-host" | "smart-host",
  script: Script,
  settings: Partial<typeof quick> = {},
  startTls = false,
) {
  const { server, network } = await serve(script);
  const rows = { inboundHosts: [{ id: "1", values: { host: inbound } }] };
  const answers = { fields: { "inbound.startTls": startTls }, rows };
  const outcome = await runToEnd(id, createContext({ answers, network: { ...network, ...settings } }));
  expect(judgeAgain(id, JSON.parse(JSON.stringify(outcome.record)))).toEqual(outcome.judgement);
  return { ...outcome.judgement, received: server.received };
}
