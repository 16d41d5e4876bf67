import { describe, expect, it } from "vitest";
import { listHistory } from "../../../src-main/journal/history.ts";
import { Replica } from "./world.ts";

function createPair(): { anna: Replica; ben: Replica; sync(): void } {
  const anna = new Replica("Anna");
  const ben = new Replica("Ben", anna.genesis);
  const sync = (): void => {
    ben.receive(...anna.raws);
    anna.receive(...ben.raws);
  };
  return { anna, ben, sync };
}

describe("a cell", () => {
  it("settles on the write that knew the others", () => {
    const { anna, ben, sync } = createPair();
    anna.set("a", "b", "first");
    sync();
    ben.set("a", "b", "second");
    sync();
    expect(anna.state.get("a", "b")).toMatchObject({ value: "second", conflict: false });
    expect(anna.state.get("a", "b")?.heads).toHaveLength(1);
    expect(anna.state.get("a", "b")?.heads[0]).toMatchObject({ author: { name: "Ben" }, value: "second" });
  });

  it("shows every version of a parallel change, and the highest as provisional", () => {
    const { anna, ben, sync } = createPair();
    anna.set("a", "b", "Anna's");
    ben.set("x", "y", "deeper");
    ben.set("a", "b", "Ben's");
    sync();
    expect(anna.state.conflicts()).toHaveLength(1);
    expect(anna.state.get("a", "b")).toMatchObject({ value: "Ben's", conflict: true });
    expect(anna.state.get("a", "b")?.heads.map((head) => head.value)).toEqual(["Ben's", "Anna's"]);
    anna.set("a", "b", "agreed");
    sync();
    expect(ben.state.conflicts()).toEqual([]);
    expect(ben.state.get("a", "b")?.value).toBe("agreed");
  });

  it("collapses equal parallel values", () => {
    const { anna, ben, sync } = createPair();
    anna.act({ kind: "set", entity: "a", field: "b", value: { x: 1, y: 2 } });
    ben.act({ kind: "set", entity: "a", field: "b", value: { y: 2, x: 1 } });
    sync();
    expect(anna.state.get("a", "b")).toMatchObject({ conflict: false });
    expect(anna.state.get("a", "b")?.heads).toHaveLength(2);
  });

  it("holds an attachment as a value", () => {
    const { anna } = createPair();
    const blob = "b".repeat(64);
    anna.act({
      kind: "attach",
      entity: "evidence/1",
      blob,
      name: "mx.png",
      type: "image/png",
      size: 12,
      meta: { by: "Anna" },
    });
    expect(anna.state.get("evidence/1", "attachment")?.value).toEqual({
      blob,
      name: "mx.png",
      type: "image/png",
      size: 12,
      meta: { by: "Anna" },
    });
  });
});

describe("a deletion", () => {
  it("hides the entity for everyone who did not change it meanwhile", () => {
    const { anna, ben, sync } = createPair();
    anna.set("a", "b", 1);
    anna.set("a", "c", 2);
    sync();
    ben.act({ kind: "delete", entity: "a" });
    sync();
    expect(anna.state.entity("a")).toBeUndefined();
    expect(anna.state.get("a", "b")).toBeUndefined();
    expect(anna.state.entities("")).toEqual([]);
    expect(anna.state.conflicts()).toEqual([]);
  });

  it("conflicts with a parallel edit, and a set restores", () => {
    const { anna, ben, sync } = createPair();
    anna.set("a", "b", 1);
    anna.set("a", "c", 1);
    sync();
    anna.act({ kind: "delete", entity: "a" });
    ben.set("a", "b", 2);
    sync();
    expect(anna.state.conflicts().map((cell) => cell.field)).toEqual(["b"]);
    expect(
      anna.state
        .get("a", "b")
        ?.heads.map((head) => head.deleted ?? false)
        .sort(),
    ).toEqual([false, true]);
    expect([...(anna.state.entity("a")?.keys() ?? [])]).toEqual(["b"]);
    anna.set("a", "b", 2);
    sync();
    expect(ben.state.conflicts()).toEqual([]);
    expect(ben.state.get("a", "b")?.value).toBe(2);
  });

  it("conflicts with a parallel write of a new field", () => {
    const { anna, ben, sync } = createPair();
    anna.set("a", "b", 1);
    sync();
    anna.act({ kind: "delete", entity: "a" });
    ben.set("a", "new", 2);
    sync();
    expect(anna.state.conflicts().map((cell) => cell.field)).toEqual(["new"]);
  });

  it("made twice in parallel is one deletion", () => {
    const { anna, ben, sync } = createPair();
    anna.set("a", "b", 1);
    sync();
    anna.act({ kind: "delete", entity: "a" });
    ben.act({ kind: "delete", entity: "a" });
    sync();
    expect(anna.state.conflicts()).toEqual([]);
    anna.set("a", "b", 3);
    expect(anna.state.get("a", "b")).toMatchObject({ value: 3, conflict: false });
  });
});

describe("entities", () => {
  it("are listed by prefix in order of first appearance", () => {
    const { anna } = createPair();
    for (const id of ["row/2", "row/1", "other", "row/3"]) anna.set(id, "x", 1);
    anna.set("row/2", "x", 2);
    anna.act({ kind: "delete", entity: "row/3" });
    expect(anna.state.entities("row/")).toEqual(["row/2", "row/1"]);
  });
});

describe("an action", () => {
  it("is refused when it cannot be kept", () => {
    const { anna } = createPair();
    const before = anna.state.entries;
    const set = { kind: "set" as const, entity: "a", field: "b", value: 1 };
    expect(anna.act()).toMatch(/without a change/);
    expect(anna.act(set, { ...set, value: 2 })).toMatch(/twice/);
    expect(anna.act({ ...set, value: Number.NaN })).toMatch(/JSON/);
    expect(anna.act({ ...set, entity: "a#b" })).toMatch(/form/);
    expect(anna.act({ ...set, field: "" })).toMatch(/form/);
    expect(anna.act({ kind: "reopen", step: "rfi", voids: [], reason: "x" })).toMatch(/names the sign-off/);
    expect(anna.act({ kind: "reopen", step: "rfi", voids: [`${"a".repeat(64)}:0`], reason: "x" })).toMatch(
      /not in this file/,
    );
    expect(anna.state.entries).toBe(before);
  });
});

describe("history", () => {
  it("tells old and new values, newest first, filtered", () => {
    const { anna, ben, sync } = createPair();
    anna.set("a", "b", 1);
    sync();
    ben.set("a", "b", 2);
    ben.set("z", "b", 3);
    ben.act({ kind: "delete", entity: "a" });
    const items = listHistory(ben.ledger, { entityPrefix: "a" });
    expect(items.map(({ ops }) => [ops[0]?.kind, ops[0]?.before, ops[0]?.after])).toEqual([
      ["delete", undefined, undefined],
      ["set", 1, 2],
      ["set", undefined, 1],
    ]);
    expect(listHistory(ben.ledger, { author: "Anna" })).toHaveLength(2);
    const [newest, next] = listHistory(ben.ledger, { limit: 2 });
    const before = { lam: newest?.lam ?? 0, hash: newest?.entry ?? "" };
    expect(listHistory(ben.ledger, { before, limit: 1 })).toEqual([next]);
  });
});
