import assert from "node:assert/strict";
import type { SignedBytes } from "../../../src-main/journal/core/entry.ts";
import { Ledger } from "../../../src-main/journal/core/ledger.ts";
import { createState, type State } from "../../../src-main/journal/core/state.ts";
import { assertOracle } from "../histories/properties.ts";
import { describeState } from "../histories/replica.ts";
import type { Season } from "./season.ts";
import type { Store } from "./store.ts";

interface Reading {
  ledger: Ledger;
  state: State;
  raws: SignedBytes[];
}

/** What anybody reads from the entries of a copy. */
function read(store: Store, isSignatureChecked: boolean): Reading {
  const raws = store.entries();
  const ledger = new Ledger(JSON.parse(Buffer.from(raws[0]?.bytes ?? []).toString("utf8")).eng);
  for (const raw of raws) {
    const receipt = ledger.receive(raw, isSignatureChecked);
    assert.equal(
      receipt.status,
      "admitted",
      `a copy holds admissible entries, causes first: ${JSON.stringify(receipt)}`,
    );
  }
  return { ledger, state: createState(ledger), raws };
}

/** What the running program shows. */
export function describeShown(state: State): string {
  return JSON.stringify({
    signOffs: state.signOffs().map(({ id, state: verdict, reasons }) => [id, verdict, reasons.map(({ cell }) => cell)]),
    conflicts: state.conflicts().map(({ entity, field }) => `${entity}#${field}`),
    entities: state.entities("").map((entity) => [entity, [...(state.entity(entity)?.keys() ?? [])].sort()]),
    exports: state.exports().map(({ id }) => id),
    counts: [state.entries, state.lam, state.opaque],
  });
}

/** After the faults have stopped and all have met: one state everywhere (S1), nothing missing (S2), nobody blamed wrongly. */
export function assertSeason({ places, acknowledged, sights, seed }: Season): void {
  const [office, ...others] = places.filter(({ isRevoked }) => !isRevoked).map(({ store }) => store) as [Store];
  const expected = read(office, true);
  assertOracle(expected.ledger, expected.state, expected.raws);
  const text = describeState(expected);
  const shown = describeShown(office.state);
  assert.equal(shown, describeShown(expected.state), "S5: what the program shows follows from its entries");
  for (const store of others as Store[]) {
    assert.equal(describeState(read(store, false)), text, "S1: all copies have the same state");
    assert.equal(describeShown(store.state), shown, "S1: all programs show the same");
  }
  const missing = [...acknowledged.keys()].filter((hash) => !expected.ledger.graph.nodes.has(hash));
  assert.deepEqual(missing, [], `S2: no acknowledged write is missing (season ${seed})`);
  for (const { state } of expected.state.signOffs()) {
    // Every program in a season is honest, and an honest one asks for a reopen first.
    assert.notEqual(state, "stale", "no honest write makes a sign-off stale");
    sights[state] = (sights[state] ?? 0) + 1;
  }
  sights.forks = (sights.forks ?? 0) + expected.state.forks().length;
  sights.conflicts = (sights.conflicts ?? 0) + expected.state.conflicts().length;
  sights.entries = (sights.entries ?? 0) + expected.state.entries;
}
