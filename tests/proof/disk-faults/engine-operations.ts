import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadDeviceKeyFile } from "../../../src-main/engine/device.ts";
import { createEngine, type Engine } from "../../../src-main/engine/engine.ts";
import { hashBytes } from "../../../src-main/engine/files.ts";
import { Refusal } from "../../../src-main/engine/refusal.ts";
import { Salvages } from "../../../src-main/engine/salvages.ts";
import { Settings } from "../../../src-main/engine/settings.ts";
import { Snapshots } from "../../../src-main/engine/snapshots.ts";
import { type Client, createInProcessClient } from "../../../src-main/engine/transports/in-process.ts";
import { Trust } from "../../../src-main/engine/trust.ts";
import { type VaultKeyDocument, VaultKeyStore } from "../../../src-main/engine/vault-key.ts";
import { createSystemWorld, type World } from "../../../src-main/engine/world.ts";
import { type ChildPort, generateDeviceKey, type JournalDeps, verifyFile } from "../../../src-main/journal/index.ts";
import { readForeignRows } from "../../../src-main/journal/intake/rows.ts";
import { newDraft } from "../../support/engine.ts";
import { createSeededDeps } from "../power-loss/world.ts";
import { describeJournal } from "./describe.ts";
import { nothing, type Operation, type Subject } from "./operation.ts";
import { drawing, placesOf, STEP, signer } from "./prepare.ts";

const assets = fileURLToPath(new URL("../../../assets", import.meta.url));
const { key: device, pem } = generateDeviceKey();

/** Reads foreign files in this process: a child for each of thousands of trials would take minutes, and writes nothing. */
function readHere(): ChildPort {
  const listeners: ((message: unknown) => void)[] = [];
  const exits: (() => void)[] = [];
  const tell = (message: unknown) =>
    queueMicrotask(() => {
      for (const listener of listeners) listener(message);
    });
  let rows: ReturnType<typeof readForeignRows> | undefined;
  tell({ type: "ready" });
  return {
    pid: undefined,
    onMessage: (listener) => listeners.push(listener),
    onExit: (listener) => exits.push(listener),
    send: (message) => {
      if ("path" in message) rows = readForeignRows(String(message.path));
      else tell(rows?.next().value);
    },
    kill: () => {
      rows?.return(undefined);
      for (const exit of exits) exit();
    },
  };
}

/** The engine's minute of housekeeping would write into whatever trial it falls. */
function withoutTimers<T>(make: () => T): T {
  const real = globalThis.setInterval;
  globalThis.setInterval = (() => real(() => undefined, 2 ** 30)) as unknown as typeof setInterval;
  try {
    return make();
  } finally {
    globalThis.setInterval = real;
  }
}

/** One engine for all trials of a process, because reading the playbook takes longer than a trial. Each trial starts it on fresh files. */
class Host {
  #deps: JournalDeps = createSeededDeps("Anna", 1);
  readonly engine: Engine;
  readonly client: Client;
  readonly #told: string[] = [];

