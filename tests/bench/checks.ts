import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeNet } from "../../src-main/checks/node-net.ts";
import type { Channel, Net } from "../../src-main/checks/types.ts";
import type { StepId } from "../../src-main/contract/names.ts";
import { createAuthority } from "../lab/certificates.ts";
import { newDraft, startTestEngine } from "../support/engine.ts";
import { loopbackNetwork } from "../support/settings.ts";
import { startFakeDns } from "../unit/checks/fake-dns.ts";
import { type FakeSmtp, startFakeSmtp } from "../unit/checks/fake-smtp.ts";
import { printFigure, summarize } from "./measure.ts";

/** Simulated round trip, milliseconds. */
const roundTrip = 50;
const runs = 5;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));

/** The real network with a round trip before every answer, and a count of the round trips of each host's conversations. */
function createDelayedNet(trips: Map<string, number>): Net {
  return {
    ...nodeNet,
    exchange: async (to, payload, options) => {
      const reply = await nodeNet.exchange(to, payload, options);
      await pause(roundTrip);
      return reply;
    },
    connect: async (to, options) => {
      const count = () => void trips.set(to.address, (trips.get(to.address) ?? 0) + 1);
      count();
      const channel = await nodeNet.connect(to, options);
      await pause(roundTrip);
      return delayChannel(channel, count);
    },
  };
}

/** The greeting, each answer and the handshake come a round trip after what they answer. */
function delayChannel(channel: Channel, count: () => void): Channel {
  let asked = performance.now();
  let isAsked = true;
  const ask = () => {
    asked = performance.now();
    isAsked = true;
  };
  return {
    local: channel.local,
    read: async (patience) => {
      const bytes = await channel.read(patience);
      if (isAsked) count();
      isAsked = false;
      await pause(asked + roundTrip - performance.now());
      return bytes;
    },
    write: (bytes) => {
      ask();
      channel.write(bytes);
    },
    upgrade: async (request) => {
      count();
      const facts = await channel.upgrade(request);
      await pause(roundTrip);
      return facts;
    },
    close: () => channel.close(),
  };
}

const domain = "acme.example";
const hosts: Record<string, string> = {
  [`mail.${domain}`]: "127.0.0.31",
  "eu-smtp-inbound-1.mimecast.com": "127.0.0.21",
  "eu-smtp-inbound-2.mimecast.com": "127.0.0.22",
  "eu-smtp-outbound-1.mimecast.com": "127.0.0.11",
};

/** A customer whose names, hosts and certificates are in order. */
async function startSite(folder: string) {
  const authority = await createAuthority(folder);
  const issued = await authority.issue("site", Object.keys(hosts));
  const [key, certificate] = [await readFile(issued.key, "utf8"), await readFile(issued.certificate, "utf8")];
  const dns = await startFakeDns({
    ...Object.fromEntries(Object.entries(hosts).map(([name, address]) => [name, { A: [address] }])),
    [domain]: {
      NS: [`ns1.${domain}`],
      MX: [1, 2].map((n) => ({ preference: 10, exchange: `eu-smtp-inbound-${n}.mimecast.com` })),
      TXT: ["v=spf1 ip4:192.0.2.10 include:eu._netblocks.mimecast.com ~all"],
    },
    [`ns1.${domain}`]: { A: ["127.0.0.1"] },
    "eu._netblocks.mimecast.com": { TXT: ["v=spf1 ip4:192.0.2.64/26 ~all"] },
    [`_dmarc.${domain}`]: { TXT: ["v=DMARC1; p=none"] },
  });
  const servers: FakeSmtp[] = [];
  let port = 0;
  for (const [name, address] of Object.entries(hosts)) {
    const commands: [RegExp, string][] = [[/no-such|relay-test/, "550 5.1.1 User unknown\r\n"]];
    const script = { greeting: `220 ${name} ESMTP\r\n`, handshake: { key, certificate }, commands };
    const server = await startFakeSmtp(script, address, port);
    port = server.port;
    servers.push(server);
  }
  const network = { ...loopbackNetwork, resolver: dns.endpoint, authoritativePort: dns.port, smtpPort: port };
  const stop = () => {
    for (const server of [...servers, dns]) server.stop();
  };
  return { network: { ...network, extraAuthorities: authority.pem }, stop };
}

type Run = (step: StepId, only?: string[]) => Promise<number>;

/** A step's whole check set on a healthy site, on an engine whose network has a round trip. */
export async function checkSetFigures(folder: string): Promise<void> {
  const site = await startSite(folder);
  const trips = new Map<string, number>();
  const measured = startTestEngine(join(folder, "checks"), { net: createDelayedNet(trips) });
  try {
    const { client, engine } = measured;
    await client.settings.update({ network: site.network });
    const { engagement } = await client.engagements.create({ ...newDraft(), platform: "postfix" });
    const fields = { "organisation.primaryDomain": domain, "recipients.knownAddress": `ada@${domain}` } as const;
    for (const [field, value] of Object.entries(fields))
      await client.rfi.answer({ engagement, field: field as keyof typeof fields, value });
    await client.rfi.addRows({ engagement, group: "inboundHosts", rows: [{ host: `mail.${domain}` }] });
    const run: Run = async (step, only) => {
      const started = performance.now();
      const { job } = await client.checks.run({ engagement, step, ...(only ? { only } : {}) });
      const { failure } = await engine.context.jobs.finished(job);
      if (failure) throw new Error(failure.happened);
      return performance.now() - started;
    };
    for (const step of ["outbound", "inbound"] as const) {
      const { checks } = await client.checks.list({ engagement, step });
      await stepFigure(
        step,
        checks.filter(({ blocked, needsInput }) => blocked === null && needsInput === "none").map(({ check }) => check),
        run,
        trips,
      );
    }
  } finally {
    await measured.close();
    site.stop();
  }
}

/**
 * The critical path is the longer of the slowest check alone and the busiest host: its address looked up, then its conversations one
 * after the other, as manners want it.
 */
async function stepFigure(step: StepId, checks: string[], run: Run, trips: Map<string, number>): Promise<void> {
  await run(step);
  trips.clear();
  const alone: number[] = [];
  for (const check of checks) alone.push(await run(step, [check]));
  const slowest = Math.max(...alone.map((taken) => Math.floor(taken / roundTrip)));
  const path = Math.max(slowest, 1 + Math.max(...trips.values())) * roundTrip;
  const taken: number[] = [];
  for (let index = 0; index < runs; index++) {
    // What earlier runs used up of the connections allowed is given back first.
    await pause(1_500);
    taken.push(await run(step));
  }
  const what = `All ${checks.length} checks of the step “${step}”, ${roundTrip} ms round trip (goal: at most 1.5)`;
  const baselineIs = `critical path of ${path / roundTrip} round trips`;
  printFigure({ what, baselineIs, subject: summarize(taken), baseline: summarize([path]) });
}
