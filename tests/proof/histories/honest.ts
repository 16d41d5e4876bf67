import assert from "node:assert/strict";
import type { NewOp } from "../../../src-main/journal/authoring.ts";
import type { Cell } from "../../../src-main/journal/core/cells.ts";
import type { Ledger } from "../../../src-main/journal/core/ledger.ts";
import type { SignOp } from "../../../src-main/journal/core/ops.ts";
import { createSign, type Replica } from "./replica.ts";
import type { World } from "./world.ts";

/** What a person sees after an action of an honest program, checked at once. */

export function cellsOf(ledger: Ledger): Cell[] {
  return [...ledger.cells.records.values()].flatMap((record) => [...record.cells.values()]);
}

function isInScope({ entity, field }: { entity: string; field: string }, scope: readonly string[]): boolean {
  if (entity.startsWith("internal/")) return false;
  return scope.some((item) => (item.includes("#") ? item === `${entity}#${field}` : entity.startsWith(item)));
}

/** What a sign-off holds: its scope, and the cells that a foreign program signed beyond it. */
const signedBy = ({ scope, covers }: SignOp): string[] => [...scope, ...Object.keys(covers)];

/** Whether some sign-off that nobody reopened covers one of the cells. */
function isHeldBySignOff(replica: Replica, cells: readonly { entity: string; field: string }[]): boolean {
  return replica.state
    .signOffs()
    .some(({ state, op }) => state !== "reopened" && cells.some((cell) => isInScope(cell, signedBy(op))));
}

/** Writes values; they are then what the cells show, alone. */
export function change(world: World, replica: Replica, ops: Extract<NewOp, { kind: "set" | "attach" }>[]): void {
  const targets = ops.map((op) => ({ entity: op.entity, field: op.kind === "set" ? op.field : "attachment" }));
  const ids = replica.act(...ops);
  if (typeof ids === "string") {
    world.see("refused change");
    assert(isHeldBySignOff(replica, targets), `a change is refused only for a sign-off: ${ids}`);
    return;
  }
  for (const [i, { entity, field }] of targets.entries()) {
    const cell = replica.ledger.cells.get(entity, field);
    assert.deepEqual(
      cell?.heads.map(({ op }) => op),
      [ids[i]],
      "an honest write replaces every version its author had",
    );
    world.honest.add(ids[i] as string);
  }
}

/** Deletes an entity; nothing else is then left of it. */
export function remove(world: World, replica: Replica, entity: string): void {
  // An older program cannot delete: the op would be opaque to itself.
  if (replica.setting.program.unknown.has("delete")) return;
  const ids = replica.act({ kind: "delete", entity });
  const cells = cellsOf(replica.ledger).filter((cell) => cell.entity === entity);
  if (typeof ids === "string") {
    assert(isHeldBySignOff(replica, cells), `a deletion is refused only for a sign-off: ${ids}`);
    return;
  }
  world.honest.add(ids[0] as string);
  const tombstones = replica.ledger.cells.records.get(entity)?.tombstones ?? [];
  for (const heads of [tombstones, ...cells.map((cell) => cell.heads)]) {
    assert.deepEqual(
      heads.map(({ op }) => op),
      ids,
      "an honest deletion replaces every version its author had",
    );
  }
}

function concerns(raw: { [member: string]: unknown }, step: string, scope: readonly string[]): boolean {
  if (typeof raw.step === "string") return raw.step === step;
  const { entity } = raw;
  if (typeof entity !== "string") return true;
  return scope.some((item) => (item.includes("#") ? item.split("#")[0] === entity : entity.startsWith(item)));
}

/** Signs a step; that is refused for a conflict or an unknown op and valid at once otherwise. */
export function signStep(world: World, replica: Replica, step: string, scope: string[]): void {
  const hasConflict = cellsOf(replica.ledger).some((cell) => cell.conflict && isInScope(cell, scope));
  const unknown = replica.ledger.opaque.filter(({ raw }) => concerns(raw, step, scope)).length;
  assert.equal(replica.state.opaqueIn(step, scope), unknown, "unknown ops of a step are counted");
  const ids = replica.act(createSign(step, scope));
  assert.equal(typeof ids === "string", hasConflict || unknown > 0, `a sign-off of a clean step is recorded: ${ids}`);
  if (hasConflict) world.see("signing refused for a conflict");
  if (unknown > 0) world.see("signing refused for a newer op");
  const signOff = replica.state.signOffs().find(({ id }) => id === ids[0]);
  if (typeof ids === "string") return;
  assert.equal(signOff?.state, "valid", "a sign-off is valid when it is made");
  world.honest.add(ids[0] as string);
}

/** Reopens one sign-off. A reopen that names none, or one that is not here, is refused. */
export function reopenStep(replica: Replica, seed: number): void {
  const { signOffs } = replica.state;
  const signs = signOffs();
  const reopen = { kind: "reopen" as const, step: "outbound", reason: `A correction by ${replica.deps.author.name}` };
  assert.equal(typeof replica.act({ ...reopen, voids: [] }), "string", "a reopen names a sign-off");
  assert.equal(
    typeof replica.act({ ...reopen, voids: [`${"0".repeat(64)}:1`] }),
    "string",
    "a reopen names one that is",
  );
  const sign = signs[seed % Math.max(1, signs.length)];
  if (!sign || replica.setting.program.unknown.has("reopen")) return;
  replica.act({ ...reopen, step: sign.step, voids: [sign.id] });
  const after = signOffs().find(({ id }) => id === sign.id);
  assert.equal(after?.state, "reopened", "a sign-off that was reopened is void");
}
