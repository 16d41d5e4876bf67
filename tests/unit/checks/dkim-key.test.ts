import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { base64ToBytes } from "../../../src-main/checks/dkim/base64.ts";
import { isKeyLike, parseKeyRecord } from "../../../src-main/checks/dkim/parse.ts";
import { readPublicKey } from "../../../src-main/checks/dkim/public-key.ts";
import { readSelectors } from "../../../src-main/checks/dkim/selectors.ts";
import { fc } from "../../support/fast-check.ts";
import { bareRsaKey, evenExponent, rsaRecord, toBase64, wrappedEd25519Key, wrappedRsaKey } from "./dkim-keys.ts";

describe("Base64", () => {
  test("reads what Node writes, with white space in it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(50), (bytes, at) => {
        const text = toBase64(bytes);
        expect(base64ToBytes(`${text.slice(0, at)} \t${text.slice(at)}`)).toEqual(Uint8Array.from(bytes));
      }),
    );
  });

  test.each(["A", "AAA", "AA-_", "AA=A", "AAAA=", "=", "AAAA\u00a0", "\u0130AAA"])("refuses “%s”", (text) => {
    expect(base64ToBytes(text)).toBeNull();
  });
});

describe("public keys", () => {
  test.each([512, 768, 1_023, 1_024, 1_025, 2_047, 2_048, 3_072, 4_096, 8_192])("an RSA key of %i bits", (bits) => {
    expect(readPublicKey(wrappedRsaKey(bits))).toEqual({ kind: "rsa", form: "wrapped", bits });
    expect(readPublicKey(bareRsaKey(bits))).toEqual({ kind: "rsa", form: "bare", bits });
  });

  test.each([1_024, 2_048])("a key of %i bits as Node makes it", (modulusLength) => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength });
    const read = (type: "spki" | "pkcs1") => readPublicKey(publicKey.export({ type, format: "der" }));
    expect(read("spki")).toEqual({ kind: "rsa", form: "wrapped", bits: modulusLength });
    expect(read("pkcs1")).toEqual({ kind: "rsa", form: "bare", bits: modulusLength });
  });

  test("Ed25519 keys", () => {
    const { publicKey } = generateKeyPairSync("ed25519");
    const der = publicKey.export({ type: "spki", format: "der" });
    expect(readPublicKey(der)).toEqual({ kind: "ed25519", form: "wrapped" });
    expect(readPublicKey(der.subarray(-32))).toEqual({ kind: "ed25519", form: "bare" });
    expect(readPublicKey(wrappedEd25519Key)).toEqual({ kind: "ed25519", form: "wrapped" });
  });

  test.each<[string, Uint8Array, RegExp]>([
    [
      "an elliptic curve key",
      generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ type: "spki", format: "der" }),
      /algorithm that DKIM does not have/,
    ],
    [
      "a private key",
      generateKeyPairSync("rsa", { modulusLength: 1_024 }).privateKey.export({ type: "pkcs8", format: "der" }),
      /exponent|modulus|sequence/,
    ],
    ["a key cut short", wrappedRsaKey(2_048).subarray(0, 200), /cut short/],
    ["a key with more behind it", Buffer.concat([wrappedRsaKey(2_048), Buffer.from([0])]), /1 bytes follow/],
    ["one byte", Buffer.from([0x30]), /ends too early/],
    ["text", Buffer.from("-----BEGIN PUBLIC KEY-----"), /no sequence/],
    ["an endless length", Buffer.from([0x30, 0x80, 0x02, 0x01]), /length/],
    ["a length of five bytes", Buffer.from([0x30, 0x85, 1, 1, 1, 1, 1]), /length/],
    ["a modulus of zero", Buffer.from([0x30, 6, 2, 1, 0, 2, 1, 3]), /modulus of the key is zero/],
    ["an even exponent", bareRsaKey(2_048, evenExponent), /exponent/],
  ])("%s is named", (_, bytes, problem) => {
    expect(readPublicKey(bytes)).toEqual({ kind: "unreadable", problem: expect.stringMatching(problem) });
  });

  test("any bytes are read, and those of a key with one byte changed", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => void readPublicKey(bytes)),
      { numRuns: 2_000 },
    );
    const key = wrappedRsaKey(1_024);
    fc.assert(
      fc.property(fc.nat(key.length - 1), fc.nat(255), (at, byte) => {
        const changed = Uint8Array.from(key);
        changed[at] = byte;
        const read = readPublicKey(changed);
        if (read.kind === "rsa") expect(read.bits).toBeLessThanOrEqual(key.length * 8);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("key records", () => {
  const p = toBase64(wrappedRsaKey(2_048));
  test.each<[string, string, object]>([
    ["the least there is", `p=${p}`, { algorithm: "rsa", problems: [], services: ["*"], flags: [], hashes: null }],
    [
      "every tag",
      `v=DKIM1; h=sha256 : sha1; k=rsa; n=a note; s=email:other; t=y:s; p=${p}`,
      { problems: [], hashes: ["sha256", "sha1"], services: ["email", "other"], flags: ["y", "s"] },
    ],
    [
      "white space and a final semicolon",
      ` v = DKIM1 ;\tp = ${p.slice(0, 50)} ${p.slice(50)} ; `,
      { problems: [], key: { kind: "rsa", bits: 2_048 } },
    ],
    ["an unknown tag", `v=DKIM1; x=1; p=${p}`, { problems: [] }],
    ["a revoked key", "v=DKIM1; p=", { key: null, problems: [] }],
    ["no p", "v=DKIM1; k=rsa", { key: null, problems: [expect.stringContaining("no “p”")] }],
    ["another version", `v=DKIM2; p=${p}`, { problems: [expect.stringContaining("DKIM2")] }],
    ["the version behind", `k=rsa; v=DKIM1; p=${p}`, { problems: [expect.stringContaining("not the first")] }],
    ["a tag twice", `v=DKIM1; p=${p}; p=`, { problems: [expect.stringContaining("twice")] }],
    ["a broken key", `v=DKIM1; p=${p}!`, { problems: [expect.stringContaining("Base64")] }],
    ["a word without a sign", `v=DKIM1; rsa; p=${p}`, { problems: [expect.stringContaining("not a tag")] }],
    ["an SPF record", "v=spf1 -all", { problems: [expect.anything(), expect.anything()] }],
  ])("%s", (_, text, wanted) => {
    expect(parseKeyRecord(text)).toMatchObject(wanted);
  });

  test("any text is read", () => {
    const text = fc.oneof(
      fc.string(),
      fc.string().map((end) => `v=DKIM1; p=${end}`),
      fc.string().map((end) => `${rsaRecord(1_024)};${end}`),
    );
    fc.assert(
      fc.property(text, (one) => void [isKeyLike(one), parseKeyRecord(one)]),
      { numRuns: 2_000 },
    );
  });

  test("tells keys from other texts", () => {
    expect([rsaRecord(1_024), `p=${p}`, "k=rsa; p="].map(isKeyLike)).toEqual([true, true, true]);
    expect(["v=spf1 -all", "google-site-verification=abc", ""].map(isKeyLike)).toEqual([false, false, false]);
  });
});

describe("selectors of an answer", () => {
  test.each<[string, string[], string[]]>([
    ["", [], []],
    ["s1", ["s1"], []],
    ["s1, S2; s3\ns1", ["s1", "s2", "s3"], []],
    ["s1._domainkey.acme.example.", ["s1"], []],
    ["mail.2026", ["mail.2026"], []],
    ["under_score -bad two..dots é", ["under_score"], ["-bad", "two..dots", "é"]],
    ["a".repeat(64), [], ["a".repeat(64)]],
  ])("“%s”", (answer, selectors, unreadable) => {
    expect(readSelectors(answer)).toEqual({ selectors, unreadable });
  });

  test("any answer is read within bounds", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 5_000 }), (answer) => {
        const { selectors, unreadable } = readSelectors(answer);
        expect(selectors.length + unreadable.length).toBeLessThanOrEqual(20);
        for (const selector of selectors) expect(selector).toMatch(/^[a-z0-9_.-]{1,200}$/);
      }),
    );
    expect(readSelectors(undefined)).toEqual({ selectors: [], unreadable: [] });
    expect(readSelectors(5)).toEqual({ selectors: [], unreadable: [] });
  });
});
