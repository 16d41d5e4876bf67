import { copyFileSync } from "node:fs";
import { join } from "node:path";
import type { SignedBytes } from "../../../src-main/journal/core/entry.ts";
import { createJournal, type Journal, type JournalDeps, openJournal } from "../../../src-main/journal/index.ts";
import { act } from "./honest.ts";
import { createPerson, type Dice } from "./people.ts";
import { collectRefused, forge, type Refused } from "./rogue.ts";

/** How many entries each copy refuses in the end, to be planted into its file. */
const REFUSED_ENTRIES = 15;

/** Copies of one engagement that were edited apart and partly united, all closed. */
export interface World {
  paths: string[];
  /** Entries that the program refused to take in. */
  refused: Refused[];
}

interface Copy {
  path: string;
  person: JournalDeps;
  journal: Journal;
}

/** Takes some of the other copy's entries in any order, so that some wait and some come twice. */
function exchange(to: Copy, from: Copy, dice: Dice): void {
  const isWhole = dice.once(3);
  const chosen = from.journal.entries().filter(() => isWhole || !dice.once(4));
  for (let i = chosen.length - 1; i > 0; i--) {
    const j = dice.next(i + 1);
    [chosen[i], chosen[j]] = [chosen[j] as SignedBytes, chosen[i] as SignedBytes];
  }
  to.journal.receive(chosen);
}

/** Ends the session and begins the next; the closed file in between is kept as one of the world's files. */
function reopen(copy: Copy, world: World): void {
  copy.journal.close();
  const snapshot = copy.path.replace(/\.fieldbook$/, `-${world.paths.length}.fieldbook`);
  copyFileSync(copy.path, snapshot);
  world.paths.push(snapshot);
  copy.journal = openJournal(copy.path, copy.person, { mode: "write" });
}

function live(copy: Copy, copies: Copy[], world: World, dice: Dice): void {
  const people = copies.map(({ person }) => person);
  const draw = dice.next(12);
  if (draw < 6) act(copy.journal, dice);
  else if (draw < 7) reopen(copy, world);
  else if (draw < 9) exchange(copy, dice.pick(copies), dice);
  else {
    const raws = Array.from({ length: 1 + dice.next(3) }, () => forge(copy.journal, people, dice));
    copy.journal.receive(raws);
  }
}

/** Makes the files of one world in `folder`. The same dice make the same files. */
export function createWorld(folder: string, dice: Dice): World {
  const world: World = { paths: [], refused: [] };
  const copies: Copy[] = [];
  const path = join(folder, "a.fieldbook");
  const person = createPerson("Anna", dice);
  if (dice.once(2)) person.certificate = dice.bytes(20);
  const first = { path, person, journal: createJournal(path, person, { form: "f".repeat(64) }) };
  copies.push(first);
  try {
    for (let step = dice.next(6); step > 0; step--) live(first, copies, world, dice);
    first.journal.close();
    for (const name of dice.pick([["b"], ["b", "c"]])) {
      const copy = { path: join(folder, `${name}.fieldbook`), person: createPerson(name, dice) };
      copyFileSync(path, copy.path);
      copies.push({ ...copy, journal: openJournal(copy.path, copy.person, { mode: "write" }) });
    }
    reopen(first, world);
    for (let step = 6 + dice.next(20); step > 0; step--) live(dice.pick(copies), copies, world, dice);
    const people = copies.map((copy) => copy.person);
    for (const { journal } of copies) world.refused.push(...collectRefused(journal, people, REFUSED_ENTRIES, dice));
  } finally {
    for (const { journal } of copies) journal.close();
  }
  return { ...world, paths: [...world.paths, ...copies.map((copy) => copy.path)] };
}
