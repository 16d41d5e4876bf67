import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { encodeQuery } from "../../src-main/checks/dns/message.ts";
import { type CheckContext, checkCatalog, runCheck } from "../../src-main/checks/index.ts";
import { nodeNet } from "../../src-main/checks/node-net.ts";
import { loopbackNetwork, writeSettings } from "../support/settings.ts";
import { compare, printFigure } from "./measure.ts";
import { include, type SlowNameServer, startSlowNameServer, vendor } from "./name-server.ts";

/** Simulated round trip to every name server, milliseconds. */
const roundTrip = 50;
const setSize = 50;
const checks = ["mx-records", "spf-record", "dmarc-record"];
/** The longest chain of questions of which each needs the answer before: NS of the zone, addresses of its servers, MX at each of them. */
const depth = 3;

/** Figures of the DNS set: against the critical path, in memory, and against dig. */
export async function dnsFigures(folder: string, cli: string): Promise<void> {
  const server = await startSlowNameServer(roundTrip);
  try {
    await criticalPathFigure(server);
    await memoryFigure(server);
    await digFigure(server, folder, cli);
  } finally {
    await server.stop();
  }
}

async function criticalPathFigure(server: SlowNameServer): Promise<void> {
  const { subject, baseline } = await compare(
    15,
    () => askSet(server, 0, setSize),
    () => askChain(server),
  );
  printFigure({
    what: `DNS set of ${setSize} domains (MX with hosts and authoritative servers, SPF, DMARC), judged, at ${roundTrip} ms round trip`,
    baselineIs: `the critical path: ${depth} questions one after the other`,
    subject,
    baseline,
  });
}

/** The three checks at once, as one would wish; every question must have been answered. */
async function askSet(server: SlowNameServer, from: number, size: number): Promise<void> {
  const context = createContext(server, from, size);
  const probing = {
    signal: new AbortController().signal,
    secrets: {},
    now: () => new Date(),
    progress: () => undefined,
  };
  const run = async (id: string) => {
    const definition = checkCatalog.find((known) => known.id === id);
    const outcome = definition && (await runCheck(definition, context, probing));
    if (!outcome || "blocked" in outcome || !["pass", "warn"].includes(outcome.judgement.verdict))
      throw new Error(`${id}: ${JSON.stringify(outcome).slice(0, 300)}`);
  };
  await Promise.all(checks.map(run));
}

const createContext = ({ resolver, port }: SlowNameServer, from: number, size: number): CheckContext => ({
  services: ["email-security"],
  family: "postfix",
  platform: "postfix",
  answers: {
    fields: {},
    rows: {
      domains: Array.from({ length: size }, (_, index) => ({
        id: String(index),
        values: { name: `d${from + index}.example` },
      })),
    },
  },
  region: { "mx-hosts": vendor.mxHosts, "spf-include": [include] },
  network: { ...loopbackNetwork, resolver, authoritativePort: port },
});

async function askChain({ port }: SlowNameServer): Promise<void> {
  for (let step = 0; step < depth; step += 1) {
    const id = randomInt(0x1_0000);
    const query = encodeQuery(id, "d1.example", "MX", { recursion: true, edns: true }) ?? new Uint8Array();
    await nodeNet.exchange({ address: "127.0.0.1", port }, query, {
      timeout: 5_000,
      signal: new AbortController().signal,
      accept: (reply) => reply[0] === id >> 8 && reply[1] === (id & 255),
    });
  }
}

/** Used heap after sets of 50 domains, one after the other up to 1,000: what a set leaves behind would add up. */
async function memoryFigure(server: SlowNameServer): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const used = () => {
    collect();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  const marks: [number, number][] = [];
  for (let from = 0; from < 1_000; from += setSize) {
    await askSet(server, from, setSize);
    const asked = from + setSize;
    if (asked === 200 || asked % 400 === 200 || asked === 1_000) marks.push([asked, used()]);
  }
  const [first = [0, 1], last = [0, 1]] = [marks[0], marks.at(-1)];
  console.log("Memory over 1,000 domains: heap in use after a collection");
  console.log(`  ${marks.map(([asked, megabytes]) => `${asked} domains ${megabytes.toFixed(1)} MB`).join("   ")}`);
  console.log(`  ratio     last to first ${(last[1] / first[1]).toFixed(2)}\n`);
}

/** The program from start to end on one domain, and one dig that asks the same questions. */
async function digFigure(server: SlowNameServer, folder: string, cli: string): Promise<void> {
  if (spawnSync("dig", ["-v"]).error) {
    console.log("Against dig: not measured here, dig is not installed; tests/setup-system.sh installs it.\n");
    return;
  }
  const [home, file, answers] = [join(folder, "dig-home"), join(folder, "dig.fieldbook"), join(folder, "dig.json")];
  writeSettings(home, { ...loopbackNetwork, resolver: server.resolver, authoritativePort: server.port });
  const run = (command: string, ...rest: string[]) => {
    const done = spawnSync(command, rest, { encoding: "utf8" });
    if (done.status !== 0) throw new Error(`${command} ${rest[0]}: ${done.stderr}${done.stdout}`);
  };
  const fieldbook = (...rest: string[]) => run(process.execPath, cli, ...rest, "--home", home);
  const who = ["--customer", "Bench", "--reference", "B-2", "--region", "EU", "--services", "email-security"];
  fieldbook("new", file, ...who, "--platform", "exchange-2019");
  const sections = { organisation: { primaryDomain: "d1.example" } };
  writeFileSync(answers, JSON.stringify({ format: "connect-fieldbook-rfi", version: 1, sections }));
  fieldbook("rfi", "import", file, answers);
  const { subject, baseline } = await compare(
    7,
    () => fieldbook("check", file, "completion", "--only", checks.join(",")),
    () => run("dig", ...listDigQuestions(server)),
  );
  printFigure({
    what: "Command line: start, open a file, ask and judge MX, SPF and DMARC of one domain, keep the results",
    baselineIs: "one dig that asks the same questions one after the other",
    subject,
    baseline,
  });
}

function listDigQuestions({ resolver, port }: SlowNameServer): string[] {
  const [address = ""] = resolver.split(":");
  const own = ["d1.example MX", "d1.example NS", "ns1.host.example A", "ns2.host.example A"];
  const hosts = vendor.mxHosts.flatMap((host) => [`${host} A`, `${host} AAAA`]);
  const texts = ["d1.example TXT", `${include} TXT`, "_dmarc.d1.example TXT"];
  return [
    ...[...own, ...hosts, ...texts].map((question) => `@${address} -p ${port} ${question}`),
    ...["127.0.2.1", "127.0.2.2"].map((server) => `@${server} -p ${port} +norecurse d1.example MX`),
  ].flatMap((line) => line.split(" "));
}
