import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { observePicture, type Picture, readClock, type ServerAnswer } from "../../src-main/checks/index.ts";
import { createContext, createProbing } from "../unit/checks/context.ts";
import { type Daemon, findFreePorts, startDaemon, waitForPorts } from "./processes.ts";

const servers = ["/usr/sbin/named", "/usr/sbin/unbound"];
const missing = servers.filter((path) => !existsSync(path));
if (missing.length > 0)
  console.log(`the MX change against a real cache is skipped: ${missing.join(", ")} is not installed`);

const address = "127.0.0.1";
const domain = "change.example";
/** Seconds. Long enough to be seen in the cache, short enough to be waited for. */
const lifetime = 8;

/** bind9 as the zone's only server, and unbound as a resolver that really caches. */
describe.skipIf(missing.length > 0)("an MX change and a real cache", () => {
  let folder: string;
  let ports: { authority: number; resolver: number };
  let authority: Daemon;
  let resolver: Daemon;

  async function publish(host: string): Promise<void> {
    await authority?.stop();
    const zone = [
      `@ 60 IN SOA ns1.${domain}. hostmaster.${domain}. ${Math.floor(Date.now() / 1_000)} 3600 600 86400 60`,
      `@ 60 IN NS ns1.${domain}.`,
      `ns1 60 IN A ${address}`,
      `@ ${lifetime} IN MX 10 ${host}.${domain}.`,
      `${host} 60 IN A ${address}`,
    ];
    writeFileSync(join(folder, "change.zone"), `${[`$ORIGIN ${domain}.`, ...zone].join("\n")}\n`);
    const server = startDaemon("/usr/sbin/named", ["-g", "-n", "1", "-c", join(folder, "named.conf")]);
    authority = server;
    await waitForPorts(server, "named", [{ address, port: ports.authority }]);
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "fieldbook-change-"));
    const [first = 0, second = 0] = await findFreePorts(2);
    ports = { authority: first, resolver: second };
    writeFileSync(
      join(folder, "named.conf"),
      `options { directory "${folder}"; pid-file none; session-keyfile none; managed-keys-directory "${folder}";
        listen-on port ${ports.authority} { ${address}; }; listen-on-v6 { none; }; recursion no; dnssec-validation no; notify no; };
      controls { };
      zone "${domain}" { type primary; file "change.zone"; };\n`,
    );
    writeFileSync(
      join(folder, "unbound.conf"),
      `server:
  interface: ${address}
  port: ${ports.resolver}
  access-control: 127.0.0.0/8 allow
  do-daemonize: no
  do-ip6: no
  do-not-query-localhost: no
  use-syslog: no
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: ""
  module-config: "iterator"
remote-control:
  control-enable: no
stub-zone:
  name: "${domain}"
  stub-addr: ${address}@${ports.authority}
`,
    );
    await publish("old");
    const server = startDaemon("/usr/sbin/unbound", ["-d", "-p", "-c", join(folder, "unbound.conf")]);
    resolver = server;
    await waitForPorts(server, "unbound", [{ address, port: ports.resolver }]);
  }, 60_000);
  afterAll(async () => {
    await authority?.stop();
    await resolver?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  async function look(role: Picture["role"]): Promise<Picture & { answers: ServerAnswer[] }> {
    const network = {
      resolver: `${address}:${ports.resolver}`,
      authoritativePort: ports.authority,
      dnsTimeout: 2_000,
    };
    const fields = { "organisation.primaryDomain": domain } as const;
    const seen = await observePicture(createContext({ network, answers: { fields } }), createProbing());
    if ("blocked" in seen) throw new Error(seen.blocked);
    return { at: seen.at, role, answers: seen.answers };
  }
  const given = ({ answers }: Picture, kind: ServerAnswer["kind"]) =>
    answers.find((answer) => answer.record === "mx" && answer.kind === kind);

  test("the cache gives the old records after the change, and is rid of them when the clock says so", async () => {
    const pictures: Picture[] = [await look("before")];
    expect(given(pictures[0] as Picture, "authoritative")).toMatchObject({ set: `10 old.${domain}`, ttl: lifetime });
    await publish("new");
    const after = await look("after");
    pictures.push(after);
    expect(given(after, "authoritative")?.set).toBe(`10 new.${domain}`);
    expect(given(after, "resolver")?.set).toBe(`10 old.${domain}`);
    expect(given(after, "resolver")?.ttl).toBeLessThanOrEqual(lifetime);
    const clock = readClock("mx", [domain], pictures, Date.now());
    expect(clock).toMatchObject({ state: "counting", oldTtl: lifetime });

    let [lastOld, turned] = [0, 0];
    for (let tries = 0; tries < 60 && turned === 0; tries++) {
      await sleep(300);
      const asked = Date.now();
      const now = await look("other");
      pictures.push(now);
      if (given(now, "resolver")?.set === `10 new.${domain}`) turned = Date.now();
      else lastOld = asked;
    }
    const changed = Date.parse(clock?.changeSeenAt ?? "");
    const expected = Date.parse(clock?.expectedAt ?? "");
    expect(turned).toBeGreaterThan(changed);
    // Nothing old was heard after the clock's end. Its two minutes for clocks that differ are not the cache's; caches tell whole seconds.
    expect(lastOld).toBeLessThanOrEqual(expected - 120_000 + 1_000);
    const again = Date.parse(readClock("mx", [domain], pictures, Date.now())?.expectedAt ?? "");
    expect(Math.abs(again - expected)).toBeLessThanOrEqual(1_000);
    expect(readClock("mx", [domain], pictures, again)?.state).toBe("over");
  }, 60_000);
});
