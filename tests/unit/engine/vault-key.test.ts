import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { createRecoveryCode, readRecoveryCode } from "../../../src-main/engine/recovery-code.ts";
import {
  unwrapWithDevice,
  unwrapWithPassphrase,
  unwrapWithRecovery,
  type VaultKeyDocument,
  VaultKeyStore,
  wrapForRecovery,
  wrapForUse,
} from "../../../src-main/engine/vault-key.ts";
import { generateDeviceKey, type Random } from "../../../src-main/journal/index.ts";
import { createRandom } from "../../proof/proof.ts";

const SEED = 20_260_823;
const key = Uint8Array.from({ length: 32 }, (_value, index) => index * 7);
const PASSPHRASE = "correct horse battery";

/** Random bytes that follow from the seed. */
const seeded = (seed = SEED): Random => createRandom(seed);

function secretOf(code: string): Uint8Array {
  const read = readRecoveryCode(code);
  if ("wrongGroups" in read) throw new Error(`seed ${SEED}: ${code} cannot be read`);
  return read.secret;
}

describe("a recovery code", () => {
  test("is eight groups of five letters that nobody mistakes, and 160 bits", () => {
    const code = createRecoveryCode(seeded());
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){7}[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(secretOf(code)).toEqual(seeded().bytes(20));
  });

  test("is read as people write: small letters, blanks, O for 0, I and l for 1", () => {
    const random = seeded();
    for (let i = 0; i < 50; i++) {
      const code = createRecoveryCode(random);
      const written = code
        .replaceAll("0", "O")
        .replace("1", "I")
        .replaceAll("1", "l")
        .replaceAll("-", "  ")
        .toLowerCase();
      expect(secretOf(written), `seed ${SEED}, code ${i}`).toEqual(secretOf(code));
    }
  });

  test("names the group with a slip in 30 of 31 cases, and swapped groups", () => {
    const random = seeded();
    let found = 0;
    const tries = 400;
    for (let i = 0; i < tries; i++) {
      const code = createRecoveryCode(random);
      const at = (i * 7) % code.length;
      const letter = code[at] ?? "";
      const other = letter === "-" ? "" : letter === "7" ? "8" : "7";
      const read = readRecoveryCode(code.slice(0, at) + other + code.slice(at + 1));
      // Leaving a hyphen out is no slip.
      if (letter === "-") expect(read).toHaveProperty("secret");
      if (letter === "-" || "wrongGroups" in read) found++;
      if ("wrongGroups" in read) expect(read.wrongGroups, `seed ${SEED}, code ${i}`).toEqual([Math.floor(at / 6) + 1]);
    }
    expect(found / tries).toBeGreaterThan(30 / 32);
    const [first = "", second = "", ...rest] = createRecoveryCode(seeded(1)).split("-");
    expect(readRecoveryCode([second, first, ...rest].join("-"))).toEqual({ wrongGroups: [1, 2] });
  });

  test.each(["", "AAAAA", "-", "U".repeat(40), "0".repeat(41)])("is not %j", (text) => {
    expect(readRecoveryCode(text)).toHaveProperty("wrongGroups");
  });
});

