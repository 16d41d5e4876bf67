import { describe, expect, it } from "vitest";
import { completeOps, composeEntry } from "../../../src-main/journal/authoring.ts";
import { type EntryBody, signEntry } from "../../../src-main/journal/core/entry.ts";
import type { Receipt } from "../../../src-main/journal/core/ledger.ts";
import { describeState, Replica } from "./world.ts";

const statusOf = (receipts: Receipt[]): string[] =>
  receipts.map((receipt) => (receipt.status === "rejected" ? receipt.rejected : receipt.status));

/** The entry `author` would write next, changed by hand and signed again. */
function forge(author: Replica, change: (body: EntryBody) => Partial<EntryBody>): ReturnType<typeof signEntry> {
  const completed = completeOps([{ kind: "set", entity: "a", field: "b", value: 9 }], author.ledger);
  if ("refused" in completed) throw new Error(completed.refused);
  const body = composeEntry(completed, author.writer, author.ledger);
  return signEntry({ ...body, ...change(body) }, author.deps.device);
}

function createPair(): { anna: Replica; ben: Replica } {
  const anna = new Replica("Anna", undefined, { isSigning: true });
  return { anna, ben: new Replica("Ben", anna.genesis, { isSigning: true }) };
}

describe("admission", () => {
  it("keeps an entry waiting until its causes are here, then admits the whole chain", () => {
    const { anna, ben } = createPair();
    for (const value of [1, 2, 3]) anna.set("a", "b", value);
    const [, first, second, third] = anna.raws;
    if (!first || !second || !third) throw new Error("three entries were written");
    expect(statusOf(ben.receive(third, second))).toEqual(["waiting", "waiting"]);
    expect(ben.state.get("a", "b")).toBeUndefined();
    expect(statusOf(ben.receive(second))).toEqual(["known"]);
    const [receipt] = ben.receive(first);
    expect(receipt?.status === "admitted" && receipt.admitted.length).toBe(3);
    expect(ben.state.waiting).toBe(0);
    expect(describeState(ben)).toBe(describeState(anna));
  });

  it("never lets an author name an entry that waits", () => {
    const { anna, ben } = createPair();
    anna.set("a", "b", 1);
    anna.set("a", "b", 2);
    const [, first, second] = anna.raws;
    if (!first || !second) throw new Error("two entries were written");
    ben.receive(second);
    ben.set("a", "b", 3);
    ben.receive(first);
    expect(ben.state.get("a", "b")?.conflict).toBe(true);
    expect(
      ben.state
        .get("a", "b")
        ?.heads.map((head) => head.value)
        .sort(),
    ).toEqual([2, 3]);
  });

  it("drops a waiting entry that proves wrong, and keeps the one it waited for", () => {
    const { anna, ben } = createPair();
    anna.set("a", "b", 1);
    const forged = forge(anna, (body) => ({ lam: body.lam + 5 }));
    expect(statusOf(ben.receive(forged))).toEqual(["waiting"]);
    const [receipt] = ben.receive(...anna.raws.slice(1));
    expect(receipt?.status === "admitted" && [receipt.admitted.length, receipt.dropped.length]).toEqual([1, 1]);
    expect(ben.state.waiting).toBe(0);
  });

  it.each<[string, (body: EntryBody) => Partial<EntryBody>]>([
    ["BAD_LAM", (body) => ({ lam: body.lam + 1 })],
    ["BAD_LAM", (body) => ({ lam: body.lam - 1 })],
    ["BAD_CHAIN", (body) => ({ seq: body.seq + 1 })],
    ["BAD_CHAIN", () => ({ stream: "f".repeat(32) })],
    ["WRONG_ENGAGEMENT", () => ({ eng: "019a0000-0000-7000-8000-0000000000ff" })],
    ["NOT_IN_PAST", (body) => ({ ops: [{ ...body.ops[0], over: [`${"e".repeat(64)}:0`] }] })],
    ["NOT_IN_PAST", (body) => ({ ops: [{ ...body.ops[0], over: [`${body.prev}:7`] }] })],
    ["NOT_IN_PAST", (body) => ({ ops: [{ kind: "newer", over: ["anything"] }, ...body.ops] })],
  ])("rejects %s", (code, change) => {
    const { anna } = createPair();
    anna.set("a", "b", 1);
    const before = describeState(anna);
    expect(statusOf(anna.receive(forge(anna, change)))).toEqual([code]);
    expect(describeState(anna)).toBe(before);
  });

  it("rejects an op that replaces a version its author had not seen", () => {
    const { anna, ben } = createPair();
    const unseen = anna.set("a", "b", 1);
    const forged = forge(ben, (body) => ({ ops: [body.ops[0] ?? {}, { ...body.ops[1], over: [unseen] }] }));
    ben.receive(...anna.raws);
    expect(statusOf(ben.receive(forged))).toEqual(["NOT_IN_PAST"]);
  });

  it("rejects a wrong signature, also one of another device", () => {
    const { anna, ben } = createPair();
    anna.set("a", "b", 1);
    const [, entry] = anna.raws;
    if (!entry) throw new Error("an entry was written");
    const flipped = Buffer.from(entry.sig);
    flipped[5] = (flipped[5] ?? 0) ^ 1;
    expect(statusOf(ben.receive({ bytes: entry.bytes, sig: flipped }))).toEqual(["BAD_SIGNATURE"]);
    const body = JSON.parse(Buffer.from(entry.bytes).toString());
    expect(statusOf(ben.receive(signEntry(body, ben.deps.device)))).toEqual(["BAD_SIGNATURE"]);
    expect(statusOf(ben.receive(entry))).toEqual(["admitted"]);
  });

  it("rejects the first entry of another engagement", () => {
    const { anna } = createPair();
    const other = new Replica("Cora", undefined, { isSigning: true });
    expect(statusOf(anna.receive(other.genesis))).toEqual(["WRONG_GENESIS"]);
  });

  it("admits both branches of a stream that was copied while it wrote, and says so", () => {
    const { anna } = createPair();
    anna.set("a", "b", 1);
    const twin = anna.copy("Anna");
    twin.writer.session = anna.writer.session && { ...anna.writer.session };
    (twin.deps as { device: unknown }).device = anna.deps.device;
    anna.set("a", "b", 2);
    twin.set("a", "b", 3);
    twin.set("a", "c", 4);
    anna.receive(...twin.raws);
    twin.receive(...anna.raws);
    expect(describeState(anna)).toBe(describeState(twin));
    expect(anna.state.forks().map(({ seq }) => seq)).toEqual([2]);
    expect(anna.state.get("a", "b")?.conflict).toBe(true);
    anna.set("a", "b", 5);
    expect(anna.state.conflicts()).toEqual([]);
  });

  it("knows who had seen what across streams and forks", () => {
    const { anna, ben } = createPair();
    const a = anna.set("a", "b", 1).slice(0, 64);
    const b = ben.set("a", "c", 1).slice(0, 64);
    ben.receive(...anna.raws);
    const c = ben.set("a", "d", 1).slice(0, 64);
    expect(ben.ledger.isKnownTo(c, a)).toBe(true);
    expect(ben.ledger.isKnownTo(b, a)).toBe(false);
    expect(ben.ledger.isKnownTo(a, b)).toBe(false);
    expect(ben.ledger.isKnownTo(a, a)).toBe(false);
    expect(ben.ledger.isKnownTo(c, "0".repeat(64))).toBe(false);
  });

  it("names as causes only what nothing else rests on", () => {
    const { anna, ben } = createPair();
    for (const value of [1, 2, 3]) anna.set("a", "b", value);
    for (const value of [4, 5]) ben.set("a", "c", value);
    const depsOf = (replica: Replica): number[] =>
      replica.raws.map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()).deps.length);
    expect(depsOf(anna)).toEqual([0, 0, 0, 0]);
    expect(depsOf(ben)).toEqual([0, 1, 0]);
    anna.receive(...ben.raws);
    expect(anna.ledger.graph.frontier.size).toBe(2);
    anna.set("a", "d", 6);
    expect(depsOf(anna).at(-1)).toBe(1);
    expect(anna.ledger.graph.frontier.size).toBe(1);
  });

  it("takes an action back without a trace", () => {
    const { anna } = createPair();
    anna.set("a", "b", 1);
    const before = describeState(anna);
    anna.fail({ kind: "set", entity: "a", field: "b", value: 2 });
    anna.fail({ kind: "set", entity: "z", field: "b", value: 2 }, { kind: "delete", entity: "a" });
    anna.fail({ kind: "export", step: "rfi", sign: null, sha256: "a".repeat(64), revision: 1 });
    expect(describeState(anna)).toBe(before);
  });
});
