/** Appends without end and prints the number of each entry once it was acknowledged; the kill test ends it. */

import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeSync } from "node:fs";
import { createDeviceKey, createJournal, openJournal } from "../../../src-main/journal/index.ts";

const [path = "", keyFile = "", from = "0"] = process.argv.slice(2);
const deps = {
  clock: { now: () => new Date(), mono: () => performance.now() },
  random: { bytes: (count: number) => new Uint8Array(randomBytes(count)) },
  device: createDeviceKey(readFileSync(keyFile, "utf8")),
  author: { name: "Anna" },
  appVersion: "0.1.0",
};
const journal = existsSync(path)
  ? openJournal(path, deps, { mode: "write" })
  : createJournal(path, deps, { form: "f".repeat(64) });
for (let i = Number(from); i < Number(from) + 20_000; i++) {
  const evidence = i % 10 === 0 ? journal.putBlob(Buffer.alloc(30_000, String(i))) : null;
  journal.append([{ kind: "set", entity: "counter", field: `n${i}`, value: { i, evidence } }]);
  writeSync(1, `${i}\n`);
}
