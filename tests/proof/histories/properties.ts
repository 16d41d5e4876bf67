import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { SignedBytes } from "../../../src-main/journal/core/entry.ts";
import type { Ledger } from "../../../src-main/journal/core/ledger.ts";
import type { State } from "../../../src-main/journal/core/state.ts";
import { play } from "./acts.ts";
import { type History, shuffle } from "./commands.ts";
import { cellsOf } from "./honest.ts";
import { consultOracle, type Oracle, type OracleView } from "./oracle.ts";
import { currentProgram, type Program } from "./programs.ts";
import { describeState, Replica } from "./replica.ts";
import { everythingIn, reload, type Sights, sharedPartOf, World } from "./world.ts";

/** The properties of engagement-file semantics, section 5 of the design: S1 to S7. */

function viewOf(ledger: Ledger, state: State): OracleView {
  const cells = cellsOf(ledger).map(({ entity, field, heads, value, conflict }) => {
    return [`${entity}#${field}`, { heads: heads.map(({ op }) => op), value, conflict }] as const;
  });
  const signOffs = state.signOffs().map(({ id, state: verdict, reasons, reopen }) => {
    const lines = reasons.map(({ cell, head, signed }) => `${cell} ${head.op} ${signed?.op}`);
    return [id, { state: verdict, reasons: lines, reopen: reopen?.reason ?? null }] as const;
  });
  return {
    cells: Object.fromEntries(cells.sort(([a], [b]) => (a < b ? -1 : 1))),
    signOffs: Object.fromEntries(signOffs),
    entities: state.entities(""),
    exports: state.exports().map(({ id }) => id),
    frontier: [...ledger.graph.frontier].sort(),
    sharedFrontier: [...ledger.graph.frontierOf("shared")].sort(),
    counts: { entries: state.entries, lam: state.lam, forks: state.forks().length, opaque: state.opaque },
  };
}

/** Text comparison first: it is fast and exact, and the slow one explains the difference. */
function assertSame(actual: unknown, expected: unknown, what: string): void {
  if (JSON.stringify(actual) === JSON.stringify(expected)) return;
  assert.deepEqual(actual, expected, what);
  assert.fail(`${what}: the same in another order`);
}

function assertSameState(actual: string, expected: string, what: string): void {
  if (actual !== expected) assertSame(JSON.parse(actual), JSON.parse(expected), what);
}

/** The product sees what the definitions say (S2, S3 and the sign-off table among them). */
export function assertOracle(
  ledger: Ledger,
  state: State,
  raws: readonly SignedBytes[],
  unknown?: ReadonlySet<string>,
): Oracle {
  const oracle = consultOracle(raws, unknown);
  assert.deepEqual(oracle.vanished, [], "S2: no write vanishes unless a causal successor names it");
  assertSame(viewOf(ledger, state), oracle.view, "the state follows from the definitions");
  return oracle;
}

function assertReplicaOracle({ ledger, state, raws, setting }: Replica): Oracle {
  return assertOracle(ledger, state, raws, setting.program.unknown);
}

/** S4. Valid means: every signed cell shows what was signed, and every other cell of the scope shows nothing. */
function assertShownIsSigned({ ledger, state }: Replica, oracle: Oracle, honest: ReadonlySet<string>): void {
  for (const { id, entry, op, state: verdict } of state.signOffs()) {
    if (verdict !== "valid") continue;
    for (const shown of ledger.cells.inScope(op.scope)) {
      const covered = op.covers[`${shown.entity}#${shown.field}`] ?? [];
      const seen = covered.filter((version) => oracle.isKnownTo(entry, version.slice(0, 64)));
      const signed = seen.map((version) => ledger.findHead(version));
      const values = signed.length === 0 ? [null] : signed.map((head) => head?.value ?? null);
      assert(
        values.some((value) => isDeepStrictEqual(value, shown.value)),
        "S4: a valid step shows what was signed",
      );
      // A foreign program can sign a conflict with open eyes, an honest one cannot.
      if (honest.has(id)) assert.equal(shown.conflict, false, "S4: a valid step has no conflict");
    }
  }
}

/** S3. A sign-off is void only by a reopen that names it and rests on it. */
function assertVoidedKnowingly(replica: Replica, oracle: Oracle): void {
  for (const { id, entry, state } of replica.state.signOffs()) {
    const isVoided = replica.ledger.reopens.some(
      ({ origin, op }) => op.voids.includes(id) && oracle.isKnownTo(origin.entry, entry),
    );
    assert.equal(state === "reopened", isVoided, "S3: voided by a reopen that saw it, and by nothing else");
  }
}

/** An honest program asks for a reopen first, so only others make a sign-off stale. */
function assertNotStaleByHonesty(replica: Replica, oracle: Oracle, honest: ReadonlySet<string>): void {
  for (const { entry, state, reasons } of replica.state.signOffs()) {
    if (state !== "stale") continue;
    const wrong = reasons.filter(({ head }) => honest.has(head.op) && oracle.isKnownTo(head.op.slice(0, 64), entry));
    assert.deepEqual(wrong, [], "no honest write makes a sign-off stale");
  }
}

