import { describe, expect, it } from "vitest";
import { readEntry, signEntry } from "../../../src-main/journal/core/entry.ts";
import { isSignedBy } from "../../../src-main/journal/core/keys.ts";
import type { Op } from "../../../src-main/journal/core/ops.ts";
import { readOp } from "../../../src-main/journal/core/ops.ts";
import { Undo } from "../../../src-main/journal/core/undo.ts";
import { generateDeviceKey } from "../../../src-main/journal/index.ts";
import { createSign, Replica } from "./world.ts";

const set: Op = { kind: "set", entity: "rfi/a", field: "x", value: 1, over: [] };

function change(replica: Replica, members: object): ReturnType<typeof signEntry> {
  const body = JSON.parse(Buffer.from(replica.compose([set]).bytes).toString("utf8"));
  return signEntry({ ...body, ...members }, replica.deps.device);
}

describe("an entry", () => {
  it.each([["Anna"], [null], [["Anna"]], [{ email: "anna@example.com" }], [{ name: "Anna", role: "x" }]])(
    "by %j has no author",
    (user) => {
      expect(readEntry(change(new Replica("Anna"), { user }).bytes)).toEqual({ rejected: "BAD_SHAPE" });
    },
  );

  it("of another engagement is refused at once, also when its causes are missing", () => {
    const anna = new Replica("Anna");
    const foreign = change(anna, { eng: "019a0000-0000-7000-8000-0000000000ff", deps: ["0".repeat(64)] });
    expect(anna.receive(foreign)).toEqual([{ status: "rejected", rejected: "WRONG_ENGAGEMENT" }]);
    expect(anna.state.waiting).toBe(0);
  });

  it("that is none is refused and changes nothing", () => {
    const anna = new Replica("Anna");
    const text = { bytes: Buffer.from("Anna was here"), sig: new Uint8Array(64) };
    expect(anna.receive(text)).toEqual([{ status: "rejected", rejected: "NOT_JSON" }]);
    expect(anna.state.entries).toBe(1);
  });

  it("that names its predecessor twice waits for it once", () => {
    const anna = new Replica("Anna");
    anna.write([set]);
    const prev = [...anna.ledger.graph.nodes.keys()].at(-1);
    const twice = change(anna, { deps: [prev] });
    const ben = new Replica("Ben", anna.genesis);
    expect(ben.receive(twice)).toMatchObject([{ status: "waiting", missing: [prev, prev] }]);
    expect(ben.receive(...anna.raws.slice(1))).toMatchObject([{ admitted: [{ hash: prev }, {}] }]);
    expect(ben.state.waiting).toBe(0);
  });
});

describe("an op", () => {
  const sign = { ...createSign("outbound", ["step/"]), covers: {} };
  const kindOf = (signer: unknown) => readOp({ ...sign, signer } as never).kind;

  it("is understood with every optional member and without", () => {
    expect(kindOf({ name: "Jan", role: "", organisation: "" })).toBe("sign");
    expect(kindOf({ name: "Jan", role: "", organisation: "", email: "jan@example.com" })).toBe("sign");
  });

  it("is opaque when a part of it is not of the known form", () => {
    expect(kindOf("Jan")).toBe("opaque");
    expect(kindOf({ name: "Jan", role: "", organisation: "", phone: "1" })).toBe("opaque");
    expect(kindOf({ name: "Jan", role: "", organisation: "", email: 1 })).toBe("opaque");
    expect(kindOf({ name: "Jan", role: "" })).toBe("opaque");
  });
});

describe("a sign-off", () => {
  it("is not disturbed by a covered name that is no cell", () => {
    const anna = new Replica("Anna");
    anna.set("step/a", "x", 1);
    const sign = createSign("outbound", ["step/b"]);
    anna.write([{ ...sign, covers: { "step/a": [] } }]);
    expect(anna.state.signOffs()).toMatchObject([{ state: "valid", reasons: [] }]);
  });
});

describe("a look-up", () => {
  it("finds nothing where nothing was written", () => {
    const anna = new Replica("Anna");
    const [id] = anna.write([set]);
    expect(anna.state.entity("rfi/b")).toBeUndefined();
    expect(anna.ledger.findHead(id as string)?.value).toBe(1);
    expect(anna.ledger.findHead(`${"0".repeat(64)}:0`)).toBeUndefined();
    expect(anna.ledger.findHead(`${id?.slice(0, 64)}:9`)).toBeUndefined();
  });
});

describe("a signature", () => {
  it("is verified however many keys were seen in between", () => {
    const { key } = generateDeviceKey();
    const data = Buffer.from("content");
    const signature = key.sign(data);
    expect(isSignedBy(key.publicKey, data, signature)).toBe(true);
    for (let i = 0; i < 300; i++) {
      const other = i.toString(16).padStart(64, "0");
      expect(isSignedBy(other, data, signature)).toBe(false);
    }
    expect(isSignedBy(key.publicKey, data, signature)).toBe(true);
    expect(isSignedBy(key.publicKey, Buffer.from("other"), signature)).toBe(false);
  });
});

describe("undo", () => {
  it("leaves what was there before", () => {
    const [set, map, list] = [new Set(["a", "b"]), new Map([["a", 1]]), ["a"]];
    const undo = new Undo();
    undo.insert(set, "a");
    undo.insert(set, "c");
    undo.remove(set, "b");
    undo.remove(set, "z");
    undo.put(map, "a", 2);
    undo.put(map, "b", 3);
    undo.drop(map, "a");
    undo.drop(map, "z");
    undo.push(list, "b");
    expect([[...set], [...map], list]).toEqual([["a", "c"], [["b", 3]], ["a", "b"]]);
    undo.run();
    expect([set, map, list]).toEqual([new Set(["a", "b"]), new Map([["a", 1]]), ["a"]]);
  });
});
