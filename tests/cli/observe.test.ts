import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { completeAnswers } from "../support/answers.ts";
import { loopbackNetwork, writeSettings } from "../support/settings.ts";
import { type FakeDns, mx, startFakeDns, type Zone } from "../unit/checks/fake-dns.ts";

const cli = "dist/engine/cli.mjs";
const node = "node_modules/.bin/node";
const domain = String(completeAnswers.sections.organisation?.primaryDomain);
let folder: string;
let file: string;
let zone: Zone;
let dns: FakeDns;

/** Runs one command of the built program while this process goes on answering DNS. */
function fieldbook(...args: string[]): Promise<{ code: number | null; out: string }> {
  const child = spawn(node, [cli, ...args, "--home", join(folder, "home")], { stdio: ["ignore", "pipe", "ignore"] });
  let out = "";
  child.stdout.on("data", (part: Buffer) => {
    out += part.toString();
  });
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, out })));
}

beforeAll(async () => {
  if (!existsSync(cli)) throw new Error("The program is not built: run `npm run build` first.");
  folder = mkdtempSync(join(tmpdir(), "fieldbook-observe-"));
  file = join(folder, "acme.fieldbook");
  zone = {
    [domain]: { MX: [mx(10, "mail.acme.test", 3_600)], TXT: ["v=spf1 -all"], NS: ["ns1.acme.test"] },
    "ns1.acme.test": { A: ["127.0.0.1"] },
  };
  dns = await startFakeDns(zone);
  writeSettings(join(folder, "home"), {
    ...loopbackNetwork,
    resolver: dns.endpoint,
    authoritativePort: dns.port,
    dnsTimeout: 600,
    connectTimeout: 1_500,
  });
  writeFileSync(join(folder, "answers.json"), JSON.stringify(completeAnswers));
  const made = ["new", file, "--customer", "Acme Ltd", "--reference", "ENG-104", "--region", "EU"];
  await fieldbook(...made, "--services", "email-security", "--platform", "postfix");
  await fieldbook("rfi", "import", file, join(folder, "answers.json"));
}, 120_000);
afterAll(() => {
  dns?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("around a change from a terminal", () => {
  test("observe, diff and clock", async () => {
    expect((await fieldbook("clock", file)).out).toContain("unknown:");
    const before = await fieldbook("observe", file, "inbound", "--before");
    expect([before.code, before.out]).toEqual([
      0,
      expect.stringMatching(/^Before the change: .*resolver 127\.0\.0\.1/),
    ]);
    expect((await fieldbook("diff", file, "inbound")).out).toContain("No snapshot from after.");
    zone[domain] = { MX: [mx(10, "gateway.acme.test", 300)], TXT: ["v=spf1 -all"], NS: ["ns1.acme.test"] };
    expect((await fieldbook("observe", file, "inbound", "--after")).code).toBe(0);
    const diff = await fieldbook("diff", file, "inbound");
    expect(diff.out).toContain("10 mail.acme.test\n         -> 10 gateway.acme.test");
    expect(JSON.parse((await fieldbook("clock", file, "--json")).out)).toMatchObject({
      clock: { state: "counting", oldTtl: 3_600 },
      watch: { job: null },
    });
    expect((await fieldbook("clock", file)).out).toMatch(/counting: .*\n {2}new .* authoritative .*10 gateway/);
    expect((await fieldbook("steps", file, "lockdown")).out).toContain("The old MX may still be cached until");
  }, 240_000);

  test.each<[string[], number]>([
    [["observe", "FILE", "inbound"], 2],
    [["observe", "FILE", "inbound", "--before", "--after"], 2],
    [["observe", "FILE", "rfi", "--before"], 1],
    [["diff", "FILE", "outbound", "--since-signed"], 1],
  ])(
    "refuses %s with %s",
    async (args, code) => {
      expect((await fieldbook(...args.map((one) => (one === "FILE" ? file : one)))).code).toBe(code);
    },
    60_000,
  );
});
