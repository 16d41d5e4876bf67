import { describe, expect, it } from "vitest";
import {
  type Entry,
  isRejection,
  MAX_ENTRY_BYTES,
  readEntry,
  signEntry,
} from "../../../src-main/journal/core/entry.ts";
import { isUuidV7 } from "../../../src-main/journal/core/ids.ts";
import { canonicalJson, isJson, nestingDepth } from "../../../src-main/journal/core/json.ts";
import { isSignedBy } from "../../../src-main/journal/core/keys.ts";
import { createDeviceKey, generateDeviceKey } from "../../../src-main/journal/device-key.ts";
import { createUuidV7 } from "../../../src-main/journal/uuid.ts";
import { createTestDeps, Replica } from "./world.ts";

const genesisText = (): string => Buffer.from(new Replica("Anna").genesis.bytes).toString("utf8");
const verdict = (text: string | Uint8Array): string => {
  const result = readEntry(typeof text === "string" ? Buffer.from(text) : text);
  return isRejection(result) ? result.rejected : "accepted";
};

describe("entry bytes", () => {
  it("are accepted in their one spelling and in no other", () => {
    const text = genesisText();
    expect(verdict(text)).toBe("accepted");
    expect(verdict(` ${text}`)).toBe("NOT_CANONICAL");
    expect(verdict(text.replace('{"v":1', '{"v":1,"v":1'))).toBe("NOT_CANONICAL");
    expect(verdict(text.replace('"lam":1,', '"lam":1.0,'))).toBe("NOT_CANONICAL");
    expect(verdict(text.replace("UTC", "\\u0055TC"))).toBe("NOT_CANONICAL");
    expect(verdict(`\ufeff${text}`)).toBe("NOT_JSON");
    expect(verdict(text.slice(0, -1))).toBe("NOT_JSON");
    expect(verdict(Buffer.concat([Buffer.from(text.slice(0, -2)), Buffer.from([0xff])]))).toBe("NOT_JSON");
  });

  it("have the members of the format in its order", () => {
    const body = JSON.parse(genesisText());
    const { v, ...rest } = body;
    expect(verdict(JSON.stringify({ ...rest, v }))).toBe("BAD_SHAPE");
    expect(verdict(JSON.stringify({ ...body, extra: 1 }))).toBe("BAD_SHAPE");
    expect(verdict(JSON.stringify({ ...body, v: 2 }))).toBe("NEWER_VERSION");
    expect(verdict("[]")).toBe("BAD_SHAPE");
    expect(verdict("null")).toBe("BAD_SHAPE");
    expect(verdict('{"rejected":"x"}')).toBe("BAD_SHAPE");
    const broken = {
      eng: "x",
      stream: "AB",
      seq: 1,
      prev: "x",
      deps: ["b".repeat(64), "a".repeat(64)],
      lam: -1,
      wall: 1,
      mono: 0.5,
      user: { name: "A", phone: "1" },
      ops: [],
    };
    for (const [key, value] of Object.entries(broken))
      expect(verdict(JSON.stringify({ ...body, [key]: value })), key).toBe("BAD_SHAPE");
  });

  it("start a stream with one open op, in front, and hold no other", () => {
    const body = JSON.parse(genesisText());
    const [open] = body.ops;
    const set = { kind: "set", entity: "a", field: "b", value: 1, over: [] };
    expect(verdict(JSON.stringify({ ...body, ops: [open, set] }))).toBe("accepted");
    expect(verdict(JSON.stringify({ ...body, ops: [set] }))).toBe("BAD_SHAPE");
    expect(verdict(JSON.stringify({ ...body, ops: [open, open] }))).toBe("BAD_SHAPE");
    expect(verdict(JSON.stringify({ ...body, ops: [{ ...open, device: "no key" }] }))).toBe("BAD_SHAPE");
  });

  it("cannot exhaust the reader by depth or size", () => {
    const body = JSON.parse(genesisText());
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    expect(verdict(JSON.stringify(body).replace('"wall":"', `"wall":${deep},"x":"`))).toBe("BAD_SHAPE");
    expect(verdict(Buffer.alloc(MAX_ENTRY_BYTES + 1, 0x20))).toBe("TOO_LARGE");
    expect(nestingDepth('{"a":"[[[[\\"[[","b":[1]}')).toBe(2);
  });

  it("keep ops of newer programs opaque", () => {
    const body = JSON.parse(genesisText());
    const set = { kind: "set", entity: "a", field: "b", value: 1, over: [] };
    const kinds = (op: object): string | undefined =>
      (readEntry(Buffer.from(JSON.stringify({ ...body, ops: [...body.ops, op] }))) as Entry).ops[1]?.kind;
    expect(kinds(set)).toBe("set");
    expect(kinds({ ...set, unit: "h" })).toBe("opaque");
    expect(kinds({ ...set, entity: "a#b" })).toBe("opaque");
    expect(kinds({ kind: "increment" })).toBe("opaque");
    expect(kinds({ kind: "toString" })).toBe("opaque");
    expect(kinds({})).toBe("opaque");
  });
});

describe("values", () => {
  it("are equal whatever the order of their keys", () => {
    expect(canonicalJson({ a: 1, b: [{ d: null, c: "x" }] })).toBe(canonicalJson({ b: [{ c: "x", d: null }], a: 1 }));
    expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
  });

  it("are JSON or refused", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    for (const bad of [
      undefined,
      Number.NaN,
      new Date(),
      new Map(),
      cycle,
      { a: undefined },
      () => 1,
      1n,
      new Array(2),
    ]) {
      expect(isJson(bad)).toBe(false);
    }
    expect(isJson({ a: [null, true, 1, "x", Object.create(null)] })).toBe(true);
  });
});

describe("device keys", () => {
  it("sign the hash of the bytes and survive storage as PEM", () => {
    const { key, pem } = generateDeviceKey();
    const again = createDeviceKey(pem);
    expect(again.publicKey).toBe(key.publicKey);
    const data = Buffer.from("content");
    expect(isSignedBy(key.publicKey, data, again.sign(data))).toBe(true);
    expect(isSignedBy(generateDeviceKey().key.publicKey, data, key.sign(data))).toBe(false);
    expect(isSignedBy("zz", data, key.sign(data))).toBe(false);
    expect(isSignedBy(key.publicKey, data, Buffer.alloc(3))).toBe(false);
    expect(() => createDeviceKey("nonsense")).toThrow();
  });

  it("sign every entry", () => {
    const replica = new Replica("Anna", undefined, { isSigning: true });
    const { bytes } = signEntry(JSON.parse(Buffer.from(replica.genesis.bytes).toString()), replica.deps.device);
    expect(Buffer.from(bytes).equals(Buffer.from(replica.genesis.bytes))).toBe(true);
  });
});

it("engagement ids are UUID version 7 and carry the time", () => {
  const { clock, random } = createTestDeps();
  const id = createUuidV7(clock, random);
  expect(isUuidV7(id)).toBe(true);
  expect(Number.parseInt(id.replace("-", "").slice(0, 12), 16)).toBe(Date.UTC(2026, 10, 23, 9, 0, 0));
});
