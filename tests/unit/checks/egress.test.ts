import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { judgeAgain } from "../../../src-main/checks/index.ts";
import type { Probing } from "../../../src-main/checks/types.ts";
import type { RfiAnswers } from "../../../src-main/contract/rfi/form.ts";
import { createContext, createSilentNet, findCheck, region, runToEnd } from "./context.ts";
import { createCertificates, type FakeCertificates } from "./fake-certificates.ts";
import { startFakeDns, type Zone } from "./fake-dns.ts";
import { startFakeHttp } from "./fake-https.ts";
import { patienceFor, type Script, startFakeSmtp } from "./fake-smtp.ts";

const [smart = ""] = region["smart-hosts"];
const console = "console.vendor.example";
const controller = "dc1.acme.example";
const greeting = `220 ${smart} ESMTP\r\n`;
const stops: (() => void)[] = [];
let certificates: FakeCertificates["certificates"];
let authority: string;
beforeAll(async () => {
  ({ authority, certificates } = await createCertificates(async (made, selfSign) => ({
    open: await made.issue("open", [console]),
    "other name": await made.issue("other", ["proxy.isp.example"]),
    "self-signed": await selfSign("self", [console]),
  })));
}, 60_000);
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function serveSmtp(script: Script): Promise<number> {
  const server = await startFakeSmtp(script);
  stops.push(server.stop);
  return server.port;
}
async function listen(): Promise<number> {
  const server: Server = createServer((socket) => socket.on("error", () => undefined).end());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stops.push(() => server.close());
  return (server.address() as { port: number }).port;
}
async function serveWeb(kind: NonNullable<Stage["web"]>): Promise<number> {
  if (kind === "closed") return closedPort();
  if (kind === "plain") return listen();
  const server = await startFakeHttp("", certificates.get(kind));
  stops.push(server.stop);
  return server.port;
}
/** Reserved ports on which nothing listens; a freed one could be taken by whoever starts a server at the same time. */
const closedPorts = [2, 3, 4, 5];
let closedPortsGiven = 0;
const closedPort = (): number => closedPorts[closedPortsGiven++ % closedPorts.length] ?? 2;

interface Stage {
  relay?: Script | "closed";
  submission?: Script | "closed";
  web?: "open" | "closed" | "plain" | "other name" | "self-signed";
  /** The server logs on to the smart host. */
  logsOn?: boolean;
  directory?: "open" | "closed" | "none";
  zone?: Zone;
  region?: Record<string, string[]>;
  /** Targets that are swallowed, as by a firewall that drops. */
  silent?: ("relay" | "submission" | "web" | "directory")[];
}
async function run(stage: Stage) {
  const serve = (script: Script | "closed" = { greeting }) => (script === "closed" ? closedPort() : serveSmtp(script));
  const ports = {
    relay: await serve(stage.relay),
    submission: await serve(stage.submission),
    web: await serveWeb(stage.web ?? "open"),
    directory: await (stage.directory === "closed" ? closedPort() : listen()),
  };
  const here = { A: ["127.0.0.1"] };
  const dns = await startFakeDns({ [smart]: here, [console]: here, [controller]: here, ...stage.zone });
  stops.push(dns.stop);
  const directory: RfiAnswers["fields"] =
    stage.directory === undefined || stage.directory === "none"
      ? {}
      : {
          "recipients.directory": "ldap",
          "recipients.ldapHost": controller,
          "recipients.ldapPort": ports.directory,
        };
  const context = createContext({
    answers: { fields: { ...directory, "outbound.dynamic": stage.logsOn ?? false } },
    region: stage.region ?? { ...region, console: [`https://${console}/log-on`] },
    network: {
      resolver: dns.endpoint,
      ...dns.patience,
      ...(stage.relay === "closed" ? {} : patienceFor(stage.relay)),
      smtpPort: ports.relay,
      submissionPort: ports.submission,
      httpsPort: ports.web,
      extraAuthorities: authority,
    },
  });
  const net = createSilentNet(({ port }) => (stage.silent ?? []).some((name) => ports[name] === port));
  const probing: Partial<Probing> = { net };
  const outcome = await runToEnd("egress", context, probing);
  expect(judgeAgain("egress", JSON.parse(JSON.stringify(outcome.record)))).toEqual(outcome.judgement);
  return { ...outcome.judgement, ports };
}

