import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadDeviceKeyFile } from "../../../src-main/engine/device.ts";
import { Salvages } from "../../../src-main/engine/salvages.ts";
import { Settings } from "../../../src-main/engine/settings.ts";
import { Snapshots } from "../../../src-main/engine/snapshots.ts";
import { Trust } from "../../../src-main/engine/trust.ts";
import { type VaultKeyDocument, VaultKeyStore } from "../../../src-main/engine/vault-key.ts";
import { createSystemWorld } from "../../../src-main/engine/world.ts";
import { verifyFile } from "../../../src-main/journal/index.ts";
import { createSeededDeps } from "../power-loss/world.ts";
import { device, Host, pem } from "./host.ts";
import { nothing, type Operation } from "./operation.ts";
import { placesOf } from "./prepare.ts";

/** Operations beside a running engine: the small files of the installation. */
const alone = (
  name: string,
  act: (folder: string) => unknown,
  arrange: (folder: string) => void = () => undefined,
): Operation => ({
  name,
  begin: (folder) => {
    arrange(folder);
    return { act: () => act(folder), believed: () => nothing, end: () => undefined };
  },
});

const settingsIn = (folder: string) => join(folder, "home", "settings.json");
const keyIn = (folder: string) => join(folder, "fresh", "device.key");

const vaultKeyIn = (folder: string) => join(folder, "home", "vault-key.json");
const box = Buffer.alloc(60).toString("base64");
const vaultKey: VaultKeyDocument = {
  version: 1,
  encrypted: false,
  autoLockMinutes: 10,
  access: { kind: "device", box },
  recovery: { kdf: "scrypt-17-8-1", salt: box, box },
};

let salvager = createSeededDeps("Anna", 900);

/** The first engagement file, damaged where its rows lie, and what is done about such files. */
function arrangeDamage(folder: string): { path: string; salvages: Salvages; engagement: string } {
  const { home, engagement } = placesOf(folder);
  const vault = join(home, "engagements");
  const path = join(vault, readdirSync(vault).find((name) => /(?<!-saved-\w+)\.fieldbook$/.test(name)) ?? "");
  const deps = () => salvager;
  const snapshots = new Snapshots(join(home, "snapshots"), { ...createSystemWorld(), ...salvager });
  const salvages = new Salvages({ folder: vault, snapshots, deps });
  return { path, salvages, engagement: readFileSync(engagement, "utf8") };
}

function damage(folder: string): void {
  salvager = createSeededDeps("Anna", 900);
  const { path } = arrangeDamage(folder);
  const bytes = readFileSync(path);
  bytes.fill(0xff, bytes.length - 3_000, bytes.length - 2_800);
  writeFileSync(path, bytes);
}

function repair(folder: string): void {
  const { path, salvages } = arrangeDamage(folder);
  const made = salvages.repair(path);
  if (made === null || !verifyFile(made).ok) throw new Error("what was saved is not whole");
}

function dismiss(folder: string): void {
  const { salvages, engagement } = arrangeDamage(folder);
  const [notice] = salvages.list(engagement);
  salvages.dismiss(engagement, notice?.notice ?? "");
  if (salvages.list(engagement).length > 0) throw new Error("the notice is still there");
}

export const damageOperations: Operation[] = [
  {
    ...alone("save what is sound of a damaged file", repair, damage),
    // The new file and its record come first, so that a crash in between loses nothing.
    mayLeave: /-saved-|\/damaged\/.*\.json$/,
  },
  {
    name: "dismiss a notice",
    begin: (folder) => {
      damage(folder);
      repair(folder);
      const { salvages, engagement } = arrangeDamage(folder);
      const believed = () => ({ content: `${salvages.list(engagement).length} notices`, head: "" });
      return { act: () => dismiss(folder), believed, end: () => undefined };
    },
    // It names a time of today; what it says is told by the list of notices.
    mayLeave: /\/damaged\/.*\.json$/,
  },
];

export const installationOperations: Operation[] = [
  alone("change the settings", (folder) => new Settings(settingsIn(folder)).update({ person: { name: "Berta" } })),
  alone(
    "set damaged settings aside",
    (folder) => new Settings(settingsIn(folder)),
    (folder) => writeFileSync(settingsIn(folder), "{"),
  ),
  alone("make the device key", (folder) => loadDeviceKeyFile(keyIn(folder))),
  alone(
    "read the device key",
    (folder) => loadDeviceKeyFile(keyIn(folder)),
    (folder) => {
      mkdirSync(join(folder, "fresh"));
      writeFileSync(keyIn(folder), pem, { mode: 0o600 });
    },
  ),
  alone("trust an office", (folder) => {
    const path = join(folder, "home", "trust.json");
    const world = { ...createSystemWorld(), ...createSeededDeps("Anna", 3) };
    new Trust({ path, device, world, person: () => ({ name: "Anna" }) }).addOffice({
      key: "0".repeat(64),
      name: "Office",
    });
  }),
  alone("keep the vault key", (folder) => new VaultKeyStore(vaultKeyIn(folder)).write(vaultKey)),
  {
    name: "change the vault key",
    begin: (folder) => {
      const store = new VaultKeyStore(vaultKeyIn(folder));
      store.write(vaultKey);
      const act = () => store.write({ ...vaultKey, autoLockMinutes: 99 });
      return { act, believed: () => ({ content: JSON.stringify(store.read()), head: "" }), end: () => undefined };
    },
    // The first one counts; reading it brings the second one in line.
    mayLeave: /^home\/vault-key\.json\.second/,
  },
  {
    ...alone(
      "read a vault key that is damaged",
      (folder) => new VaultKeyStore(vaultKeyIn(folder)).read(),
      (folder) => {
        new VaultKeyStore(vaultKeyIn(folder)).write(vaultKey);
        writeFileSync(vaultKeyIn(folder), "{");
      },
    ),
    mayBeLess: "one of the two copies is good, and the next change writes both",
  },
  alone(
    "let go of the vault key",
    (folder) => new VaultKeyStore(vaultKeyIn(folder)).remove(),
    (folder) => new VaultKeyStore(vaultKeyIn(folder)).write(vaultKey),
  ),
  alone("start the engine", (folder) => new Host(join(folder, "fresh"))),
];
