import { type KeyObject, sign } from "node:crypto";
import type Database from "better-sqlite3";
import type { EntryBody, SignedBytes } from "../../../src-main/journal/core/entry.ts";
import { createPerson } from "./bases.ts";
import type { Random } from "./bytes.ts";
import { hashOf, insertEntry, respellings } from "./rows.ts";
import type { Scene, SqlMutation } from "./schemas.ts";

type Ops = EntryBody["ops"];
interface Tip {
  hash: string;
  body: EntryBody;
}

/** Entries of somebody who knows the format, and whose key may be the author's own. */
class Forger {
  readonly random: Random;
  readonly all: Tip[];
  readonly tip: Tip;
  readonly author: KeyObject;
  readonly stranger = createPerson("Mallory");

  constructor({ base, random }: Scene) {
    this.random = random;
    this.all = base.entries.map(({ bytes }) => {
      return { hash: hashOf(bytes).toString("hex"), body: JSON.parse(Buffer.from(bytes).toString("utf8")) };
    });
    const { deps, key } = createPerson(`Anna ${base.name}`);
    this.author = key;
    const own = new Set(
      this.all.flatMap(({ body }) => (body.ops[0]?.device === deps.device.publicKey ? [body.stream] : [])),
    );
    this.tip = this.all.findLast(({ body }) => own.has(body.stream)) as Tip;
  }

  any(): Tip {
    return this.all[this.random.next(this.all.length)] as Tip;
  }

  write(body: object, key = this.author): SignedBytes {
    const bytes = Buffer.from(JSON.stringify(body));
    return { bytes, sig: sign(null, hashOf(bytes), key) };
  }

  /** A sound next entry of the author. */
  next(ops: Ops = [set("row/1", "forged")], after = this.tip): EntryBody {
    const { v, eng, stream, wall, mono, user } = after.body;
    const { seq, lam } = { seq: after.body.seq + 1, lam: after.body.lam + 1 };
    return { v, eng, stream, seq, prev: after.hash, deps: [], lam, wall, mono, user, ops };
  }

  open(space = "shared", device = this.stranger.deps.device.publicKey): Ops[number] {
    const forms = ["f".repeat(64)];
    const { clock, zone } = { clock: this.tip.body.wall, zone: "UTC" };
    return {
      kind: "open",
      device,
      certificate: null,
      app: "9",
      forms,
      clock,
      zone,
      last: null,
      space,
      application_id: 1,
      user_version: 1,
    };
  }

  /** A sound first entry of a stream of the stranger's own. */
  begin(after: Tip = this.tip, ops: Ops = [set("row/1", "stranger")], space = "shared"): EntryBody {
    const stream = Buffer.from(this.random.bytes(16)).toString("hex");
    return { ...this.next([this.open(space), ...ops], after), stream, seq: 0, prev: null, deps: [after.hash] };
  }

  tipOf(body: EntryBody): Tip {
    return { hash: hashOf(Buffer.from(JSON.stringify(body))).toString("hex"), body };
  }
}

function set(entity: string, value: string, over: unknown[] = []): Ops[number] {
  return { kind: "set", entity, field: "note", value, over: over as string[] };
}

const NOWHERE = "ab".repeat(32);

