import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { errorToFailure } from "../../../src-main/contract/failures.ts";
import { contract } from "../../../src-main/contract/index.ts";
import { createEngine, type Engine } from "../../../src-main/engine/engine.ts";
import { type Client, createInProcessClient } from "../../../src-main/engine/transports/in-process.ts";
import { createSystemWorld, type World } from "../../../src-main/engine/world.ts";
import { type DeviceKey, forkReader, generateDeviceKey, verifyFile } from "../../../src-main/journal/index.ts";
import { assets, newDraft } from "../../support/engine.ts";

const PASSPHRASE = "correct horse battery";
const ANSWER = "mx1.secret-customer.example";
const MINUTE = 60_000;

interface Program {
  engine: Engine;
  client: Client;
  /** Moves both clocks on, or only the one that a sleeping laptop moves. */
  pass(wall: number, mono?: number): void;
}

const homes: string[] = [];
const running: Engine[] = [];
afterEach(async () => {
  for (const engine of running.splice(0)) await engine.close();
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});
const newHome = () => {
  const home = mkdtempSync(join(tmpdir(), "fieldbook-lock-"));
  homes.push(home);
  return home;
};

function start(home: string, device: DeviceKey): Program {
  const real = createSystemWorld();
  const passed = { wall: 0, mono: 0 };
  const clock = {
    now: () => new Date(real.clock.now().getTime() + passed.wall),
    mono: () => real.clock.mono() + passed.mono,
  };
  const world: World = { ...real, clock };
  const engine = createEngine({
    world,
    home,
    assets,
    reportWorker: new URL("../../../src-main/reports/worker.ts", import.meta.url),
    spawnReader: () => forkReader(new URL("../../../src-main/journal/intake/child.ts", import.meta.url)),
    device,
    protection: "file",
    appVersion: "0.0.0-test",
  });
  running.push(engine);
  const pass = (wall: number, mono = wall) => {
    passed.wall += wall;
    passed.mono += mono;
  };
  return { engine, client: createInProcessClient(engine.router), pass };
}

async function stop({ engine }: Program): Promise<void> {
  running.splice(running.indexOf(engine), 1);
  await engine.close();
}

const failureOf = async (call: Promise<unknown>) => {
  try {
    await call;
  } catch (error) {
    return errorToFailure(error);
  }
  return null;
};
const codeOf = async (call: Promise<unknown>) => (await failureOf(call))?.code ?? "accepted";

async function fill({ client }: Program): Promise<string> {
  const { engagement } = await client.engagements.create(newDraft());
  await client.rfi.answer({ engagement, field: "organisation.legalName", value: ANSWER });
  return engagement;
}
const answerOf = async ({ client }: Program, engagement: string) =>
  (await client.rfi.get({ engagement })).answers.fields["organisation.legalName"];

const filesOf = (home: string): string[] =>
  readdirSync(home, { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(home, name)).isFile());
/** Files of a home in which the answer can be read. */
const readable = (home: string): string[] =>
  filesOf(home).filter((name) => readFileSync(join(home, name)).includes(ANSWER));

