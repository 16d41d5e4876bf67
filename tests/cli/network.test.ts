import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loopbackNetwork, writeSettings } from "../support/settings.ts";
import { type FakeDns, startFakeDns } from "../unit/checks/fake-dns.ts";

let home: string;
let dns: FakeDns;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "fieldbook-network-"));
  dns = await startFakeDns({});
});
afterEach(() => {
  dns.stop();
  rmSync(home, { recursive: true, force: true });
});

/** Runs `fieldbook network`; not in this thread's way, as the name server answers from it. */
const lookFrom = (unused: string) => {
  writeSettings(home, { ...loopbackNetwork, resolver: dns.endpoint, dnsTimeout: 500, selfTestUnused: unused });
  return new Promise<{ code: number; found: Record<string, string> }>((resolve) => {
    execFile(
      "node_modules/.bin/node",
      ["dist/engine/cli.mjs", "network", "--json", "--home", home],
      (error, printed) => {
        const { findings } = JSON.parse(printed) as { findings: { subject: string; verdict: string }[] };
        const found = Object.fromEntries(findings.map(({ subject, verdict }) => [subject, verdict]));
        resolve({ code: error ? Number(error.code) : 0, found });
      },
    );
  });
};

test("says what this network does to checks, and ends with 1 when something fails", async () => {
  const fine = await lookFrom("127.0.0.1:9");
  expect(fine).toMatchObject({ code: 0, found: { resolver: "pass", "missing-names": "pass", "port-53": "pass" } });
  const intercepted = await lookFrom(dns.endpoint);
  expect(intercepted).toMatchObject({ code: 1, found: { "port-53": "fail" } });
}, 60_000);
