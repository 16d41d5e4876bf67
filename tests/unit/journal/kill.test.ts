import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { generateDeviceKey, openJournal, verifyFile } from "../../../src-main/journal/index.ts";
import { createFolders, createTestDeps } from "./world.ts";

const newFolder = createFolders();
const KILLS = 8;

/** Runs the appender until a moment of chance, kills it, and returns the last entry it had acknowledged. */
async function appendUntilKilled(path: string, keyFile: string, from: number): Promise<number> {
  const script = fileURLToPath(new URL("./appender.ts", import.meta.url));
  const child = spawn(process.execPath, [script, path, keyFile, String(from)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  const isStarted = new Promise<void>((resolve) => {
    child.stdout.on("data", (data: Buffer) => {
      printed += data.toString();
      resolve();
    });
  });
  const closed = once(child, "close");
  await Promise.race([isStarted, closed]);
  await wait(Math.random() * 120);
  child.kill("SIGKILL");
  await closed;
  const whole = printed.slice(0, printed.lastIndexOf("\n"));
  return Number(whole.split("\n").at(-1));
}

it(`kill -9 at ${KILLS} random moments loses nothing that was acknowledged`, async () => {
  const folder = newFolder();
  const path = join(folder, "a.fieldbook");
  const keyFile = join(folder, "key.pem");
  writeFileSync(keyFile, generateDeviceKey().pem);
  const acknowledged: number[] = [];
  let next = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const last = await appendUntilKilled(path, keyFile, next);
    expect(last).toBeGreaterThanOrEqual(next);
    for (let i = next; i <= last; i++) acknowledged.push(i);
    // Numbers of one run overlap with nothing: entries that were written but not acknowledged may be there too.
    next = last + 100;
    const journal = openJournal(path, createTestDeps(), { mode: "write" });
    const missing = acknowledged.filter((i) => journal.state().get("counter", `n${i}`) === undefined);
    expect(missing).toEqual([]);
    expect(journal.verify()).toMatchObject({ ok: true, missingBlobs: 0 });
    journal.close();
    expect(verifyFile(path)).toMatchObject({ ok: true, sealed: true });
  }
  expect(acknowledged.length).toBeGreaterThan(KILLS * 3);
}, 60_000);
