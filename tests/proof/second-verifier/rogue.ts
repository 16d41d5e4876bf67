import { composeEntry } from "../../../src-main/journal/authoring.ts";
import type { EntryBody, SignedBytes } from "../../../src-main/journal/core/entry.ts";
import { hashBytes } from "../../../src-main/journal/core/ids.ts";
import type { Json, JsonObject } from "../../../src-main/journal/core/json.ts";
import { Ledger } from "../../../src-main/journal/core/ledger.ts";
import type { Op, Space } from "../../../src-main/journal/core/ops.ts";
import { createStream } from "../../../src-main/journal/file/journal.ts";
import type { Journal, JournalDeps } from "../../../src-main/journal/index.ts";
import { ENTITIES, FIELDS, pickValue, STEPS } from "./honest.ts";
import type { Dice } from "./people.ts";

/** What a writer knows who has seen only the first entries of a copy. */
function recall(journal: Journal, dice: Dice): Ledger {
  const entries = journal.entries();
  const ledger = new Ledger(journal.engagement);
  const seen = dice.once(2) ? entries.length : 1 + dice.next(entries.length);
  for (const raw of entries.slice(0, seen)) ledger.receive(raw, false);
  return ledger;
}

function listOpIds(ledger: Ledger): string[] {
  return [...ledger.graph.nodes].flatMap(([hash, { entry }]) => entry.ops.map((_, index) => `${hash}:${index}`));
}

