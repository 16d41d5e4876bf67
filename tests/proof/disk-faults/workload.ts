/**
 * Runs operations under faults of the disk, all in this process, and prints one line of JSON for each operation. Needs the
 * library of `faults.c`. Arguments: the prepared folder, a folder to work in, JSON of {@link Order}.
 */

import { mkdirSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "../proof.ts";
import { chooseDouble, chooseFaults } from "./choose.ts";
import { describeFault, type Fault } from "./control.ts";
import { operations } from "./operations.ts";
import { listReached, watchSites } from "./sites.ts";
import { type Reference, Trial } from "./trial.ts";

export interface Order {
  names: string[];
  /** Every fault at every call, and random pairs until the deadline. */
  thorough: boolean;
  seed: number;
  /** Milliseconds since 1970; null for none. */
  deadline: number | null;
}

export interface Line {
  name: string;
  calls: number;
  done: number;
  /** Not all of them are listed in `failures`. */
  failed: number;
  failures: string[];
  /** How often each error of the disk came out as which code, or as success. */
  codes: Record<string, number>;
  /** Call sites reached up to now, as `file:line`. */
  reached: string[];
}

const FAILURES_KEPT = 20;
const DOUBLES = 200;

const [prepared = "", root = "", text = "{}"] = process.argv.slice(2);
const order: Order = JSON.parse(text);
const unhandled: string[] = [];
process.on("unhandledRejection", (error) => unhandled.push(error instanceof Error ? error.message : String(error)));

function* faultsOf({ calls }: Reference): Generator<Fault> {
  yield* chooseFaults(calls, order.thorough);
  if (!order.thorough || calls.length === 0) return;
  const random = createRandom(order.seed);
  for (let i = 0; i < DOUBLES; i++) yield chooseDouble(calls, random);
}

async function run(name: string): Promise<Line> {
  const operation = operations.find((known) => known.name === name);
  if (!operation) throw new Error(`there is no operation "${name}"`);
  const trial = new Trial(operation, prepared, root);
  const reference = await trial.refer();
  const line: Line = { name, calls: reference.calls.length, done: 0, failed: 0, failures: [], codes: {}, reached: [] };
  for (const fault of faultsOf(reference)) {
    if (order.deadline !== null && Date.now() > order.deadline) break;
    const suffered = await trial.suffer(fault, reference);
    if (!suffered) continue;
    const { problems, code, hit } = suffered;
    const found = [...problems, ...unhandled.splice(0).map((message) => `would end the program: ${message}`)];
    line.done++;
    const outcome = `${fault.error} ${code || "success"}`;
    line.codes[outcome] = (line.codes[outcome] ?? 0) + 1;
    if (found.length === 0) continue;
    line.failed++;
    const where = hit[0] ? ` (${hit[0].name} ${hit[0].path.slice(root.length)})` : "";
    const sentence = `${name}, seed ${order.seed}, ${describeFault(fault)}${where}: ${found.join("; ")}`;
    if (line.failures.length < FAILURES_KEPT) line.failures.push(sentence);
  }
  return { ...line, reached: listReached() };
}

mkdirSync(root, { recursive: true });
process.env.TMPDIR = join(root, "trial", "tmp");
watchSites();
for (const name of order.names) writeSync(1, `${JSON.stringify(await run(name))}\n`);
rmSync(root, { recursive: true, force: true });
process.exit();
