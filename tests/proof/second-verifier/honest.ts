import { type Journal, JournalFailure, type Json, type NewOp } from "../../../src-main/journal/index.ts";
import type { Dice } from "./people.ts";

/** Few entities, fields and values, so that copies edited apart meet in the same cells and sometimes agree. */
export const ENTITIES = ["step/outbound/a", "step/outbound/b", "step/inbound/a", "rfi/outbound", "internal/note"];
export const FIELDS = ["x", "y", "attachment"];
export const STEPS = [
  { step: "outbound", scope: ["step/outbound/", "rfi/outbound#x"] },
  { step: "inbound", scope: ["step/inbound/"] },
  { step: "all", scope: ["step/", "rfi/", "internal/"] },
];
const VALUES: Json[] = [
  null,
  true,
  0,
  -1.5,
  "",
  "deleted",
  "Grüße 😀 \u0000 \ud800 \ufffd",
  [],
  [["k", 1]],
  JSON.parse('{"__proto__":1,"9":2,"10":3}'),
];

/** One value in two spellings. */
const TWINS: Json[] = [
  { k: 1, j: [1, {}] },
  { j: [1, {}], k: 1 },
];

export const pickValue = (dice: Dice): Json =>
  dice.once(3) ? dice.next(3) : dice.once(4) ? dice.pick(TWINS) : dice.pick(VALUES);

/** Stores a small file; one in two hundred is larger than a part of 1 MiB. */
export function putFile(journal: Journal, dice: Dice): string {
  const bytes = Buffer.alloc(dice.once(200) ? 1_100_000 : 1 + dice.next(40), dice.next(4));
  return journal.putBlob(bytes);
}

function createSign(journal: Journal, dice: Dice): NewOp {
  return {
    kind: "sign",
    ...dice.pick(STEPS),
    evidence: dice.once(2) ? [putFile(journal, dice)] : [],
    form: "f".repeat(64),
    statement: "This was done and seen.",
    signer: {
      name: "Jan Novak",
      role: "IT manager",
      organisation: "Example Ltd",
      ...(dice.once(2) ? { email: "" } : {}),
    },
    method: "drawn",
    drawing: putFile(journal, dice),
    strokes: putFile(journal, dice),
    zone: "Europe/Prague",
  };
}

function createOp(journal: Journal, dice: Dice): NewOp {
  const entity = dice.pick(ENTITIES);
  const signOffs = journal.state().signOffs();
  const signOff = signOffs.length > 0 ? dice.pick(signOffs) : undefined;
  const draw = dice.next(20);
  if (draw < 2) {
    const blob = putFile(journal, dice);
    return { kind: "attach", entity, blob, name: "photo", type: "image/png", size: 3, meta: { taken: dice.next(2) } };
  }
  if (draw < 4) return { kind: "delete", entity };
  if (draw < 9) return createSign(journal, dice);
  if (draw < 12 && signOff) {
    return { kind: "reopen", step: signOff.step, voids: [signOff.id], reason: "Something was forgotten." };
  }
  if (draw < 13) {
    const sign = signOff?.step === "outbound" ? signOff.id : null;
    return { kind: "export", step: "outbound", sign, sha256: "a".repeat(64), revision: dice.next(3) };
  }
  return { kind: "set", entity, field: dice.pick(FIELDS), value: pickValue(dice) };
}

/** One user action through the program; an action it refuses changes nothing. */
export function act(journal: Journal, dice: Dice): void {
  const ops = Array.from({ length: dice.once(4) ? 2 : 1 }, () => createOp(journal, dice));
  try {
    journal.append(ops);
  } catch (error) {
    if (!(error instanceof JournalFailure) || error.code !== "REJECTED") throw error;
  }
}
