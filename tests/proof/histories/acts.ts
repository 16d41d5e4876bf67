import assert from "node:assert/strict";
import { type Command, SCOPES, shuffle, VALUES } from "./commands.ts";
import { forgeEntry } from "./forgery.ts";
import { cellsOf, change, remove, reopenStep, signStep } from "./honest.ts";
import { currentProgram } from "./programs.ts";
import { createSign, describeState, type Replica } from "./replica.ts";
import { everythingIn, reload, sharedPartOf, type World } from "./world.ts";

const STEPS = ["outbound", "inbound", "outbound"];
const stepOf = (scope: number): string => STEPS[scope] as string;
const scopeOf = (scope: number): string[] => SCOPES[scope] as string[];

function pick<T>(items: readonly T[], seed: number): T | undefined {
  return items[seed % Math.max(1, items.length)];
}

function attachmentOf(seed: number) {
  return { blob: String(seed % 3).repeat(64), name: "photo.jpg", type: "image/jpeg", size: 1, meta: {} };
}

type Step<K extends Command["do"]> = Extract<Command, { do: K }>;
/** `from` is the other copy of commands that have one. */
type Act<K extends Command["do"]> = (step: Step<K>, world: World, replica: Replica, from: Replica) => void;
type Acts<K extends Command["do"]> = { [P in K]: Act<P> };

type HonestKind = "set" | "pair" | "attach" | "note" | "delete" | "sign" | "reopen" | "export" | "fail";
const honestActs: Acts<HonestKind> = {
  set: ({ entity, field, value }, world, replica) => change(world, replica, [{ kind: "set", entity, field, value }]),
  pair: ({ entity, field, value, seed }, world, replica) => {
    const other = VALUES[seed % VALUES.length] ?? null;
    change(world, replica, [
      { kind: "set", entity, field, value },
      { kind: "set", entity: "rfi/inbound", field: "z", value: other },
    ]);
  },
  attach: ({ entity, seed }, world, replica) =>
    change(world, replica, [{ kind: "attach", entity, ...attachmentOf(seed) }]),
  note: ({ field, value }, world, replica) =>
    change(world, replica, [{ kind: "set", entity: "internal/note", field, value }]),
  delete: ({ entity }, world, replica) => remove(world, replica, entity),
  sign: ({ scope }, world, replica) => signStep(world, replica, stepOf(scope), scopeOf(scope)),
  reopen: ({ seed }, _, replica) => reopenStep(replica, seed),
  export: ({ seed }, _, replica) => {
    const sign = pick(replica.state.signOffs(), seed);
    const record = { step: sign?.step ?? "outbound", sign: sign?.id ?? null, sha256: "c".repeat(64), revision: 1 };
    assert.equal(typeof replica.act({ kind: "export", ...record }), "object", "an export is recorded");
  },
  fail: ({ entity, field, value }, _, replica, from) => {
    // Looking at everything fills the caches anew, and a stale one would go unnoticed: so not each time.
    const look = () => (field === "x" ? describeState(replica) : [...replica.ledger.graph.frontier].sort().join());
    const before = look();
    replica.fail({ kind: "set", entity, field, value });
    replica.fail({ kind: "delete", entity });
    replica.receiveInVain(...shuffle(everythingIn(from), entity.length));
    assert.equal(look(), before, "what is taken back leaves nothing behind");
  },
};