// Every passphrase and code costs half a second of scrypt on an idle machine, several on a busy one.
describe("the app lock", { timeout: 120_000 }, () => {
  test("is off by default, keeps no key and changes no file", async () => {
    const home = newHome();
    const program = start(home, generateDeviceKey().key);
    await fill(program);
    expect(await program.client.lock.status({})).toEqual({
      state: "unlocked",
      passphrase: false,
      autoLockMinutes: 15,
      encrypted: false,
      files: { plain: 1, encrypted: 0 },
    });
    expect(await codeOf(program.client.lock.lock({}))).toBe("INVALID_INPUT");
    program.pass(600 * MINUTE);
    expect((await program.client.engagements.list({})).engagements).toHaveLength(1);
    await stop(program);
    const [file = ""] = filesOf(join(home, "engagements"));
    expect(file).toMatch(/\.fieldbook$/);
    expect(verifyFile(join(home, "engagements", file))).toMatchObject({ ok: true, sealed: true });
    expect(filesOf(home).filter((name) => name.startsWith("vault-key"))).toEqual([]);
  });

  test("refuses every command of the contract but those that open it", async () => {
    const program = start(newHome(), generateDeviceKey().key);
    await fill(program);
    await program.client.lock.setPassphrase({ passphrase: PASSPHRASE });
    await program.client.lock.lock({});
    const names = Object.entries(contract).flatMap(([group, commands]) =>
      Object.keys(commands).map((command) => [group, command] as const),
    );
    const loose = program.client as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>;
    const open: string[] = [];
    for (const [group, command] of names) {
      const code = await codeOf(loose[group]?.[command]?.({ nothing: "of this is looked at" }) as Promise<unknown>);
      if (code !== "LOCKED_BY_PASSPHRASE") open.push(`${group}.${command}: ${code}`);
    }
    expect(open.sort()).toEqual([
      "jobs.events: INVALID_INPUT",
      "lock.recover: INVALID_INPUT",
      "lock.status: INVALID_INPUT",
      "lock.unlock: INVALID_INPUT",
    ]);
    expect(() => program.engine.context.workspace.deps()).toThrow("The program is locked.");
  });

  test("lets in with the passphrase and nothing else, also after a restart", async () => {
    const home = newHome();
    const device = generateDeviceKey().key;
    const before = start(home, device);
    const engagement = await fill(before);
    await before.client.lock.setPassphrase({ passphrase: PASSPHRASE });
    expect(await answerOf(before, engagement)).toBe(ANSWER);
    await stop(before);
    const after = start(home, device);
    expect(await after.client.lock.status({})).toMatchObject({ state: "locked", passphrase: true });
    expect(await codeOf(after.client.lock.unlock({ passphrase: `${PASSPHRASE}x` }))).toBe("WRONG_PASSPHRASE");
    expect(await codeOf(after.client.engagements.list({}))).toBe("LOCKED_BY_PASSPHRASE");
    expect(await after.client.lock.unlock({ passphrase: PASSPHRASE })).toMatchObject({ state: "unlocked" });
    expect(await answerOf(after, engagement)).toBe(ANSWER);
  });

  test("changes and removes the passphrase only for those who know it", async () => {
    const home = newHome();
    const program = start(home, generateDeviceKey().key);
    const { lock } = program.client;
    expect((await lock.setPassphrase({ passphrase: PASSPHRASE })).recoveryCode).toMatch(
      /^([0-9A-Z]{5}-){7}[0-9A-Z]{5}$/,
    );
    expect(await codeOf(lock.setPassphrase({ passphrase: "another passphrase" }))).toBe("WRONG_PASSPHRASE");
    expect(await codeOf(lock.setPassphrase({ current: "wrong passphrase", passphrase: null }))).toBe(
      "WRONG_PASSPHRASE",
    );
    expect(await codeOf(lock.encrypt({}))).toBe("WRONG_PASSPHRASE");
    expect(await codeOf(lock.renewRecoveryCode({}))).toBe("WRONG_PASSPHRASE");
    expect(await codeOf(lock.setPassphrase({ current: PASSPHRASE, passphrase: "short" }))).toBe("INVALID_INPUT");
    const changed = await lock.setPassphrase({ current: PASSPHRASE, passphrase: "another passphrase" });
    expect(changed.recoveryCode).toBeNull();
    await lock.lock({});
    expect(await codeOf(lock.unlock({ passphrase: PASSPHRASE }))).toBe("WRONG_PASSPHRASE");
    await lock.unlock({ passphrase: "another passphrase" });
    await lock.setPassphrase({ current: "another passphrase", passphrase: null });
    expect(filesOf(home).filter((name) => name.startsWith("vault-key"))).toEqual([]);
    expect(await lock.status({})).toMatchObject({ state: "unlocked", passphrase: false });
  });

  test.each([
    ["both clocks go on", 5 * MINUTE, 5 * MINUTE],
    ["the laptop sleeps", 5 * MINUTE, 0],
    ["somebody sets the clock back", -600 * MINUTE, 5 * MINUTE],
  ])("locks by itself when nobody does anything while %s", async (_how, wall, mono) => {
    const program = start(newHome(), generateDeviceKey().key);
    await program.client.lock.setPassphrase({ passphrase: PASSPHRASE });
    await program.client.lock.setAutoLock({ minutes: 5 });
    program.pass(Math.min(wall, 0), 0);
    program.pass(4 * MINUTE);
    await program.client.engagements.list({});
    program.pass(4 * MINUTE);
    await program.client.files.vantage({});
    expect(await program.client.lock.status({})).toMatchObject({ state: "unlocked", autoLockMinutes: 5 });
    await program.client.engagements.list({});
    program.pass(Math.max(wall, 0), mono);
    expect(await codeOf(program.client.engagements.list({}))).toBe("LOCKED_BY_PASSPHRASE");
  });

  test("does not take what screens ask by themselves for a person", async () => {
    const program = start(newHome(), generateDeviceKey().key);
    await program.client.lock.setPassphrase({ passphrase: PASSPHRASE });
    for (let minute = 0; minute < 15; minute++) {
      program.pass(MINUTE);
      await codeOf(program.client.files.vantage({}));
      await codeOf(program.client.jobs.list({}));
    }
    program.engine.context.lock.tick();
    expect(await program.client.lock.status({})).toMatchObject({ state: "locked" });
  });
});

