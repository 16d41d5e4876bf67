import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SignedBytes } from "../../../src-main/journal/core/entry.ts";
import { splitOpId } from "../../../src-main/journal/core/ids.ts";
import { consultOracle } from "./oracle.ts";
import { createSign, describeState, Replica } from "./world.ts";

const HISTORIES = Number(process.env.FIELDBOOK_HISTORIES ?? 2000);
const AUTHORS = ["Anna", "Ben", "Cora"];
const ENTITIES = ["step/outbound/a", "step/outbound/b", "rfi/inbound"];
const FIELDS = ["x", "y"];
const SCOPES = [["step/outbound/"], ["rfi/inbound#x"], [""]];

const who = fc.nat(AUTHORS.length - 1);
const cell = { entity: fc.constantFrom(...ENTITIES), field: fc.constantFrom(...FIELDS), value: fc.nat(2) };
const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("set" as const), who, ...cell }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("fail" as const), who, ...cell }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("blind" as const), who, ...cell }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("knowing" as const), who, ...cell }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("opaque" as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), who, entity: cell.entity }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("sign" as const), who, scope: fc.constantFrom(...SCOPES) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("reopen" as const), who, pick: fc.nat() }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("sync" as const), who, from: who, keep: fc.nat(10), seed: fc.nat() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("session" as const), who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("snapshot" as const), who, from: who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restore" as const), who, keep: fc.nat(20) }) },
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