/** Each breaks one rule of a sound entry, or bends it. */
const flaws: ((body: EntryBody, forger: Forger) => object)[] = [
  (body) => body,
  (body) => ({ ...body, lam: body.lam + 1 }),
  (body) => ({ ...body, lam: body.lam - 1 }),
  (body) => ({ ...body, lam: 0 }),
  (body) => ({ ...body, lam: Number.MAX_SAFE_INTEGER }),
  (body) => ({ ...body, lam: 2 ** 60 }),
  (body) => ({ ...body, lam: "9" }),
  (body) => ({ ...body, seq: body.seq + 1 }),
  (body) => ({ ...body, seq: 0 }),
  (body) => ({ ...body, seq: -1 }),
  (body) => ({ ...body, prev: NOWHERE }),
  (body) => ({ ...body, prev: "x" }),
  (body) => ({ ...body, prev: null }),
  (body, forger) => ({ ...body, prev: forger.any().hash }),
  (body, forger) => forger.next(body.ops, forger.any()),
  (body, forger) => ({ ...body, deps: [forger.any().hash] }),
  (body, forger) => ({ ...body, deps: [forger.any().hash, forger.any().hash].sort() }),
  (body, forger) => ({ ...body, deps: [forger.any().hash, forger.any().hash].sort().reverse() }),
  (body, forger) => ({ ...body, deps: forger.all.map(({ hash }) => hash).sort() }),
  (body) => ({ ...body, deps: [NOWHERE] }),
  (body) => ({ ...body, deps: Array.from({ length: 20_000 }, (_, i) => i.toString(16).padStart(64, "0")) }),
  (body) => ({ ...body, deps: null }),
  (body) => ({ ...body, eng: "019a0000-0000-7000-8000-00000000000a" }),
  (body) => ({ ...body, eng: body.eng.toUpperCase() }),
  (body) => ({ ...body, stream: "0".repeat(32) }),
  (body, forger) => ({ ...body, stream: forger.any().body.stream }),
  (body) => ({ ...body, ops: [] }),
  (body) => ({ ...body, ops: [null] }),
  (body) => ({ ...body, ops: {} }),
  (body, forger) => ({ ...body, ops: [...body.ops, forger.open()] }),
  (body, forger) => ({ ...body, ops: [forger.open(), ...body.ops] }),
  (body) => ({ ...body, ops: body.ops.filter(({ kind }) => kind !== "open") }),
  (body) => ({ ...body, ops: [...body.ops, set("row/2", "x", [`${NOWHERE}:0`])] }),
  (body, forger) => ({ ...body, ops: [...body.ops, set("row/2", "x", [`${forger.any().hash}:0`])] }),
  (body, forger) => ({ ...body, ops: [...body.ops, set("row/2", "x", [`${forger.any().hash}:999`])] }),
  (body) => ({ ...body, ops: [...body.ops, set("row/2", "x", ["x", 1, null])] }),
  (body) => ({ ...body, ops: [...body.ops, { kind: "set" }, { kind: "__proto__" }, { kind: "future", over: [] }] }),
  (body) => ({
    ...body,
    ops: [...body.ops, { kind: "set", entity: "__proto__", field: "constructor", value: 1, over: [] }],
  }),
  (body, forger) => ({
    ...body,
    ops: [...body.ops, { kind: "delete", entity: "row/1", over: [`${forger.any().hash}:0`] }],
  }),
  (body) => ({ ...body, user: { name: "Boss", role: "all" } }),
  (body) => ({ ...body, user: "Anna" }),
  (body) => ({ ...body, wall: "x".repeat(65) }),
  (body) => ({ ...body, wall: "tomorrow" }),
  (body) => ({ ...body, mono: 0.5 }),
  (body) => ({ ...body, v: 0 }),
  (body) => ({ ...body, v: 2 }),
  (body) => ({ ...body, more: 1 }),
  ({ v, ...body }) => ({ ...body, v }),
  (body) => [body],
];

const nest = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;

function insertAll(db: Database.Database, raws: SignedBytes[], random: Random): void {
  const table = random.next(4) ? "entry" : "inbox";
  db.transaction(() => {
    for (const raw of raws) insertEntry(db, raw, table);
  })();
}

