import type { SignedBytes } from "../../../src-main/journal/core/entry.ts";
import { hashBytes } from "../../../src-main/journal/core/ids.ts";
import { Undo } from "../../../src-main/journal/core/undo.ts";
import type { Journal, JournalDeps } from "../../../src-main/journal/index.ts";
import { type Composed, compose, mirror } from "./compose.ts";
import type { Dice } from "./people.ts";
import { disturb, misplace, overstep, respell } from "./spoil.ts";

/** An entry that the program refused to take in. */
export interface Refused {
  raw: SignedBytes;
  /** The file that refused it, which holds what it rests on. */
  path: string;
  /** The reason the program gave. */
  code: string;
}

function signText(text: string, deps: JournalDeps): SignedBytes {
  const bytes = Buffer.from(text);
  return { bytes, sig: deps.device.sign(Buffer.from(hashBytes(bytes), "hex")) };
}

function spoil(composed: Composed, people: readonly JournalDeps[], dice: Dice): SignedBytes {
  const { body, deps } = composed;
  const draw = dice.next(12);
  if (draw < 1) return signText(JSON.stringify(body), dice.pick(people));
  if (draw < 2) return signText(respell(body, dice), deps);
  if (draw < 4) return signText(disturb(body, dice), deps);
  if (draw < 8) misplace(composed, dice);
  else overstep(composed, dice);
  return signText(JSON.stringify(body), deps);
}

/** An entry of a foreign program, every second one faulty. */
export function forge(journal: Journal, people: readonly JournalDeps[], dice: Dice): SignedBytes {
  const composed = compose(mirror(journal), people, dice);
  return dice.once(2) ? spoil(composed, people, dice) : signText(JSON.stringify(composed.body), composed.deps);
}

/** Forges faulty entries until the copy has refused about `count` of them; it keeps none. */
export function collectRefused(journal: Journal, people: readonly JournalDeps[], count: number, dice: Dice): Refused[] {
  const ledger = mirror(journal);
  const refused: Refused[] = [];
  for (let attempt = 0; attempt < 2 * count && refused.length < count; attempt++) {
    const raw = spoil(compose(ledger, people, dice), people, dice);
    const undo = new Undo();
    const receipt = ledger.receive(raw, true, undo);
    undo.run();
    if (receipt.status === "rejected") refused.push({ raw, path: journal.path, code: receipt.rejected });
  }
  return refused;
}