function shuffle<T>(items: readonly T[], seed: number): T[] {
  const shuffled = [...items];
  let state = seed >>> 0;
  for (let i = shuffled.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = state % (i + 1);
    [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
  }
  return shuffled;
}

/** Loads a replica's entries into a new one: what opening its file would do. */
function reload(replica: Replica, raws: readonly SignedBytes[] = replica.raws): Replica {
  const loaded = new Replica(replica.deps.author.name, replica.genesis);
  loaded.receive(...raws);
  return loaded;
}

/** Admitted and waiting entries: what another copy may receive from this one. */
function everythingIn({ raws, ledger }: Replica): SignedBytes[] {
  return [...raws, ...[...ledger.inbox.values()].map(({ raw }) => raw)];
}

function act(replica: Replica, step: Exclude<Command, { do: "sync" | "session" | "snapshot" | "restore" }>): void {
  const signs = replica.state.signOffs();
  switch (step.do) {
    case "set":
    case "fail": {
      const op = { kind: "set" as const, entity: step.entity, field: step.field, value: step.value };
      if (step.do === "set") replica.act(op);
      else replica.fail(op);
      break;
    }
    case "blind":
      replica.write([{ kind: "set", entity: step.entity, field: step.field, value: step.value, over: [] }]);
      break;
    case "knowing": {
      // What a faulty program does: it changes signed content without a reopen.
      const over = replica.ledger.cells.headsOf(step.entity, step.field).map((head) => head.op);
      replica.write([{ kind: "set", entity: step.entity, field: step.field, value: step.value, over }]);
      break;
    }
    case "opaque":
      replica.write([{ kind: "increment", entity: "rfi/inbound" } as never]);
      break;
    case "delete":
      replica.act({ kind: "delete", entity: step.entity });
      break;
    case "sign": {
      if (replica.state.opaque > 0) break;
      replica.act(createSign("outbound", step.scope));
      break;
    }
    case "reopen": {
      const sign = signs[step.pick % Math.max(1, signs.length)];
      if (sign) replica.act({ kind: "reopen", step: sign.step, voids: [sign.id], reason: "A correction" });
    }
  }
}

function play(commands: Command[]): Replica[] {
  const first = new Replica(AUTHORS[0] as string);
  const replicas = [first, ...AUTHORS.slice(1).map((name) => new Replica(name, first.genesis))];
  const at = (index: number): Replica => replicas[index] as Replica;
  for (const step of commands) {
    const replica = at(step.who);
    if (step.do === "sync") {
      replica.receive(
        ...shuffle(at(step.from).raws, step.seed).slice(0, Math.ceil((at(step.from).raws.length * step.keep) / 9)),
      );
    } else if (step.do === "session") replica.writer.session = undefined;
    else if (step.do === "snapshot") {
      // A virtual machine was copied while it wrote: both copies go on in the same stream.
      const { session } = at(step.from).writer;
      replicas[step.who] = reload(at(step.from));
      at(step.who).writer.session = session;
    } else if (step.do === "restore") {
      replicas[step.who] = reload(replica, replica.raws.slice(0, 1 + step.keep));
    } else act(replica, step);
  }
  return replicas;
}

function expectOracle(replica: Replica): void {
  const view = consultOracle(replica.raws);
  const cells = [...replica.ledger.cells.records.values()].flatMap((record) => [...record.cells.values()]);
  expect(view.vanished).toEqual([]);
  expect(cells.length).toBe(view.cells.size);
  for (const { entity, field, heads, conflict } of cells) {
    expect({ heads: heads.map((head) => head.op), conflict }).toEqual(view.cells.get(`${entity}#${field}`));
  }
  const signOffs = replica.state.signOffs();
  expect(new Map(signOffs.map(({ id, state }) => [id, state]))).toEqual(view.signOffs);
}

/** Valid means: every signed cell shows what was signed, and every other cell of the scope shows nothing. */
function expectShownIsSigned(replica: Replica): void {
  const { ledger, state } = replica;
  for (const { op, state: verdict } of state.signOffs()) {
    if (verdict !== "valid") continue;
    for (const shown of ledger.cells.inScope(op.scope)) {
      const signed = (op.covers[`${shown.entity}#${shown.field}`] ?? []).map((id) => ledger.findHead(id));
      expect(shown.conflict).toBe(false);
      expect(shown.value).toEqual(signed[0]?.value ?? null);
    }
  }
}

/** A sign-off is void only by a reopen that names it and rests on it. */
function expectVoidedKnowingly(replica: Replica): void {
  for (const { id, state } of replica.state.signOffs()) {
    const isVoided = replica.ledger.reopens.some(
      ({ origin, op }) => op.voids.includes(id) && replica.ledger.isKnownTo(origin.entry, splitOpId(id).entry),
    );
    expect(state === "reopened").toBe(isVoided);
  }
}

describe("any history of copies, syncs, forks and restores", () => {
  it(`holds S1 to S7 in ${HISTORIES} histories`, () => {
    let forks = 0;
    const states = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30, size: "medium" }), fc.nat(), fc.nat(), (commands, seed, cut) => {
        const replicas = play(commands);
        for (const replica of replicas) {
          expectOracle(replica);
          expectShownIsSigned(replica);
          expectVoidedKnowingly(replica);
          // S5: what grew step by step equals what is computed anew.
          expect(describeState(reload(replica, everythingIn(replica)))).toBe(describeState(replica));
        }
        const all = replicas.flatMap(everythingIn);
        const merged = replicas.map((_, i) => {
          const target = new Replica(`Reader ${i}`, replicas[0]?.genesis);
          target.receive(...shuffle(all, seed + i));
          return target;
        });
        // S1: the same set gives the same state in any order of arrival, also on top of what was there.
        for (const replica of replicas) replica.receive(...shuffle(all, seed));
        const [expected, ...others] = [...merged, ...replicas].map(describeState);
        for (const other of others) expect(other).toBe(expected);
        // S6: a second import changes nothing.
        const [reader] = merged;
        expect(reader?.receive(...all).every(({ status }) => status === "known")).toBe(true);
        expect(reader && describeState(reader)).toBe(expected);
        // S7: any part of a sync leaves a valid copy.
        const partial = new Replica("Partial", replicas[0]?.genesis);
        partial.receive(...shuffle(all, seed).slice(0, cut % (all.length + 1)));
        expectOracle(partial);
        if (reader) {
          forks += reader.state.forks().length;
          for (const { state } of reader.state.signOffs()) states.set(state, (states.get(state) ?? 0) + 1);
        }
      }),
      { numRuns: HISTORIES },
    );
    // The histories reach every state of a sign-off and real forks, or they prove little.
    expect(forks).toBeGreaterThan(HISTORIES / 100);
    for (const state of ["valid", "contested", "stale", "reopened"])
      expect(states.get(state) ?? 0).toBeGreaterThan(HISTORIES / 100);
  }, 60_000);
});
