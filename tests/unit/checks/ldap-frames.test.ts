import { describe, expect, it } from "vitest";
import { Frames, NotLdap } from "../../../src-main/checks/ldap/frames.ts";
import { fc } from "../../support/fast-check.ts";

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));
/** Success of a bind: message 1, result 0, no matched name, no words (RFC 4511 4.2.2). */
const bound = "300c 020101 6107 0a0100 0400 0400";

/** Sequences within sequences. */
const nest = (depth: number): string => {
  const inner = depth === 0 ? "" : nest(depth - 1);
  return `30${(inner.length / 2).toString(16).padStart(2, "0")}${inner}`;
};

describe("messages cut from a stream of LDAP", () => {
  it("come whole, however the bytes arrive", () => {
    const bytes = hex(`${bound}${bound}`);
    const one = new Frames();
    expect(one.take(bytes)).toEqual([hex(bound), hex(bound)]);
    const two = new Frames();
    expect([...bytes].flatMap((byte) => two.take(Uint8Array.of(byte)))).toEqual([hex(bound), hex(bound)]);
  });
  it("may have lengths of several bytes", () => {
    const entry = `30 82 0009 020101 6484 00000000`;
    expect(new Frames().take(hex(entry))).toEqual([hex(entry)]);
  });
  it("wait for the rest of their head and body", () => {
    expect(new Frames().take(hex("30"))).toEqual([]);
    expect(new Frames().take(hex("3082 01"))).toEqual([]);
    expect(new Frames().take(hex("300c 020101"))).toEqual([]);
  });
  it.each([
    ["begin as something else", "0203010203"],
    ["have no definite length", "3080 020101 0000"],
    ["have a length of five bytes", "3085 0000000000"],
    ["are larger than any honest one", "3084 7fffffff"],
    ["hold an element that is longer than they are", "300c 020101 61ff 0a0100 0400 0400"],
    ["hold an element whose own elements do not fill it", "300c 020101 6107 0a0100 0400 0401"],
    ["hold a tag of several bytes", "3005 1f8101 0100"],
    ["nest without end", nest(20)],
  ])("are refused when they %s", (_, text) => {
    expect(() => new Frames().take(hex(text))).toThrow(NotLdap);
  });
  it("are refused or waited for, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 }), (pieces) => {
        const frames = new Frames();
        try {
          for (const piece of pieces) frames.take(piece);
        } catch (error) {
          expect(error).toBeInstanceOf(NotLdap);
        }
      }),
    );
  });
});
