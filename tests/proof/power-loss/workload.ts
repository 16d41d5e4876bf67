/** Works on engagement files under the eyes of strace and says on standard output what is done, see `acks.ts`. */

import { createHash } from "node:crypto";
import { readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import {
  createFromEntries,
  createJournal,
  type Journal,
  type JournalDeps,
  moveIntoPlace,
  openJournal,
} from "../../../src-main/journal/index.ts";
import { createRandom } from "../proof.ts";
import type { Acknowledged, Line } from "./acks.ts";
import { createSeededDeps, FORM, type Gift, placesIn } from "./world.ts";

const [root = "", seedText = "1"] = process.argv.slice(2);
const seed = Number(seedText);
const places = placesIn(root);
const random = createRandom(seed + 10);
let files = 0;

const hash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const say = (line: Line): void => {
  writeSync(1, `${JSON.stringify(line)}\n`);
};

/** One engagement file and what was put into it. */
class File {
  readonly #name: string;
  readonly #deps: JournalDeps = createSeededDeps("Anna", seed + 100 + files++);
  readonly #blobs: string[] = [];
  journal: Journal;
  #content: Acknowledged;

  constructor(name: string, isNew = true) {
    this.#name = name;
    this.journal = isNew ? createJournal(this.#path, this.#deps, { form: FORM }) : this.#open();
    this.#content = this.acknowledge();
  }

  get #path(): string {
    return join(places.vault, this.#name);
  }

  #open(): Journal {
    return openJournal(this.#path, this.#deps, { mode: "write" });
  }

  /** Says what must survive from here on. */
  acknowledge(): Acknowledged {
    const entries = this.journal.entries().map(({ bytes }) => hash(bytes));
    const { waiting } = this.journal.state();
    const head = this.journal.head();
    this.#content = { file: this.#name, entries, waiting, blobs: [...this.#blobs], head, isSealed: false };
    say({ done: this.#content });
    return this.#content;
  }

  append(op: Parameters<Journal["append"]>[0][number]): string {
    const [id = ""] = this.journal.append([op]).ids;
    this.acknowledge();
    return id;
  }

  put(bytes: Uint8Array): string {
    const blob = this.journal.putBlob(bytes);
    this.#blobs.push(blob);
    this.acknowledge();
    return blob;
  }

  set(field: string): void {
    const value = `${field} ${"x".repeat(random.next(400))}`;
    this.append({ kind: "set", entity: "step/outbound", field, value });
  }

  attach(size: number): void {
    const blob = this.put(random.bytes(size));
    this.append({ kind: "attach", entity: `evidence/${blob}`, blob, name: "e.bin", type: "", size, meta: {} });
  }

  sign(): string {
    const drawing = this.put(random.bytes(3_000));
    const strokes = this.put(random.bytes(1_000));
    const signer = { name: "Jan Novak", role: "IT manager", organisation: "Example Ltd" };
    const what = { step: "outbound", scope: ["step/outbound"], evidence: [], statement: "This was done and seen." };
    return this.append({
      ...{ kind: "sign", ...what, form: FORM, signer, method: "drawn", drawing, strokes, zone: "Europe/Prague" },
    });
  }

  export(target: string): void {
    this.journal.exportCopy(join(places.vault, target));
    say({ done: { ...this.#content, file: target, isSealed: true } });
  }

  snapshot(target: string): void {
    this.journal.snapshot(join(places.vault, target));
    say({ done: { ...this.#content, file: target, isSealed: true } });
  }

  takeIn(path: string): void {
    const copy = openJournal(path, this.#deps, { mode: "read" });
    this.journal.uniteWith(copy);
    this.#blobs.push(...copy.blobs().filter((blob) => !this.#blobs.includes(blob)));
    copy.close();
    this.acknowledge();
  }

  /** Makes a file anew from what this one holds, as is done with a foreign copy, and gives it its place. */
  adopt(target: string): void {
    const made = join(places.temporary, target);
    const { journal } = this;
    const blobs = journal.blobs().map((blob) => ({ hash: blob, bytes: journal.getBlob(blob) ?? new Uint8Array() }));
    createFromEntries(made, this.#deps, journal.entries(), blobs);
    moveIntoPlace(made, join(places.vault, target));
    say({ done: { ...this.#content, file: target, isSealed: true } });
  }

  close(): void {
    this.journal.close();
    say({ done: { ...this.#content, isSealed: true } });
  }

  reopen(): void {
    this.journal = this.#open();
    this.acknowledge();
  }
}

say({ phase: "create" });
const own = new File("own.fieldbook");
for (const name of ["second", "third", "fourth"]) new File(`${name}.fieldbook`).close();

say({ phase: "append" });
for (let i = 0; i < 6; i++) own.set(`f${i}`);
own.attach(10_000 + random.next(50_000));
own.attach(10_000 + random.next(200_000));
own.append({ kind: "reopen", step: "outbound", voids: [own.sign()], reason: "A value changed." });
own.set("f1");

say({ phase: "snapshot" });
const shared = new File("shared.fieldbook", false);
shared.snapshot("untouched.fieldbook");
shared.set("before");
shared.snapshot("touched.fieldbook");

say({ phase: "import" });
const gift: Gift = JSON.parse(readFileSync(places.gift, "utf8"));
for (const blob of gift.blobs) shared.put(Buffer.from(blob, "base64"));
const entries = gift.entries.map(({ bytes, sig }) => ({
  bytes: Buffer.from(bytes, "base64"),
  sig: Buffer.from(sig, "base64"),
}));
// The last third comes before the second, so that it waits.
for (const third of [0, 2, 1]) {
  const part = Math.ceil(entries.length / 3);
  shared.journal.receive(entries.slice(third * part, (third + 1) * part));
  shared.acknowledge();
}
shared.set("after");

say({ phase: "take in" });
shared.snapshot("before-merge.fieldbook");
shared.takeIn(places.copy);
shared.set("united");
shared.adopt("adopted.fieldbook");

say({ phase: "rebuild" });
for (let i = 0; i < 3; i++) {
  shared.journal.rebuild();
  shared.acknowledge();
}

say({ phase: "export" });
for (const time of ["one", "two", "three"]) {
  own.export(`own-${time}.fieldbook`);
  shared.export(`shared-${time}.fieldbook`);
}

say({ phase: "close" });
own.close();
shared.close();
for (let i = 0; i < 2; i++) {
  own.reopen();
  own.set(`session${i}`);
  own.close();
}

say({ phase: "large" });
const large = new File("large.fieldbook");
large.attach(1_000_000 + random.next(2_100_000));
large.export("large-copy.fieldbook");
large.close();

// A transaction above the page cache (16 MB) writes pages into the file before its commit. Slow, so not in every run.
if (seed % 10 === 0) {
  say({ phase: "spill" });
  const spilling = new File("spilling.fieldbook");
  spilling.attach(18_000_000 + random.next(2_000_000));
  spilling.close();
}
