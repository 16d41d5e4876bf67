/**
 * Works with a real engine until it is killed, and says on standard output what it begins and what a person was told is
 * safe. Arguments: the folder, the seed, the phase to come to and stay in, the number of the next copy to take in.
 */

import { writeSync } from "node:fs";
import { join } from "node:path";
import { drawSignature } from "../../support/engine.ts";
import { createRandom } from "../proof.ts";
import {
  addEvidence,
  addRow,
  COPIES,
  copyPath,
  foreignPath,
  handOver,
  openFile,
  placesIn,
  readPromises,
  STEP,
  startEngine,
  takeInCopy,
} from "./base.ts";
import type { Acknowledged, Line, Phase } from "./lines.ts";

const [root = "", seedText = "1", phase = "work", nextText = "0"] = process.argv.slice(2);
const seed = Number(seedText);
const random = createRandom(seed);
const places = placesIn(root);
const { engagement } = readPromises(places);
const running = startEngine(places.home);
const { client } = running;
const drawing = { png: drawSignature(), width: 400, height: 120, strokes: [] };
const WARM_UP = 12;

const say = (line: Line): void => void writeSync(1, `${JSON.stringify(line)}\n`);
const acknowledge = (acknowledged: Acknowledged): void => say({ acknowledged });

let count = 0;
let nextCopy = Number(nextText);

async function signOrReopen(): Promise<void> {
  const { signOffs } = await client.steps.get({ engagement, step: STEP });
  const standing = signOffs.find(({ state }) => state === "valid");
  if (standing) {
    await client.signoffs.reopen({ engagement, step: STEP, reason: "A value changed." });
    acknowledge({ kind: "reopened", id: standing.signOff });
    return;
  }
  const signer = { name: `Signer ${seed}-${count}`, role: "IT manager", organisation: "Acme" };
  const { signOff } = await client.signoffs.sign({ engagement, step: STEP, signer, drawing });
  acknowledge({ kind: "sign-off", id: signOff });
}

async function work(): Promise<void> {
  const kind = random.next(4);
  if (kind === 0) return signOrReopen();
  if (kind === 1) {
    const sha256 = await addEvidence(running, engagement, random.bytes(1_000 + random.next(200_000)));
    return acknowledge({ kind: "evidence", sha256 });
  }
  const name = `row-${seed}-${count}.example`;
  await addRow(running, engagement, name);
  acknowledge({ kind: "row", name });
}

async function exportFile(file: string): Promise<void> {
  const { entries } = await client.engagements.get({ engagement });
  await handOver(running, engagement, join(places.out, file));
  acknowledge({ kind: "exported", file, entries });
}

/** The next copy; when there is none left, a new engagement or the same copy once more. */
async function importFile(): Promise<void> {
  if (nextCopy < COPIES) {
    await takeInCopy(running, copyPath(places, nextCopy));
    return acknowledge({ kind: "taken in", copy: nextCopy++ });
  }
  acknowledge({ kind: "new engagement", engagement: await openFile(running, foreignPath(places)) });
}

async function act(what: Phase): Promise<void> {
  count++;
  const file = `export-${seed}-${count}.fieldbook`;
  say(what === "export" ? { begin: what, file } : { begin: what });
  if (what === "work") await work();
  if (what === "import") await importFile();
  if (what === "export") await exportFile(file);
  say({ done: what });
}

for (let i = random.next(WARM_UP); i > 0; i--) await act("work");
for (;;) {
  await act(phase as Phase);
  if (random.next(2) === 0) await act("work");
}
