import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashBytes } from "../../../src-main/engine/files.ts";
import type { Client } from "../../../src-main/engine/transports/in-process.ts";
import { verifyFile } from "../../../src-main/journal/index.ts";
import { newDraft } from "../../support/engine.ts";
import { Host } from "./host.ts";
import { damageOperations, installationOperations } from "./installation-operations.ts";
import type { Operation, Subject } from "./operation.ts";
import { drawing, placesOf, STEP, signer } from "./prepare.ts";

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
  ...installationOperations,
  ...damageOperations,
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