function assertReplica(world: World, replica: Replica): Oracle {
  const oracle = assertReplicaOracle(replica);
  assertShownIsSigned(replica, oracle, world.honest);
  assertVoidedKnowingly(replica, oracle);
  // An older program takes a reopen that it does not know for none.
  if (replica.setting.program === currentProgram) assertNotStaleByHonesty(replica, oracle, world.honest);
  return oracle;
}

/** The same set gives the same state in any order of arrival (S1), also for who has something already or upgrades later. */
function assertConvergence(world: World, reader: Replica): void {
  const upgraded = world.replicas.map((replica) =>
    replica.setting.program === currentProgram ? replica : reload(replica, everythingIn(replica), currentProgram),
  );
  const [expected, ...others] = [reader, ...upgraded].map(describeState);
  for (const other of others) assertSameState(other, expected as string, "S1: same set, same state");
}

function assertNoForgery(world: World, reader: Replica): void {
  const { raws } = reader;
  const isIn = world.forgeries.some(({ raw }) => raws.some(({ bytes }) => Buffer.compare(bytes, raw.bytes) === 0));
  assert.equal(isIn, false, "a forged entry is admitted nowhere");
}

/** The shared space is whole without the internal one. */
function assertSharedIsWhole(reader: Replica): void {
  const part = sharedPartOf(reader);
  if (part.length === reader.raws.length) return;
  const customer = new Replica("Customer", reader.genesis, reader.setting);
  customer.receive(...part);
  assert.equal(customer.state.entries, part.length, "a hand-over without the internal space is whole");
  const statesOf = ({ state }: Replica) => state.signOffs().map(({ id, state: verdict }) => [id, verdict]);
  assertSame(statesOf(customer), statesOf(reader), "the internal space is no part of what is signed");
  assert.deepEqual(customer.state.entities("internal/"), [], "nothing internal is handed over");
}

/** Plays one history and throws an AssertionError when one of the properties does not hold. */
export function checkHistory({ commands, seed, cut }: History, old: Program, sights: Sights): void {
  const world = new World(old, sights);
  play(world, commands);
  for (const replica of world.replicas) {
    assertReplica(world, replica);
    const again = describeState(reload(replica, everythingIn(replica)));
    assertSame(
      JSON.parse(again),
      JSON.parse(describeState(replica)),
      "S5: what grew step by step is what a load gives",
    );
  }
  const forged = new Set(world.forgeries.map(({ raw }) => raw));
  const sent = [...new Set(world.replicas.flatMap(everythingIn))].filter((raw) => !forged.has(raw));
  const all = [...sent, ...shuffle(sent, seed).slice(0, 2), ...forged];
  const start = (name: string) => new Replica(name, world.at(0).genesis, { streams: { count: 1_000_000 } });
  const reader = start("Reader");
  for (const [i, replica] of [reader, ...world.replicas].entries()) {
    const receipts = replica.receive(...shuffle(all, seed + i));
    if (receipts.some((receipt) => receipt.status === "admitted" && receipt.dropped.length > 0)) world.see("dropped");
  }
  const oracle = assertReplica(world, reader);
  for (const replica of world.replicas) {
    assertReplicaOracle(replica);
    const missing = [...replica.ledger.graph.nodes.keys()].filter((hash) => !reader.ledger.graph.nodes.has(hash));
    assert.deepEqual(missing, [], "S2: nothing that was admitted is missing");
  }
  assertConvergence(world, reader);
  assertNoForgery(world, reader);
  assertSharedIsWhole(reader);
  for (const later of reader.ledger.graph.nodes.keys()) {
    for (const earlier of reader.ledger.graph.nodes.keys()) {
      assert.equal(reader.ledger.isKnownTo(later, earlier), oracle.isKnownTo(later, earlier), "who knew what");
    }
  }
  const before = describeState(reader);
  const isKnown = reader.receive(...sent).every(({ status }) => status === "known");
  assert(isKnown && describeState(reader) === before, "S6: a second import changes nothing");
  const partial = start("Partial");
  partial.receive(...shuffle(all, seed).slice(0, cut % (all.length + 1)));
  // S7: any part of a sync leaves a valid copy.
  assertReplica(world, partial);
  noteSights(world, reader);
}

function noteSights(world: World, reader: Replica): void {
  const { state, ledger } = reader;
  for (const { state: verdict } of state.signOffs()) world.see(verdict);
  world.see("forks", state.forks().length);
  world.see("opaque", state.opaque);
  world.see("forged", world.forgeries.length);
  const conflicts = state.conflicts();
  world.see("conflicts", conflicts.length);
  const hasDeletion = ({ heads }: (typeof conflicts)[number]) => heads.some((head) => head.deleted);
  world.see("deletion against edit", conflicts.filter(hasDeletion).length);
  world.see("internal", [...ledger.graph.nodes.values()].filter(({ space }) => space === "internal").length);
  world.see("entries", state.entries);
}
