import { composeEntry } from "../../../src-main/journal/authoring.ts";
import type { EntryBody } from "../../../src-main/journal/core/entry.ts";
import type { JsonObject } from "../../../src-main/journal/core/json.ts";
import { Ledger } from "../../../src-main/journal/core/ledger.ts";
import type { Op, Space } from "../../../src-main/journal/core/ops.ts";
import { createStream } from "../../../src-main/journal/file/streams.ts";
import type { Journal, JournalDeps } from "../../../src-main/journal/index.ts";
import { ENTITIES, FIELDS, pickValue, STEPS } from "./honest.ts";
import type { Dice } from "./people.ts";

/** The ledger of a whole copy, and that of a writer who has seen only the first of its entries. */
interface Knowledge {
  all: Ledger;
  ledger: Ledger;
}

/** An entry that is not signed yet, the device it belongs to, and what its author knew. */
export interface Composed extends Knowledge {
  body: EntryBody;
  deps: JournalDeps;
}

/** Everything a copy has admitted, in memory. */
export function mirror(journal: Journal): Ledger {
  const ledger = new Ledger(journal.engagement);
  for (const raw of journal.entries()) ledger.receive(raw, false);
  return ledger;
}

function recall(all: Ledger, dice: Dice): Ledger {
  if (dice.once(2)) return all;
  const ledger = new Ledger(all.graph.engagement);
  const nodes = [...all.graph.nodes.values()].slice(0, 1 + dice.next(all.graph.nodes.size));
  for (const { entry, sig } of nodes) ledger.receive({ bytes: Buffer.from(JSON.stringify(entry.body)), sig }, false);
  return ledger;
}

function listOpIds(ledger: Ledger): string[] {
  return [...ledger.graph.nodes].flatMap(([hash, { entry }]) => entry.ops.map((_, index) => `${hash}:${index}`));
}

function createOp({ ledger, all }: Knowledge, space: Space, dice: Dice): JsonObject {
  const entity = dice.pick(ENTITIES.filter((id) => id.startsWith("internal/") === (space === "internal")));
  const field = dice.pick(FIELDS);
  const ids = listOpIds(ledger);
  const some = (): string[] => ids.filter(() => dice.once(4));
  const over = dice.once(3) ? some() : ledger.cells.headsOf(entity, field).map(({ op }) => op);
  const { step, scope } = dice.pick(STEPS);
  const signs = (dice.once(2) ? all : ledger).signs.map(({ origin }) => origin.id);
  const covers: JsonObject = dice.once(2) ? { [`${entity}#${field}`]: some(), [`${entity}#y`]: [], rx: [] } : {};
  // Versions the signer has not seen, when the ledger of all entries is asked instead of his own.
  const { cells } = dice.once(3) ? all : ledger;
  for (const { entity: id, field: name, heads } of dice.once(2) ? cells.inScope(scope) : []) {
    covers[`${id}#${name}`] = heads.map(({ op }) => op);
  }
  const signer = { name: "Jan Novak", role: "", organisation: "" };
  const [drawing, strokes, form] = ["d".repeat(64), "e".repeat(64), "f".repeat(64)];
  const kinds: JsonObject[] = [
    { kind: "set", entity, field, value: pickValue(dice), over },
    { kind: "set", entity, field, value: pickValue(dice), over },
    { kind: "delete", entity, over },
    { kind: "reopen", step, voids: dice.once(2) ? signs : some(), reason: "Because." },
    { kind: "set", entity, field, value: 1, over, urgent: true },
    { kind: "redact", entity, over },
    { kind: "confirm", step },
    { kind: "set", entity: `${entity}\ud800`, field, value: 1, over: [] },
    { kind: "attach", entity, blob: drawing, name: "", type: "", size: 0, meta: {}, over },
    {
      kind: "sign",
      step,
      scope,
      covers,
      evidence: [form],
      form,
      statement: "",
      signer,
      method: "drawn",
      drawing,
      strokes,
      zone: "",
    },
  ];
  return dice.pick(kinds);
}

/** Another program's entry: any versions replaced and covered, any place of any stream continued, forks too. */
export function compose(all: Ledger, people: readonly JournalDeps[], dice: Dice): Composed {
  const ledger = recall(all, dice);
  const node = dice.pick([...ledger.graph.nodes.values()]);
  const owner = people.find(({ device }) => device.publicKey === node.device);
  const deps = owner && dice.once(2) ? owner : dice.pick(people);
  const isContinued = deps === owner;
  const space = isContinued ? node.space : dice.once(4) ? "internal" : "shared";
  const { hash, body } = node.entry;
  const session = isContinued ? { stream: body.stream, prev: hash, seq: body.seq } : undefined;
  const openStream = () => createStream(deps, [], null, space);
  const ops = Array.from({ length: 1 + dice.next(3) }, () => createOp({ ledger, all }, space, dice));
  const writer = { clock: deps.clock, author: deps.author, session, space, openStream };
  return { body: composeEntry(ops as unknown as Op[], writer, ledger), deps, ledger, all };
}
