/** Runs one operation under every fault in this process and prints what came of it as one line of JSON. Needs `faults.c`. */

import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ORPCError } from "@orpc/contract";
import { errorToFailure } from "../../../src-main/contract/failures.ts";
import { toRefusal } from "../../../src-main/engine/refusal.ts";
import { createSeededDeps } from "../power-loss/world.ts";
import { createRandom } from "../proof.ts";
import { arm, type Called, describeFault, disarm, type ErrorName, errorNames, type Fault } from "./control.ts";
import { type Description, describeFolder } from "./describe.ts";
import { journalOperations } from "./journal-operations.ts";
import type { Operation, Subject } from "./operation.ts";

const codesOfDisk = ["DISK_FULL", "READ_ONLY", "IO"];

/** How a thrown value reads to a person, or why it does not. */
function complain(error: unknown): { code: string; complaint?: string } {
  const refusal = error instanceof ORPCError ? errorToFailure(error) : toRefusal(error);
  if (!refusal)
    return { code: "", complaint: `threw ${error instanceof Error ? `${error.name}: ${error.message}` : error}` };
  const { code } = refusal;
  if (!codesOfDisk.includes(code)) return { code, complaint: `is refused as ${code}` };
  const happened = "detail" in refusal ? refusal.detail.happened : refusal.happened;
  return /\.$/.test(happened) ? { code } : { code, complaint: `is refused without a sentence: ${happened}` };
}

interface Reference {
  calls: Called[];
  before: Description;
  after: Description;
  believedBefore: Description;
  believedAfter: Description;
}

class Trial {
  readonly #operation: Operation;
  readonly #prepared: string;
  readonly #root: string;

  constructor(operation: Operation, prepared: string, root: string) {
    this.#operation = operation;
    this.#prepared = prepared;
    this.#root = root;
  }

  async #inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = join(this.#root, "trial");
    cpSync(this.#prepared, folder, { recursive: true });
    try {
      return await work(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Describes what a restart would find, on a copy: the process still has the files open. */
  #found(folder: string): Description {
    const copy = join(this.#root, "found");
    cpSync(folder, copy, { recursive: true });
    try {
      const { content, head } = describeFolder(copy, createSeededDeps("Reader", 2));
      return { content: this.#operation.mayLeaveBlobs ? content.replace(/\d+ blobs/g, "blobs") : content, head };
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }

  /** Runs the operation without a fault, to know its calls and its result. */
  refer(): Promise<Reference> {
    return this.#inFolder(async (folder) => {
      const subject = this.#operation.begin(folder, 1);
      const before = this.#found(folder);
      const believedBefore = subject.believed();
      arm({ call: 0, error: "EIO", mode: "once" });
      await subject.act();
      const calls = disarm();
      const believedAfter = subject.believed();
      await subject.end();
      return { calls, before, after: this.#found(folder), believedBefore, believedAfter };
    });
  }

  /** Runs it once more with a fault. Returns what is wrong, and the code of the refusal or "" for success. */
  suffer(fault: Fault, reference: Reference): Promise<{ problems: string[]; code: string; hit: Called[] }> {
    return this.#inFolder(async (folder) => {
      const subject = this.#operation.begin(folder, 1);
      const { before, believedBefore } = reference;
      arm(fault);
      const thrown = await outcomeOf(subject);
      const hit = disarm().filter(({ failed }) => failed);
      const problems: string[] = [];
      if (hit.length === 0) problems.push("the call did not come");
      const outcome = thrown ? complain(thrown.error) : { code: "" };
      if (outcome.complaint) problems.push(outcome.complaint);
      const cleanUp = hit.some(({ name }) => /unlink|remove|rmdir/.test(name));
      if (thrown) {
        const found = this.#found(folder);
        const isSame = found.content === before.content && found.head === before.head;
        if (!isSame && !cleanUp)
          problems.push(`left another state on the disk: ${differ(before.content, found.content)}`);
        const believed = subject.believed();
        if (believed.content !== believedBefore.content || believed.head !== believedBefore.head)
          problems.push(`left another state in memory: ${differ(believedBefore.content, believed.content)}`);
      } else if (subject.believed().content !== reference.believedAfter.content)
        problems.push(
          `succeeded with another state in memory: ${differ(reference.believedAfter.content, subject.believed().content)}`,
        );
      await this.#retry(subject, thrown !== undefined, folder, reference, cleanUp, problems);
      return { problems, code: outcome.code, hit };
    });
  }

  async #retry(
    subject: Subject,
    isNeeded: boolean,
    folder: string,
    reference: Reference,
    cleanUp: boolean,
    problems: string[],
  ): Promise<void> {
    const again = isNeeded ? await outcomeOf(subject) : undefined;
    if (again)
      problems.push(`a second try failed too: ${again.error instanceof Error ? again.error.message : again.error}`);
    const ending = await outcomeOf({ act: () => subject.end() });
    if (ending) problems.push(`closing failed: ${ending.error}`);
    const found = this.#found(folder);
    if (!again && found.content !== reference.after.content && !cleanUp)
      problems.push(
        `${isNeeded ? "the second try" : "success"} left ${differ(reference.after.content, found.content)}`,
      );
  }
}

async function outcomeOf({ act }: Pick<Subject, "act">): Promise<{ error: unknown } | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** The first line in which two descriptions differ. */
function differ(expected: string, found: string): string {
  const [a, b] = [expected.split("\n"), found.split("\n")];
  const line = a.findIndex((text, i) => text !== b[i]);
  const at = line < 0 ? a.length : line;
  return `"${(b[at] ?? "nothing").slice(0, 160)}" instead of "${(a[at] ?? "nothing").slice(0, 160)}"`;
}

const isWrite = ({ name }: Called): boolean => /^p?writev?$/.test(name);

/** Every way the disk can fail once at each call, stay failed from it on, or cut a write there. */
function listFaults(calls: Called[]): Fault[] {
  const stay: ErrorName[] = ["ENOSPC", "EROFS", "EIO"];
  return calls.flatMap((called, index) => {
    const call = index + 1;
    return [
      ...errorNames.map((error): Fault => ({ call, error, mode: "once" })),
      ...stay.map((error): Fault => ({ call, error, mode: "on" })),
      ...(isWrite(called) ? [{ call, error: "ENOSPC", mode: "short" } as const] : []),
    ];
  });
}

const [name = "", prepared = "", root = "", seed = "0", deadline = "Infinity"] = process.argv.slice(2);
const operation = journalOperations.find((known) => known.name === name);
if (!operation) throw new Error(`no operation ${name}`);
mkdirSync(root, { recursive: true });
const trial = new Trial(operation, prepared, root);
const reference = await trial.refer();
const codes: Record<string, number> = {};
const failures: string[] = [];
let done = 0;
for (const fault of listFaults(reference.calls)) {
  if (Date.now() > Number(deadline)) break;
  const { problems, code, hit } = await trial.suffer(fault, reference);
  done++;
  const key = `${fault.error} ${code || "success"}`;
  codes[key] = (codes[key] ?? 0) + 1;
  const where = hit[0] ? ` (${hit[0].name} ${hit[0].path.slice(root.length)})` : "";
  if (problems.length > 0) failures.push(`${name}, ${describeFault(fault)}${where}: ${problems.join("; ")}`);
}
void seed;
void createRandom;
console.log(JSON.stringify({ name, calls: reference.calls.length, done, failures, codes }));
