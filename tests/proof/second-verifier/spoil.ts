import type { EntryBody } from "../../../src-main/journal/core/entry.ts";
import type { Json, JsonObject } from "../../../src-main/journal/core/json.ts";
import type { Composed } from "./compose.ts";
import { ENTITIES } from "./honest.ts";
import type { Dice } from "./people.ts";

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
    structuredClone(owner[key] ?? null),
    deep,
  ]);
}

/** Changes one thing in the bytes of an entry, mostly into something the format forbids. */
export function disturb(body: EntryBody, dice: Dice): string {
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
  return JSON.stringify(copy);
}

/** The same entry in another spelling, which is no canonical JSON. */
export function respell(body: EntryBody, dice: Dice): string {
  const text = JSON.stringify(body);
  const spellings = [
    ` ${text}`,
    text.replace(":0", ":0.0"),
    text.replace("shared", "shar\\u0065d"),
    `\ufeff${text}`,
    "{",
    "[]",
    `${text}\n`,
  ];
  return dice.pick([...spellings, text.replace("{", '{"v":1,'), text.replace('"user":{', '"user":{"name":"",')]);
}

/** Takes one member of an entry just to or over the limit the format sets. */
export function overstep({ body, ledger, deps }: Composed, dice: Dice): void {
  const op = dice.pick(body.ops);
  const known = dice.pick([...ledger.graph.nodes.keys()]);
  const depth = 60 + dice.next(4);
  const open = { kind: "open", device: deps.device.publicKey, space: "shared" };
  const name = "e".repeat(511 + dice.next(3));
  const limits: (() => void)[] = [
    () => Object.assign(body, { wall: "w".repeat(64 + dice.next(2)) }),
    () => Object.assign(body, { mono: 2 ** 53 - dice.next(2) }),
    () =>
      Object.assign(body, {
        user: dice.pick<JsonObject>([{ name: "x", phone: "" }, { email: "" }, { email: "", name: "" }]),
      }),
    () => Object.assign(body, { ops: [] }),
    () =>
      Object.assign(body, { deps: dice.pick([body.deps.toReversed(), [...body.deps, ...body.deps], [known, known]]) }),
    () => Object.assign(body, { seq: dice.pick([0, -1, body.seq + 0.5]) }),
    () => Object.assign(body, { prev: null }),
    () =>
      Object.assign(body, { eng: body.eng.replace(/.$/, "0"), deps: [Buffer.from(dice.bytes(32)).toString("hex")] }),
    () => Object.assign(body, { lam: body.lam + dice.pick([-1, 1]) }),
    () => Object.assign(body, { lam: body.lam + dice.pick([-1, 1]) }),
    () => body.ops.push(open),
    () => Object.assign(body.ops[0] ?? {}, { space: dice.pick<Json>(["other", ["shared"], null]) }),
    () => Object.assign(body.ops[0] ?? {}, { device: deps.device.publicKey.toUpperCase() }),
    () => Object.assign(op, { value: JSON.parse("[".repeat(depth) + "]".repeat(depth)) }),
    () =>
      Object.assign(
        op,
        dice.pick<JsonObject>([{ entity: "step/x#y" }, { entity: name }, { field: name }, { entity: "" }]),
      ),
    () => Object.assign(op, { over: [`${known}:${dice.pick(["00", "0", "1", "5", "0000000"])}`] }),
  ];
  dice.pick(limits)();
}

/** Changes what an entry rests on, whose it is or what it writes: its shape stays right, its place becomes wrong or new. */
export function misplace({ body, ledger, deps }: Composed, dice: Dice): void {
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
  const causes = [...body.deps, body.prev ?? ""].filter((hash) => ledger.graph.nodes.has(hash));
  body.lam = ledger.graph.depthOver(causes);
  if (dice.once(6)) body.lam += dice.pick([-1, 1]);
}