describe("encryption of the files of an installation", { timeout: 120_000 }, () => {
  const changeAll = async ({ engine }: Program, { job }: { job: string }) => engine.context.jobs.finished(job);

  test("covers engagements and snapshots, old and new, and goes away again", async () => {
    const home = newHome();
    const program = start(home, generateDeviceKey().key);
    const { client } = program;
    const engagement = await fill(program);
    await client.copies.takeSnapshot({ engagement });
    await program.engine.context.housekeeping.settled();
    expect(readable(home)).toHaveLength(2);
    const started = await client.lock.encrypt({});
    expect(await changeAll(program, started)).toMatchObject({ state: "done", failure: null });
    expect(readable(home)).toEqual([]);
    expect(await client.lock.status({})).toMatchObject({ encrypted: true, files: { plain: 0, encrypted: 2 } });
    expect(await answerOf(program, engagement)).toBe(ANSWER);
    await fill(program);
    await client.copies.takeSnapshot({ engagement });
    await program.engine.context.housekeeping.settled();
    expect(readable(home)).toEqual([]);
    const { snapshots } = await client.copies.snapshots({ engagement });
    expect(snapshots.map(({ proof }) => proof)).toEqual(["proven", "proven"]);
    const { engagement: view } = await client.copies.lookInto({ engagement, snapshot: snapshots[1]?.snapshot ?? "" });
    expect((await client.rfi.get({ engagement: view })).answers.fields["organisation.legalName"]).toBe(ANSWER);
    expect(await changeAll(program, await client.lock.decrypt({}))).toMatchObject({ state: "done", failure: null });
    expect(await client.lock.status({})).toMatchObject({ encrypted: false, files: { plain: 4, encrypted: 0 } });
    expect(await answerOf(program, engagement)).toBe(ANSWER);
    expect(filesOf(home).filter((name) => name.startsWith("vault-key"))).toEqual([]);
  });

  test("hands over plain, and takes in encrypted", async () => {
    const [home, other] = [newHome(), newHome()];
    const [program, colleague] = [start(home, generateDeviceKey().key), start(other, generateDeviceKey().key)];
    const engagement = await fill(program);
    await changeAll(program, await program.client.lock.encrypt({}));
    await changeAll(colleague, await colleague.client.lock.encrypt({}));
    const { job } = await program.client.copies.handOver({
      engagement,
      space: "everything",
      seal: { kind: "open" },
    });
    const { download } = await program.engine.context.jobs.finished(job);
    const copy = join(newHome(), "copy.fieldbook");
    const token = program.engine.context.files.grant(copy, "save");
    await program.client.files.saveDownload({ download: download ?? "", token });
    expect(verifyFile(copy)).toMatchObject({ ok: true, sealed: true });
    const source = colleague.engine.context.files.grant(copy, "open");
    await colleague.client.engagements.open({ source: { kind: "token", token: source } });
    expect(await answerOf(colleague, engagement)).toBe(ANSWER);
    await stop(colleague);
    expect(readable(other)).toEqual([]);
  });

  test.each([
    ["at its beginning", 50],
    ["in the middle", 20_000],
  ])("saves what is sound of a file damaged %s, encrypted", async (_where, at) => {
    const home = newHome();
    const device = generateDeviceKey().key;
    const program = start(home, device);
    const engagement = await fill(program);
    await changeAll(program, await program.client.lock.encrypt({}));
    await program.client.copies.takeSnapshot({ engagement });
    await program.engine.context.housekeeping.settled();
    await stop(program);
    const [name = ""] = filesOf(join(home, "engagements"));
    const path = join(home, "engagements", name);
    const bytes = readFileSync(path);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const again = start(home, device);
    expect((await again.client.engagements.list({})).engagements).toMatchObject([{ engagement, problem: null }]);
    expect(await answerOf(again, engagement)).toBe(ANSWER);
    const { notices } = await again.client.engagements.get({ engagement });
    expect(notices).toMatchObject([{ kind: "salvaged" }]);
    const names = readdirSync(join(home, "engagements")).filter((found) => !found.endsWith("-journal"));
    expect(names.sort()).toEqual([expect.stringMatching(/-saved-\w+\.fieldbook-vault$/), "damaged"]);
    await stop(again);
    expect(readable(home)).toEqual([]);
  });

  test("goes on after it was cut off", async () => {
    const home = newHome();
    const device = generateDeviceKey().key;
    const program = start(home, device);
    const engagements = [await fill(program), await fill(program), await fill(program)];
    const { job } = await program.client.lock.encrypt({});
    program.engine.context.jobs.cancel(job);
    expect((await program.engine.context.jobs.finished(job)).state).toBe("cancelled");
    for (const engagement of engagements) expect(await answerOf(program, engagement)).toBe(ANSWER);
    await stop(program);
    expect(readable(home).length).toBeGreaterThan(0);
    const again = start(home, device);
    for (const resumed of again.engine.context.jobs.running()) await again.engine.context.jobs.finished(resumed.job);
    expect(readable(home)).toEqual([]);
    for (const engagement of engagements) expect(await answerOf(again, engagement)).toBe(ANSWER);
  });

  test("outlives the device key by the recovery code, and no other code", async () => {
    const home = newHome();
    const program = start(home, generateDeviceKey().key);
    const engagement = await fill(program);
    const first = await program.client.lock.encrypt({});
    await changeAll(program, first);
    const { recoveryCode } = await program.client.lock.renewRecoveryCode({});
    await stop(program);
    const device = generateDeviceKey().key;
    const after = start(home, device);
    expect(await after.client.lock.status({})).toMatchObject({ state: "key-lost" });
    expect((await failureOf(after.client.engagements.list({})))?.happened).toContain("key of this device");
    const before = readFileSync(join(home, "vault-key.json"), "utf8");
    expect(await codeOf(after.client.lock.recover({ code: first.recoveryCode }))).toBe("WRONG_RECOVERY_CODE");
    // The check letter itself: one slip in 32 elsewhere would have the same.
    const slip = recoveryCode.replace(/^(....)(.)/, (_, group, letter) => group + (letter === "7" ? "8" : "7"));
    expect(await failureOf(after.client.lock.recover({ code: slip }))).toMatchObject({
      code: "WRONG_RECOVERY_CODE",
      happened: "Group 1 of the recovery code is not as it was shown.",
    });
    expect(readFileSync(join(home, "vault-key.json"), "utf8")).toBe(before);
    expect(await after.client.lock.recover({ code: recoveryCode.toLowerCase() })).toMatchObject({ state: "unlocked" });
    expect(await answerOf(after, engagement)).toBe(ANSWER);
    await stop(after);
    const later = start(home, device);
    expect(await answerOf(later, engagement)).toBe(ANSWER);
  });

  test("opens a forgotten passphrase with the recovery code", async () => {
    const home = newHome();
    const device = generateDeviceKey().key;
    const program = start(home, device);
    const engagement = await fill(program);
    const { recoveryCode } = await program.client.lock.setPassphrase({ passphrase: PASSPHRASE });
    await program.client.lock.lock({});
    expect(await program.client.lock.recover({ code: recoveryCode ?? "" })).toMatchObject({
      state: "unlocked",
      passphrase: false,
    });
    expect(await answerOf(program, engagement)).toBe(ANSWER);
    expect(existsSync(join(home, "vault-key.json"))).toBe(true);
  });
});