function createOp(ledger: Ledger, space: Space, dice: Dice): JsonObject {
  const entity = dice.pick(ENTITIES.filter((id) => id.startsWith("internal/") === (space === "internal")));
  const field = dice.pick(FIELDS);
  const ids = listOpIds(ledger);
  const some = (): string[] => ids.filter(() => dice.once(4));
  const over = dice.once(3) ? some() : ledger.cells.headsOf(entity, field).map(({ op }) => op);
  const { step, scope } = dice.pick(STEPS);
  const signs = ledger.signs.map(({ origin }) => origin.id);
  const covers: JsonObject = dice.once(2) ? { [`${entity}#${field}`]: some(), [`${entity}#y`]: [], rx: [] } : {};
  for (const { entity: id, field: name, heads } of dice.once(2) ? ledger.cells.inScope(scope) : []) {
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

/** A composed entry, the device it belongs to and what its author knew. */
interface Composed {
  body: EntryBody;
  deps: JournalDeps;
  ledger: Ledger;
}

/** Another program's entry: any versions replaced and covered, any place of any stream continued, forks too. */
function compose(journal: Journal, people: readonly JournalDeps[], dice: Dice): Composed {
  const ledger = recall(journal, dice);
  const node = dice.pick([...ledger.graph.nodes.values()]);
  const owner = people.find(({ device }) => device.publicKey === node.device);
  const deps = owner && dice.once(2) ? owner : dice.pick(people);
  const isContinued = deps === owner;
  const space = isContinued ? node.space : dice.once(4) ? "internal" : "shared";
  const { hash, body } = node.entry;
  const session = isContinued ? { stream: body.stream, prev: hash, seq: body.seq } : undefined;
  const openStream = () => createStream(deps, [], null, space);
  const ops = Array.from({ length: 1 + dice.next(3) }, () => createOp(ledger, space, dice));
  const writer = { clock: deps.clock, author: deps.author, session, space, openStream };
  return { body: composeEntry(ops as unknown as Op[], writer, ledger), deps, ledger };
}

/** The place of a value in a JSON tree. */
interface Spot {
  owner: Record<string, Json>;
  key: string;
}

function listSpots(owner: Json): Spot[] {
  if (typeof owner !== "object" || owner === null) return [];
  const record = owner as Record<string, Json>;
  return Object.keys(record).flatMap((key) => [{ owner: record, key }, ...listSpots(record[key] ?? null)]);
}

function createOdd(dice: Dice, spots: Spot[]): Json {
  const { owner, key } = dice.pick(spots);
  const odd: Json[] = [
    null,
    true,
    -1,
    0,
    1,
    0.5,
    2 ** 53,
    "",
    "#",
    "internal/x",
    "x".repeat(513),
    [],
    {},
    [{}],
    "open",
    "set",
  ];
  const hash = Buffer.from(dice.bytes(32)).toString("hex");
  const depth = 58 + dice.next(8);
  const deep: Json = JSON.parse("[".repeat(depth) + "]".repeat(depth));
  return dice.pick<Json>([
    ...odd,
    hash,
    hash.toUpperCase(),
    `${hash}:0`,
    `${hash}:01`,
    [hash],
    owner[key] ?? null,
    deep,
  ]);
}

/** Changes one thing in the bytes of an entry, mostly into something the format forbids. */
function disturb(body: EntryBody, dice: Dice): string {
  const copy: JsonObject = JSON.parse(JSON.stringify(body));
  const spots = listSpots(copy);
  const { owner, key } = dice.pick(dice.once(2) ? spots.filter((spot) => spot.owner === copy) : spots);
  const draw = dice.next(10);
  if (draw === 0) Reflect.deleteProperty(owner, key);
  else if (draw === 1) owner[dice.pick(["kind", "extra", "over", "email", "__proto__x", "0"])] = createOdd(dice, spots);
  else if (draw === 2) {
    const value = owner[key] ?? null;
    Reflect.deleteProperty(owner, key);
    owner[key] = value;
  } else if (draw === 3 && typeof owner[key] === "number") owner[key] += dice.pick([-1, 1]);
  else owner[key] = createOdd(dice, spots);
  const text = JSON.stringify(copy);
  if (!dice.once(12)) return text;
  const spellings = [
    ` ${text}`,
    text.replace(":0", ":0.0"),
    text.replace("shared", "shar\\u0065d"),
    `\ufeff${text}`,
    "{",
    "[]",
  ];
  return dice.pick([...spellings, text.replace("{", '{"v":1,'), text.replace('"user":{', '"user":{"name":"",')]);
}

/** Changes what an entry rests on, whose it is or what it writes: its shape stays right, its place becomes wrong or new. */
function misplace({ body, ledger, deps }: Composed, dice: Dice): void {
  const known = [...ledger.graph.nodes.keys()];
  const openings = [...ledger.graph.nodes.values()].map(({ entry }) => entry.body.ops[0] as JsonObject);
  const open = { ...(openings[0] as JsonObject), device: deps.device.publicKey };
  const moves: (() => void)[] = [
    () => body.deps.push(Buffer.from(dice.bytes(32)).toString("hex")),
    () => body.deps.push(Buffer.from(dice.bytes(32)).toString("hex")),
    () => body.deps.push(dice.pick(known)),
    () => body.deps.splice(0, 1, dice.pick(known)),
    () => Object.assign(body, { prev: dice.pick(known), seq: body.seq + dice.next(2) }),
    () => Object.assign(body, { eng: body.eng.replace(/.$/, "0") }),
    () => Object.assign(body, { stream: "0".repeat(32) }),
    () => Object.assign(body, { prev: null, seq: 0, deps: [], stream: "1".repeat(32), ops: [open, ...body.ops] }),
    () => Object.assign(body, { prev: null, seq: 0, deps: [], ops: [{ ...open, space: "internal" }] }),
    () => Object.assign(dice.pick(body.ops), { entity: dice.pick(ENTITIES) }),
    () =>
      Object.assign(dice.pick(body.ops), {
        over: [dice.pick(known), `${dice.pick(known)}:${dice.next(4)}`].slice(dice.next(2)),
      }),
  ];
  dice.pick(moves)();
  body.deps = [...new Set(body.deps)].sort();
  body.lam = ledger.graph.depthOver(body.prev === null ? body.deps : [body.prev, ...body.deps]);
  if (dice.once(6)) body.lam += dice.pick([-1, 1]);
}

/** An entry of a faulty or foreign program. */
export function forge(journal: Journal, people: readonly JournalDeps[], dice: Dice): SignedBytes {
  const composed = compose(journal, people, dice);
  const draw = dice.next(6);
  if (draw < 2) misplace(composed, dice);
  const text = draw === 2 ? disturb(composed.body, dice) : JSON.stringify(composed.body);
  const bytes = Buffer.from(text);
  const signer = dice.once(20) ? dice.pick(people) : composed.deps;
  return { bytes, sig: signer.device.sign(Buffer.from(hashBytes(bytes), "hex")) };
}