describe("egress", () => {
  test.each<[string, Stage, string, RegExp]>([
    ["everything is open", { directory: "open" }, "pass", /From this place .* accept TCP connections/],
    [
      "the relay port is silent",
      { silent: ["relay"] },
      "not-measurable",
      /says nothing about the customer's mail server/,
    ],
    [
      "the relay port is refused",
      { relay: "closed" },
      "not-measurable",
      /says nothing about the customer's mail server/,
    ],
    ["the submission port is silent, and not needed", { silent: ["submission"] }, "warn", /needed only where/],
    ["the submission port is refused, and not needed", { submission: "closed" }, "warn", /needed only where/],
    [
      "the submission port is silent",
      { logsOn: true, silent: ["submission"] },
      "not-measurable",
      /keep that port closed/,
    ],
    ["the submission port is refused", { logsOn: true, submission: "closed" }, "fail", /the connection was refused/],
    ["the web port is silent", { silent: ["web"] }, "not-measurable", /this network may keep that port closed/],
    ["the web server shows another name", { web: "other name" }, "warn", /is for proxy.isp.example, not for console/],
    ["the web server vouches for itself", { web: "self-signed" }, "warn", /self-signed.*Issuer: CN=console/],
    ["the web port takes the connection without TLS", { web: "plain" }, "warn", /The TLS handshake failed/],
    ["the web port is refused", { web: "closed" }, "fail", /the connection was refused/],
    [
      "the directory is silent",
      { directory: "open", silent: ["directory"] },
      "not-measurable",
      /vendor's addresses only/,
    ],
    ["the directory refuses", { directory: "closed" }, "fail", /the connection was refused/],
    ["the smart host refuses this place", { relay: { greeting: "554 5.7.1 not you\r\n" } }, "pass", /From this place/],
    [
      "the greeting is masked",
      { relay: { greeting: "220 ********************\r\n" } },
      "warn",
      /masked with asterisks/,
    ],
    ["another host greets", { relay: { greeting: "220 proxy.isp.example\r\n" } }, "warn", /names none of the region's/],
    ["something takes the connection and says nothing", { relay: { greeting: null } }, "warn", /no greeting came/],
    [
      "something else than SMTP answers",
      { relay: { greeting: "HTTP/1.1 400 Bad\r\n" } },
      "warn",
      /does not speak SMTP/,
    ],
    ["the smart host's name is unknown", { zone: { [smart]: "NXDOMAIN" } }, "fail", /has no address/],
    ["the resolver is silent", { zone: { [smart]: "SILENT" } }, "not-measurable", /could not be found out/],
    [
      "the directory's name is known inside only",
      { directory: "open", zone: { [controller]: "NXDOMAIN" } },
      "not-measurable",
      /inside the customer's network only/,
    ],
  ])("%s", async (_, stage, verdict, reason) => {
    const judgement = await run(stage);
    expect(judgement).toMatchObject({ verdict, reason: expect.stringMatching(reason) });
    if (verdict !== "pass") expect(judgement.todo).not.toBe("");
  });

  test("a refusal of this place's address is told, though the way is open", async () => {
    const { findings } = await run({ relay: { greeting: "554 5.7.1 not you\r\n" } });
    expect(findings.map(({ text }) => text).join()).toContain("refuses or puts off this place's address with “554");
  });

  test("one silent host while another answers on the same port is held against it", async () => {
    const other = "eu-smtp-outbound-2.vendor.example";
    const { verdict, reason } = await run({
      zone: { [other]: { A: ["127.0.0.9"] } },
      region: { "smart-hosts": [smart, other] },
    });
    expect(verdict).toBe("fail");
    expect(reason).toContain("although another host answered on TCP");
  });

  test("says which hosts and ports were asked, and who answers on the web port", async () => {
    const { reason, findings, ports } = await run({});
    for (const asked of [`${smart}:${ports.relay}`, `${smart}:${ports.submission}`, `${console}:${ports.web}`])
      expect(reason).toContain(asked);
    expect(findings.find(({ subject }) => subject === `${console}:${ports.web}`)?.text).toContain(
      "certificate is good for the name",
    );
  });

  test("sends nothing but QUIT to a mail host", async () => {
    const server = await startFakeSmtp({ greeting });
    stops.push(server.stop);
    const dns = await startFakeDns({ [smart]: { A: ["127.0.0.1"] } });
    stops.push(dns.stop);
    const network = { resolver: dns.endpoint, smtpPort: server.port, submissionPort: server.port };
    await runToEnd("egress", createContext({ network }));
    expect(new Set(server.received)).toEqual(new Set(["QUIT"]));
  });

  test("plans both usual ports of a directory whose port is not answered, and asks nothing without a region", () => {
    const fields = { "recipients.directory": "ldap", "recipients.ldapHost": controller };
    const check = findCheck("egress");
    const planned = check.plan(createContext({ answers: { fields }, region: {} }));
    expect(planned).toMatchObject({ plan: { hosts: [], tcp: [{ port: 389 }, { port: 636 }] } });
    expect(check.plan(createContext({ region: {} })).kind).toBe("missing");
    expect(
      check.plan(createContext({ region: { console: ["https://c.example:8443/x", "not a host"] } })),
    ).toMatchObject({
      plan: { tcp: [{ host: "c.example", port: 8_443 }] },
    });
  });
});