  constructor(home: string) {
    const world: World = {
      ...createSystemWorld(),
      clock: { now: () => this.#deps.clock.now(), mono: () => this.#deps.clock.mono() },
      random: { bytes: (count) => this.#deps.random.bytes(count) },
    };
    const reportWorker = new URL("../../../src-main/reports/worker.ts", import.meta.url);
    const made = {
      world,
      home,
      assets,
      reportWorker,
      spawnReader: readHere,
      device,
      protection: "file",
      appVersion: "0.1.0",
    };
    this.engine = withoutTimers(() => createEngine(made));
    this.client = createInProcessClient(this.engine.router);
    this.engine.context.jobs.events.subscribe("event", (event) => {
      if (event.type === "changed" && event.savedAt && event.engagement) this.#told.push(event.engagement);
    });
  }

  begin(session: number): void {
    this.#deps = createSeededDeps("Anna", 700 + session);
    this.#told.length = 0;
  }

  /** What the list of engagements shows, and how often screens were told that something in them was saved. */
  believed() {
    const found = [...this.engine.context.workspace.all()].map((item) => {
      if ("refusal" in item) return { content: `unreadable: ${item.refusal.message}`, head: "" };
      const { content, head } = describeJournal(item);
      const told = this.#told.filter((engagement) => engagement === item.engagement).length;
      return { content: `${content}\ntold ${told} times`, head };
    });
    found.sort((a, b) => (a.content < b.content ? -1 : 1));
    return { content: found.map(({ content }) => content).join("\n"), head: found.map(({ head }) => head).join() };
  }

  async finish(job: string): Promise<string> {
    const { failure, download } = await this.engine.context.jobs.finished(job);
    if (failure) throw new Refusal(failure.code, failure);
    return download ?? "";
  }

  grant(path: string, purpose: "open" | "save"): string {
    return this.engine.context.files.grant(path, purpose);
  }

  async examine(path: string): Promise<string> {
    const { job } = await this.client.copies.examine({ source: { kind: "token", token: this.grant(path, "open") } });
    await this.finish(job);
    return (await this.client.copies.examined({ job })).candidate;
  }
}

interface Scene {
  host: Host;
  client: Client;
  engagement: string;
  places: ReturnType<typeof placesOf>;
}

let host: Host | undefined;

/** An operation of the running engine; what `arrange` brings is there before the disk fails. */
function onEngine<T>(
  name: string,
  act: (scene: Scene, arranged: T) => unknown,
  arrange: (scene: Scene) => T | Promise<T>,
): Operation {
  return {
    name,
    begin: async (folder, session): Promise<Subject> => {
      const places = placesOf(folder);
      host ??= new Host(places.home);
      host.begin(session);
      const engagement = readFileSync(places.engagement, "utf8");
      const scene = { host, client: host.client, engagement, places };
      host.believed();
      const arranged = await arrange(scene);
      const { workspace } = host.engine.context;
      return { act: () => act(scene, arranged), believed: () => scene.host.believed(), end: () => workspace.close() };
    },
    mayLeaveBlobs: true,
  };
}

const simple = (name: string, act: (scene: Scene) => unknown): Operation => onEngine(name, act, () => undefined);

async function waiveAndSign({ client, engagement }: Scene): Promise<void> {
  await client.signoffs.sign({ engagement, step: STEP, signer, drawing });
}

async function upload(client: Client, bytes: Buffer, name: string) {
  const { upload: id } = await client.files.beginUpload({ name, type: "", size: bytes.length });
  await client.files.appendUpload({ upload: id, offset: 0, data: bytes.toString("base64") });
  return { kind: "upload" as const, upload: id };
}

/** As `services/reports.ts` stores a signed document; typesetting one takes a second and writes nothing. */
function storeDocument({ host: { engine }, engagement }: Scene): void {
  const journal = engine.context.workspace.journal(engagement);
  const sha256 = journal.putBlob(Buffer.alloc(9_000, "%PDF-"));
  engine.context.workspace.append(
    journal,
    [{ kind: "export", step: STEP, sign: null, sha256, revision: 1 }],
    ["reports"],
  );
}

function saving(name: string, replace: boolean): Operation {
  const bytes = Buffer.alloc(20_000, "document");
  return onEngine(
    name,
    ({ host: { engine }, places }, id: string) => {
      const path = join(places.home, "saved.pdf");
      engine.context.files.save(id, engine.context.files.grant(path, "save"));
    },
    ({ host: { engine }, places }) => {
      if (replace) writeFileSync(join(places.home, "saved.pdf"), "the former document");
      const sha256 = hashBytes(bytes);
      return engine.context.files.offer({
        name: "d.pdf",
        type: "",
        sha256,
        size: bytes.length,
        replace,
        read: () => bytes,
      });
    },
  );
}

const handOver = (name: string, space: "everything" | "shared", sealed: boolean): Operation =>
  simple(name, async ({ host: at, client, engagement }) => {
    const { recipient } = (await client.trust.view({})).device;
    const seal = sealed ? { kind: "recipients" as const, recipients: [recipient] } : { kind: "open" as const };
    await at.finish((await client.copies.handOver({ engagement, space, seal })).job);
  });

/** Full as far as its kind goes, so that the next one pushes the oldest out. */
function fillSnapshots({ places, engagement }: Scene): void {
  const folder = join(places.home, "snapshots", engagement);
  mkdirSync(folder, { recursive: true });
  for (let day = 10; day < 30; day++) writeFileSync(join(folder, `202501${day}T000000000Z-by-hand.fieldbook`), "");
}

/** A snapshot that was made stays when only what comes after it fails: the note of its file, the oldest one's removal. */
const SNAPSHOTS = /^home\/snapshots\//;

async function snapshot({ client, engagement, host: { engine } }: Scene): Promise<string> {
  const known = new Set((await client.copies.snapshots({ engagement })).snapshots.map((taken) => taken.snapshot));
  const { snapshots } = await client.copies.takeSnapshot({ engagement });
  const made = snapshots.find((taken) => !known.has(taken.snapshot));
  await engine.context.housekeeping.proveNewest(engagement);
  const { ok } = verifyFile(engine.context.snapshots.path(engagement, made?.snapshot ?? ""));
  if (!ok) throw new Error("the snapshot that was reported is not whole");
  return made?.snapshot ?? "";
}

const housekeeping: Operation = {
  ...simple("regular snapshot", async ({ host: { engine }, engagement }) => {
    engine.context.housekeeping.noteWrite(engagement);
    engine.context.housekeeping.tick();
    await engine.context.housekeeping.proveNewest(engagement);
  }),
  mayLeave: SNAPSHOTS,
  mayBeLess: "it is tried again a minute later, and the list of snapshots shows that none is recent",
};

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

const damaged: Operation[] = [
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

const installation: Operation[] = [
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

const taking: Operation[] = [
  simple("examine a copy", ({ host: at, places }) => at.examine(places.adds)),
  onEngine(
    "discard a copy",
    ({ client }, candidate: string) => client.copies.discard({ candidate }),
    ({ host: at, places }) => at.examine(places.adds),
  ),
  {
    ...onEngine(
      "take in a copy",
      ({ client }, candidate: string) => client.copies.accept({ candidate }),
      ({ host: at, places }) => at.examine(places.adds),
    ),
    mayLeave: SNAPSHOTS,
  },
  onEngine(
    "take in a new engagement",
    ({ client }, candidate: string) => client.copies.accept({ candidate }),
    ({ host: at, places }) => at.examine(places.foreign),
  ),
  simple("open a file", ({ host: at, client, places }) =>
    client.engagements.open({ source: { kind: "token", token: at.grant(places.foreign, "open") } }),
  ),
  simple("open a sent file", async ({ client, places }) =>
    client.engagements.open({ source: await upload(client, readFileSync(places.foreign), "f.fieldbook") }),
  ),
  onEngine(
    "look at a copy",
    async ({ client }, candidate: string) => {
      const { engagement } = await client.copies.look({ candidate });
      await client.copies.closeView({ engagement });
    },
    ({ host: at, places }) => at.examine(places.adds),
  ),
];

export const engineOperations: Operation[] = [
  ...installation,
  ...damaged,
  simple("create an engagement", ({ client }) => client.engagements.create(newDraft())),
  simple("duplicate an engagement", ({ client, engagement }) =>
    client.engagements.duplicate({ engagement, customer: "B", reference: "R" }),
  ),
  simple("make the sample", ({ client }) => client.engagements.sample({})),
  simple("answer", ({ client, engagement }) =>
    client.rfi.answer({ engagement, field: "organisation.sites", value: 3 }),
  ),
  simple("add evidence", async ({ client, engagement }) => {
    const source = await upload(client, Buffer.alloc(9_000, "evidence"), "log.txt");
    await client.evidence.add({ engagement, step: "account", title: "Log", source });
  }),
  simple("sign a step", waiveAndSign),
  onEngine(
    "reopen a step",
    ({ client, engagement }) => client.signoffs.reopen({ engagement, step: STEP, reason: "A value changed." }),
    waiveAndSign,
  ),
  simple("store a document", storeDocument),
  saving("save a document over another", true),
  saving("save an engagement file", false),
  handOver("hand over", "everything", false),
  handOver("hand over what is shared", "shared", false),
  { ...handOver("hand over sealed", "everything", true), callsVary: "a stream gathers what has come when it writes" },
  { ...onEngine("take a snapshot", snapshot, fillSnapshots), mayLeave: SNAPSHOTS },
  housekeeping,
  onEngine(
    "restore a snapshot",
    async ({ host: at, client, engagement }, name: string) =>
      at.finish((await client.copies.restore({ engagement, snapshot: name })).job),
    snapshot,
  ),
  ...taking,
  simple("verify a file", async ({ client, places }) =>
    client.reports.verify({ source: await upload(client, readFileSync(places.foreign), "f.fieldbook") }),
  ),
];