type StrangeKind = "blind" | "knowing" | "twice" | "opaque" | "strangeSign" | "strangeReopen" | "forge";
const strangeActs: Acts<StrangeKind> = {
  blind: ({ entity, field, value }, _, replica) => {
    replica.write([{ kind: "set", entity, field, value, over: [] }]);
  },
  knowing: ({ entity, field, value, seed }, _, replica) => {
    // Signed content is changed without a reopen; some versions are named, or outdated ones.
    const heads = replica.ledger.cells.headsOf(entity, field).map((head) => head.op);
    const known = [...replica.ledger.graph.nodes.values()].filter((node) => node.space === "shared");
    const over =
      seed % 3 === 0
        ? heads.slice(0, 1)
        : seed % 3 === 1
          ? heads
          : shuffle(known, seed)
              .slice(0, 3)
              .map((node) => `${node.entry.hash}:0`);
    replica.write([{ kind: "set", entity, field, value, over }]);
  },
  twice: ({ entity, field, value }, _, replica) => {
    const op = { kind: "set" as const, entity, field };
    assert.equal(typeof replica.act({ ...op, value }, { ...op, value: 7 }), "string", "an action writes a cell once");
    replica.write([
      { ...op, value, over: [] },
      { ...op, value: 7, over: [] },
    ]);
  },
  opaque: ({ seed }, _, replica) => {
    const about = [{ entity: "rfi/inbound" }, { step: "outbound" }, {}][seed % 3];
    replica.write([{ kind: "x-increment", ...about } as never]);
  },
  strangeSign: ({ scope, seed }, _, replica, from) => {
    const covers: { [cell: string]: string[] } = {};
    for (const { entity, field, heads } of shuffle(cellsOf(from.ledger), seed).slice(0, 3)) {
      covers[`${entity}#${field}`] = heads.map(({ op }) => op);
    }
    replica.write([{ ...createSign(stepOf(scope), scopeOf(scope)), covers }]);
  },
  strangeReopen: ({ seed }, _, replica, from) => {
    const sign = pick(from.state.signOffs(), seed);
    if (sign) replica.write([{ kind: "reopen", step: sign.step, voids: [sign.id], reason: "Seen or not" }]);
  },
  forge: ({ seed }, world, replica, from) => {
    const forgery = forgeEntry(replica, from, seed);
    if (!forgery) return;
    const [receipt] = replica.receive(forgery.raw);
    assert.deepEqual(receipt, { status: "rejected", rejected: forgery.reason }, "a forged entry is refused");
    world.forgeries.push(forgery);
  },
};

type CopyKind = "sync" | "handOver" | "session" | "snapshot" | "copy" | "restore" | "upgrade";
const copyActs: Acts<CopyKind> = {
  sync: ({ keep, seed }, world, replica, from) => {
    const sent = shuffle(everythingIn(from), seed);
    const part = sent.slice(0, Math.ceil((sent.length * keep) / 8));
    // Some syncs hand over forgeries, some send entries twice.
    const forged = seed % 3 === 0 ? world.forgeries.map(({ raw }) => raw) : [];
    replica.receive(...part, ...(seed % 2 === 0 ? part.slice(0, 3) : []), ...forged);
    if (replica.state.waiting > 0) world.see("waiting");
  },
  handOver: (_, world, replica, from) => {
    replica.receive(...sharedPartOf(from));
    world.see("handed over");
  },
  session: (_, __, replica) => {
    replica.writers.shared.session = undefined;
    replica.writers.internal.session = undefined;
  },
  snapshot: ({ who }, world, _, from) => {
    // A virtual machine was copied while it wrote: both copies go on in the same streams.
    const twin = reload(from);
    twin.writers.shared.session = from.writers.shared.session;
    twin.writers.internal.session = from.writers.internal.session;
    world.replicas[who] = twin;
  },
  copy: ({ who }, world, replica, from) => {
    world.replicas[who] = reload(from, from.raws, replica.setting.program);
  },
  restore: ({ who, keep }, world, replica) => {
    world.replicas[who] = reload(replica, replica.raws.slice(0, 1 + keep));
  },
  upgrade: ({ who }, world, replica) => {
    const upgraded = reload(replica, everythingIn(replica), currentProgram);
    if (upgraded.state.opaque < replica.state.opaque) world.see("upgrade that reveals");
    for (const space of ["shared", "internal"] as const) {
      upgraded.writers[space].session = replica.writers[space].session;
    }
    world.replicas[who] = upgraded;
  },
};

const acts: Acts<Command["do"]> = { ...honestActs, ...strangeActs, ...copyActs };

/** Plays a history; throws an AssertionError as soon as an action of an honest program goes wrong. */
export function play(world: World, commands: readonly Command[]): void {
  for (const step of commands) {
    const from = world.at("from" in step ? step.from : step.who);
    (acts[step.do] as Act<Command["do"]>)(step as never, world, world.at(step.who), from);
  }
}
