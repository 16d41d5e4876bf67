import { createHash } from "node:crypto";
import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ORPCError } from "@orpc/contract";
import { errorToFailure } from "../../../src-main/contract/failures.ts";
import { toRefusal } from "../../../src-main/engine/refusal.ts";
import { createSeededDeps } from "../power-loss/world.ts";
import { arm, type Called, disarm, type Fault } from "./control.ts";
import { type Description, describeFolder, without } from "./describe.ts";
import { type PlacedOperation, type Subject, VAULT_KEY } from "./operation.ts";

/** An operation as it goes when nothing fails. */
export interface Reference {
  calls: Called[];
  before: Description;
  after: Description;
  believedBefore: Description;
  believedAfter: Description;
}

export interface Outcome {
  problems: string[];
  /** Code of the refusal; "" for success. */
  code: string;
  hit: Called[];
}

/** What a failure may leave, by what failed. */
interface Allowed {
  /** What can be neither unlinked nor moved back stays; the program has no other way to take it away. */
  isStuck: boolean;
  /** The program said that it does not know whether the change was kept. */
  isOpen: boolean;
}

interface Thrown {
  error: unknown;
}

const codesOfDisk = ["DISK_FULL", "READ_ONLY", "IO"];
/** What the program says where no program can know: the last sync of a commit failed, and the disk stays broken. */
const unconfirmed = /^Whether this change was kept/;
const unsound = /: (unsound|does not open)/;
const unlinking = ["unlink", "unlinkat", "remove", "rmdir"];

async function outcomeOf(act: () => unknown): Promise<Thrown | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return { error };
  }
}

const inWords = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/** Whether a thrown value reaches a person as a code of the disk with a sentence. */
function judgeRefusal({ error }: Thrown, hit: Called[]): { code: string; kept: string; complaint?: string } {
  const refusal = error instanceof ORPCError ? errorToFailure(error) : toRefusal(error);
  if (!refusal) return { code: "", kept: "", complaint: `threw ${inWords(error)}` };
  const { code } = refusal;
  const { happened, kept } = "detail" in refusal ? refusal.detail : refusal;
  // node:fs says of a folder tree that it could not make (mkdirSync, recursive) that it is not there.
  const isExpected =
    codesOfDisk.includes(code) || (code === "FILE_MISSING" && hit.some(({ name }) => name === "mkdir"));
  if (!isExpected) return { code, kept, complaint: `is refused as ${code}: ${happened}` };
  return /\.$/.test(happened)
    ? { code, kept }
    : { code, kept, complaint: `is refused without a sentence: ${happened}` };
}

/** The first line in which two descriptions differ; null when they do not. */
function differ(expected: Description, found: Description, isExact: boolean): string | null {
  const [wanted, there] = [expected.content.split("\n"), found.content.split("\n")];
  const at = Array.from({ length: Math.max(wanted.length, there.length) }).findIndex((_, i) => wanted[i] !== there[i]);
  const show = (line: string | undefined) => (line === undefined ? "nothing" : `"${line.slice(0, 200)}"`);
  if (at >= 0) return `${show(there[at])} instead of ${show(wanted[at])}`;
  return isExact && expected.head !== found.head ? "other bytes or entries of the same meaning" : null;
}

/** Without the number of blobs: content that nothing refers to changes nothing. */
const uncounted = ({ content, head }: Description): Description => ({
  content: content.replace(/\d+ blobs/g, "blobs"),
  head,
});

/** Runs an operation on fresh copies of a prepared folder, once as it should go and then under faults. */
export class Trial {
  readonly #operation: PlacedOperation;
  readonly #prepared: string;
  readonly #root: string;
  readonly #folder: string;
  /** Descriptions by the bytes of the folder: most failures leave the same ones. */
  readonly #described = new Map<string, Description>();

  constructor(operation: PlacedOperation, prepared: string, root: string) {
    this.#operation = operation;
    this.#prepared = prepared;
    this.#root = root;
    this.#folder = join(root, "trial");
  }

