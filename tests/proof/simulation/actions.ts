import type { NewOp } from "../../../src-main/journal/authoring.ts";
import { createSign } from "../histories/replica.ts";
import type { Random } from "./faults.ts";
import type { Place } from "./season.ts";
import { DRAWING_HASH } from "./store.ts";

const ENTITIES = ["step/outbound/a", "step/outbound/b", "step/inbound/a", "rfi/inbound"];
const FIELDS = ["x", "y", "z"];
const STEPS = [
  { step: "outbound", scope: ["step/outbound/"] },
  { step: "inbound", scope: ["step/inbound/", "rfi/inbound#x"] },
];

function pick<T>(items: readonly [T, ...T[]] | readonly T[], random: Random): T {
  return items[random.next(items.length)] as T;
}

function drawSign(random: Random): NewOp {
  const { step, scope } = pick(STEPS, random);
  return { ...createSign(step, scope), drawing: DRAWING_HASH, strokes: DRAWING_HASH };
}

function drawAboutSign(random: Random, { store }: Place, kind: "reopen" | "export"): NewOp {
  const signs = store.state.signOffs();
  if (signs.length === 0) return drawSign(random);
  const sign = pick(signs, random);
  return kind === "reopen"
    ? { kind, step: sign.step, voids: [sign.id], reason: "A correction" }
    : { kind, step: sign.step, sign: sign.id, sha256: DRAWING_HASH, revision: 1 };
}

/** What a consultant does next. The program may refuse it. */
export function drawAction(random: Random, place: Place): NewOp[] {
  const entity = pick(ENTITIES, random);
  const field = pick(FIELDS, random);
  const set = (): NewOp => ({ kind: "set", entity, field, value: random.next(4) });
  const draws: (() => NewOp[])[] = [
    () => [set()],
    () => [set()],
    () => [set()],
    () => [set(), { kind: "set", entity: "rfi/outbound", field, value: random.next(2) }],
    () => [{ kind: "attach", entity, blob: DRAWING_HASH, name: "photo.jpg", type: "image/jpeg", size: 17, meta: {} }],
    () => [{ kind: "set", entity: "internal/note", field, value: random.next(9) }],
    () => [{ kind: "delete", entity }],
    () => [drawSign(random)],
    () => [drawSign(random)],
    () => [drawAboutSign(random, place, "reopen")],
    () => [drawAboutSign(random, place, "reopen")],
    () => [drawAboutSign(random, place, "export")],
  ];
  return pick(draws, random)();
}