describe("a wrapped vault key", { timeout: 60_000 }, () => {
  const { key: device } = generateDeviceKey();
  const { key: other } = generateDeviceKey();

  test("is opened by the device it was wrapped for and by no other", async () => {
    const access = await wrapForUse(key, { device, passphrase: null, random: seeded() });
    expect(unwrapWithDevice(access, device)).toEqual(key);
    expect(unwrapWithDevice(access, other)).toBeNull();
    expect(await unwrapWithPassphrase(access, PASSPHRASE, device)).toBeNull();
  });

  test("behind a passphrase wants passphrase and device", async () => {
    const access = await wrapForUse(key, { device, passphrase: "Schlüsselwörter", random: seeded() });
    expect(await unwrapWithPassphrase(access, "Schlüsselwörter".normalize("NFD"), device)).toEqual(key);
    expect(await unwrapWithPassphrase(access, "Schlusselworter", device)).toBeNull();
    expect(await unwrapWithPassphrase(access, "Schlüsselwörter", other)).toBeNull();
    expect(unwrapWithDevice(access, device)).toBeNull();
  });

  test("is opened by its recovery code alone, and changed by one bit not at all", async () => {
    const code = createRecoveryCode(seeded());
    const recovery = await wrapForRecovery(key, secretOf(code), seeded(2));
    expect(await unwrapWithRecovery(recovery, secretOf(code))).toEqual(key);
    expect(await unwrapWithRecovery(recovery, secretOf(createRecoveryCode(seeded(3))))).toBeNull();
    const box = Buffer.from(recovery.box, "base64");
    box[20] = (box[20] ?? 0) ^ 1;
    expect(await unwrapWithRecovery({ ...recovery, box: box.toString("base64") }, secretOf(code))).toBeNull();
  });

  test("cannot be passed off as one of another kind", async () => {
    const secret = secretOf(createRecoveryCode(seeded()));
    const recovery = await wrapForRecovery(key, secret, seeded());
    const access = await wrapForUse(key, { device, passphrase: null, random: seeded() });
    expect(await unwrapWithRecovery({ ...recovery, box: access.box }, secret)).toBeNull();
    expect(unwrapWithDevice({ kind: "device", box: recovery.box }, device)).toBeNull();
  });
});

describe("the file of the wrapped key", () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  const newPath = () => {
    const folder = mkdtempSync(join(tmpdir(), "fieldbook-key-"));
    folders.push(folder);
    return join(folder, "vault-key.json");
  };
  const document: VaultKeyDocument = {
    version: 1,
    encrypted: true,
    autoLockMinutes: 15,
    access: { kind: "device", box: "AAAA" },
    recovery: { kdf: "scrypt-17-8-1", salt: "AAAA", box: "AAAA" },
  };

  test("is there twice, for its owner only, and holds no key", () => {
    const path = newPath();
    const store = new VaultKeyStore(path);
    expect(store.read()).toBeNull();
    store.write(document);
    for (const file of [path, `${path}.second`]) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(new VaultKeyStore(path).read()).toEqual(document);
    store.remove();
    expect(readdirSync(join(path, ".."))).toEqual([]);
  });

  test.each(["", ".second"])("outlives the loss or damage of one of the two (vault-key.json%s)", (suffix) => {
    const path = newPath();
    const store = new VaultKeyStore(path);
    store.write(document);
    rmSync(path + suffix);
    expect(store.read()).toEqual(document);
    expect(existsSync(path + suffix)).toBe(true);
    writeFileSync(path + suffix, "{ torn");
    expect(store.read()).toEqual(document);
    expect(JSON.parse(readFileSync(path + suffix, "utf8"))).toEqual(document);
    expect(readFileSync(`${path}${suffix}.unreadable`, "utf8")).toBe("{ torn");
  });

  test("keeps the newer one when a crash came between the two", () => {
    const path = newPath();
    const store = new VaultKeyStore(path);
    store.write(document);
    copyFileSync(`${path}.second`, `${path}.old`);
    store.write({ ...document, autoLockMinutes: 30 });
    copyFileSync(`${path}.old`, `${path}.second`);
    expect(store.read()?.autoLockMinutes).toBe(30);
    expect(JSON.parse(readFileSync(`${path}.second`, "utf8")).autoLockMinutes).toBe(30);
  });

  test("is set aside, never overwritten, when neither can be read", () => {
    const path = newPath();
    const store = new VaultKeyStore(path);
    for (const file of [path, `${path}.second`]) writeFileSync(file, "torn");
    expect(store.read()).toBeNull();
    store.write(document);
    expect(readdirSync(join(path, "..")).sort()).toEqual([
      "vault-key.json",
      "vault-key.json.second",
      "vault-key.json.second.unreadable",
      "vault-key.json.unreadable",
    ]);
  });
});