  async #onCopy<T>(work: () => Promise<T>): Promise<T> {
    for (const part of this.#operation.parts)
      cpSync(join(this.#prepared, part), join(this.#folder, part), { recursive: true });
    try {
      return await work();
    } finally {
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }

  /** What a restart would find. Looked at in a copy, because this process still has the files open. */
  #find(): Description {
    const bytes = digestFolder(this.#folder);
    const known = this.#described.get(bytes);
    if (known) return known;
    const copy = join(this.#root, "found");
    cpSync(this.#folder, copy, { recursive: true });
    try {
      const whole = describeFolder(copy, { ...createSeededDeps("Reader", 2), vaultKey: VAULT_KEY });
      const { mayLeave } = this.#operation;
      const found = mayLeave ? without(whole, mayLeave) : whole;
      this.#described.set(bytes, found);
      return found;
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }

  refer(): Promise<Reference> {
    return this.#onCopy(async () => {
      const subject = await this.#operation.begin(this.#folder, 1);
      const [before, believedBefore] = [this.#find(), subject.believed()];
      arm({ call: 0, error: "EIO", mode: "once" });
      await subject.act();
      const calls = disarm();
      const believedAfter = subject.believed();
      await subject.end();
      return { calls, before, after: this.#find(), believedBefore, believedAfter };
    });
  }

  /** Null when the fault hit nothing: what frees room goes on when the disk is full, and only a write can be cut. */
  suffer(fault: Fault, reference: Reference): Promise<Outcome | null> {
    return this.#onCopy(async () => {
      const subject = await this.#operation.begin(this.#folder, 1);
      arm(fault);
      const thrown = await outcomeOf(() => subject.act());
      const hit = disarm().filter(({ failed }) => failed);
      if (hit.length === 0 && (fault.mode !== "once" || this.#operation.callsVary)) {
        await subject.end();
        return null;
      }
      const { code, kept, complaint } = thrown ? judgeRefusal(thrown, hit) : { code: "", kept: "" };
      const allowed = {
        isStuck: hit.some(({ name }) => unlinking.includes(name) || (name === "rename" && fault.mode === "on")),
        isOpen: unconfirmed.test(kept),
      };
      const problems = [
        ...(hit.length === 0 ? ["the call did not come"] : []),
        ...(complaint ? [complaint] : []),
        ...(thrown ? this.#compareFailed(subject, reference, allowed) : this.#compareDone(subject, reference)),
        ...(await this.#finish(subject, thrown !== undefined, reference, allowed)),
      ];
      return { problems, code: allowed.isOpen ? `${code}, not known whether kept` : code, hit };
    });
  }

  #compareFailed(subject: Subject, { before, believedBefore }: Reference, allowed: Allowed): string[] {
    const found = this.#find();
    const isKept = allowed.isOpen && !unsound.test(found.content);
    const hasLost = this.#operation.mayLeaveBlobs ? uncounted : (description: Description) => description;
    const onDisk = allowed.isStuck || isKept ? null : differ(hasLost(before), hasLost(found), true);
    const inMemory = allowed.isStuck ? null : differ(believedBefore, subject.believed(), true);
    return [
      ...(onDisk ? [`failed and left on the disk ${onDisk}`] : []),
      ...(inMemory ? [`failed and left in memory ${inMemory}`] : []),
    ];
  }

  #compareDone(subject: Subject, { believedAfter }: Reference): string[] {
    if (this.#operation.mayBeLess) return [];
    const inMemory = differ(believedAfter, subject.believed(), false);
    return inMemory ? [`succeeded and left in memory ${inMemory}`] : [];
  }

  /** Tries again where it failed, lets go of everything, and looks at what is there in the end. */
  async #finish(
    subject: Subject,
    hasFailed: boolean,
    { after }: Reference,
    { isStuck, isOpen }: Allowed,
  ): Promise<string[]> {
    const again = hasFailed ? await outcomeOf(() => subject.act()) : undefined;
    const ending = await outcomeOf(() => subject.end());
    const problems = [
      ...(again && !isStuck ? [`a second try failed: ${inWords(again.error)}`] : []),
      ...(ending ? [`closing failed: ${inWords(ending.error)}`] : []),
    ];
    if (again || isStuck || this.#operation.mayBeLess) return problems;
    const found = this.#find();
    // The second try did once more what had been kept.
    if (isOpen) return unsound.test(found.content) ? [...problems, `left ${found.content}`] : problems;
    const onDisk = differ(after, found, false);
    return onDisk ? [...problems, `${hasFailed ? "the second try" : "success"} left on the disk ${onDisk}`] : problems;
  }
}

function digestFolder(folder: string): string {
  const digest = createHash("sha256");
  const items = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = items.map((item) => ({ isFile: item.isFile(), path: join(item.parentPath, item.name) }));
  for (const { isFile, path } of paths.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    digest.update(`${path}\0`);
    if (isFile) digest.update(readFileSync(path));
  }
  return digest.digest("hex");
}