/** What only a program written for the purpose makes: sound entries of an unsound number or shape. */
const floods: { [name: string]: (forger: Forger) => SignedBytes[] } = {
  "one entry of very many versions of a cell": (forger) => [
    forger.write(
      forger.next(Array.from({ length: forger.random.next(2) ? 100_000 : 1500 }, (_, i) => set("row/1", `v${i}`))),
    ),
  ],
  "one entry of very many cells": (forger) => [
    forger.write(forger.next(Array.from({ length: 50_000 }, (_, i) => set(`row/${i}`, "x")))),
  ],
  "one entry of very many deletions": (forger) => [
    forger.write(forger.next(Array.from({ length: 50_000 }, () => ({ kind: "delete", entity: "row/1", over: [] })))),
  ],
  "one entry that replaces very many versions": (forger) => {
    const first = forger.next(Array.from({ length: 3000 }, (_, i) => set(`row/${i % 2}`, `v${i}`)));
    const { hash } = forger.tipOf(first);
    const over = Array.from({ length: 3000 }, (_, i) => `${hash}:${i}`);
    const ops = Array.from({ length: 40 }, () => set("row/1", "x", over));
    return [forger.write(first), forger.write(forger.next(ops, forger.tipOf(first)))];
  },
  "one entry at the size limit": (forger) => [forger.write(forger.next([set("row/1", "x".repeat(16_776_000))]))],
  "one entry above the size limit": (forger) => [forger.write(forger.next([set("row/1", "x".repeat(16_777_216))]))],
  "very many streams, each on the one before": (forger) => {
    const raws: SignedBytes[] = [];
    let tip = forger.tip;
    for (let i = forger.random.next(2) ? 6000 : 1500; i > 0; i--) {
      const body = forger.begin(tip, []);
      raws.push(forger.write(body, forger.stranger.key));
      tip = forger.tipOf(body);
    }
    return raws;
  },
  "very many forks of one entry": (forger) =>
    Array.from({ length: 2000 }, (_, i) => forger.write(forger.next([set(`row/${i % 3}`, `fork ${i}`)]))),
  "a long stream, last entry first": (forger) => {
    const raws: SignedBytes[] = [];
    let tip = forger.tip;
    for (let i = 0; i < 2000; i++) {
      const body = forger.next([set("row/1", `step ${i}`)], tip);
      raws.push(forger.write(body));
      tip = forger.tipOf(body);
    }
    return raws.reverse();
  },
  "a value at some depth": (forger) => {
    const depth = [50, 58, 59, 60, 61, 62, 63, 64, 65, 10_000, 1_000_000][forger.random.next(11)] ?? 0;
    const body = JSON.stringify(forger.next([set("row/1", "DEEP")])).replace('"DEEP"', nest(depth));
    const bytes = Buffer.from(body);
    return [{ bytes, sig: sign(null, hashOf(bytes), forger.author) }];
  },
};

export const craftedMutations: { [name: string]: SqlMutation } = {
  "an entry of the author that breaks a rule": (db, scene) => {
    const forger = new Forger(scene);
    const flaw = flaws[scene.random.next(flaws.length)] as (typeof flaws)[number];
    insertAll(db, [forger.write(flaw(forger.next(), forger))], scene.random);
  },
  "an entry of a stranger that breaks a rule": (db, scene) => {
    const forger = new Forger(scene);
    const flaw = flaws[scene.random.next(flaws.length)] as (typeof flaws)[number];
    const space = scene.random.next(2) ? "shared" : "internal";
    insertAll(
      db,
      [forger.write(flaw(forger.begin(forger.any(), undefined, space), forger), forger.stranger.key)],
      scene.random,
    );
  },
  "an entry under another's name": (db, scene) => {
    const forger = new Forger(scene);
    const { device } = createPerson(`Anna ${scene.base.name}`).deps;
    const claims = [
      forger.write(forger.next(), forger.stranger.key),
      forger.write({ ...forger.begin(), ops: [forger.open("shared", device.publicKey)] }, forger.stranger.key),
      forger.write({ ...forger.begin(), ops: [forger.open("shared", "00".repeat(32))] }, forger.stranger.key),
      forger.write({ ...forger.begin(), deps: [], lam: 1 }, forger.stranger.key),
    ];
    insertAll(db, [claims[scene.random.next(claims.length)] as SignedBytes], scene.random);
  },
  "an entry of the author in another spelling": (db, scene) => {
    const forger = new Forger(scene);
    const respell = respellings[scene.random.next(respellings.length)] as (typeof respellings)[number];
    const bytes = respell(Buffer.from(JSON.stringify(forger.next())));
    insertAll(db, [{ bytes, sig: sign(null, hashOf(bytes), forger.author) }], scene.random);
  },
  "another first entry": (db, scene) => {
    const forger = new Forger(scene);
    const root = forger.write({ ...forger.begin(), deps: [], lam: 1 }, forger.stranger.key);
    db.exec(scene.random.next(2) ? "DELETE FROM entry WHERE pos = 1" : "UPDATE entry SET pos = -pos");
    insertAll(db, [root], scene.random);
  },
  "a shared entry that rests on internal ones": (db, scene) => {
    const forger = new Forger(scene);
    const inner = forger.begin(forger.tip, [], "internal");
    const outer = forger.begin(forger.tipOf(inner));
    insertAll(
      db,
      [inner, outer].map((body) => forger.write(body, forger.stranger.key)),
      scene.random,
    );
  },
};

export const floodMutations: { [name: string]: SqlMutation } = Object.fromEntries(
  Object.entries(floods).map(([name, flood]): [string, SqlMutation] => {
    return [name, (db, scene) => insertAll(db, flood(new Forger(scene)), scene.random)];
  }),
);
