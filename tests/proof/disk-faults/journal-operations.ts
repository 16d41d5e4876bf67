import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  createJournal,
  decryptFile,
  encryptFile,
  type Journal,
  openJournal,
  VAULT_ENDING,
} from "../../../src-main/journal/index.ts";
import { createSeededDeps, FORM, type Gift } from "../power-loss/world.ts";
import { describeJournal } from "./describe.ts";
import { nothing, type Operation, type Subject, VAULT_KEY } from "./operation.ts";

const OWN = "vault/shared.fieldbook";

const depsOf = (session: number) => createSeededDeps("Anna", 500 + session);

function open(folder: string, session: number, mode: "write" | "read" = "write"): Journal {
  return openJournal(join(folder, OWN), depsOf(session), { mode });
}

/** An operation on the open engagement file. */
function onOpen(
  name: string,
  act: (journal: Journal, folder: string) => unknown,
  warmUp?: (journal: Journal, folder: string) => void,
): Operation {
  return {
    name,
    begin: (folder, session) => {
      const journal = open(folder, session);
      warmUp?.(journal, folder);
      return {
        act: () => act(journal, folder),
        believed: () => describeJournal(journal),
        end: () => journal.close(),
      };
    },
  };
}

const note = (field: string, value: string) => [{ kind: "set", entity: "step/outbound", field, value }] as const;
const append = (journal: Journal) => journal.append([...note("answer", "x".repeat(300))]);
const bytesOf = (size: number) => Buffer.alloc(size, "evidence");

function attach(journal: Journal): void {
  const blob = journal.putBlob(bytesOf(9_000));
  const meta = {};
  journal.append([{ kind: "attach", entity: "evidence/e", blob, name: "e.bin", type: "", size: 9_000, meta }]);
}

function sign(journal: Journal): void {
  const signer = { name: "Jan Novak", role: "IT manager", organisation: "Example Ltd" };
  const drawing = journal.putBlob(Buffer.alloc(3_000, "drawing"));
  const strokes = journal.putBlob(Buffer.alloc(1_000, "strokes"));
  const what = { step: "outbound", scope: ["step/outbound"], evidence: [], statement: "This was done and seen." };
  const how = { form: FORM, signer, method: "drawn" as const, drawing, strokes, zone: "Europe/Prague" };
  journal.append([{ kind: "sign" as const, ...what, ...how }]);
}

function readGift(folder: string): { blobs: Buffer[]; entries: { bytes: Buffer; sig: Buffer }[] } {
  const gift: Gift = JSON.parse(readFileSync(join(folder, "gift.json"), "utf8"));
  return {
    blobs: gift.blobs.map((blob) => Buffer.from(blob, "base64")),
    entries: gift.entries.map(({ bytes, sig }) => ({
      bytes: Buffer.from(bytes, "base64"),
      sig: Buffer.from(sig, "base64"),
    })),
  };
}

/** One half of what another copy has; the second half waits for the first. */
function receiveHalf(journal: Journal, folder: string, half: 0 | 1): void {
  const { entries } = readGift(folder);
  const length = Math.ceil(entries.length / 2);
  journal.receive(entries.slice(half * length, (half + 1) * length));
}

const create: Operation = {
  name: "create a journal",
  begin: (folder, session) => {
    const deps = depsOf(session);
    let made: Journal | undefined;
    return {
      act: () => {
        made = createJournal(join(folder, "vault/new.fieldbook"), deps, { form: FORM });
      },
      believed: () => (made ? describeJournal(made) : nothing),
      end: () => made?.close(),
    };
  },
};

const openAgain = (name: string, mode: "write" | "read"): Operation => ({
  name,
  begin: (folder, session) => {
    let opened: Journal | undefined;
    return {
      act: () => {
        opened = open(folder, session, mode);
      },
      believed: () => (opened ? describeJournal(opened) : nothing),
      end: () => opened?.close(),
    };
  },
});

const close: Operation = {
  name: "close and seal",
  begin: (folder, session): Subject => {
    const journal = open(folder, session);
    append(journal);
    return { act: () => journal.close(), believed: () => nothing, end: () => undefined };
  },
  mayBeLess: "a file that could not be sealed is complete and sealed by the next close",
};

const VAULT = OWN.replace(/fieldbook$/, VAULT_ENDING.slice(1));

/** Between two forms of a closed file; `prepared` is the form it starts from. */
const converting = (name: string, prepared: "plain" | "encrypted"): Operation => ({
  name,
  begin: (folder) => {
    if (prepared === "encrypted") encryptFile(join(folder, OWN), VAULT_KEY);
    const act = () =>
      prepared === "encrypted"
        ? decryptFile(join(folder, VAULT), VAULT_KEY)
        : encryptFile(join(folder, OWN), VAULT_KEY);
    return { act, believed: () => nothing, end: () => undefined };
  },
});

const encrypted: Operation = {
  name: "append to an encrypted file",
  begin: (folder, session) => {
    const deps = { ...depsOf(session), vaultKey: VAULT_KEY };
    const journal = openJournal(encryptFile(join(folder, OWN), VAULT_KEY), deps, { mode: "write" });
    return { act: () => append(journal), believed: () => describeJournal(journal), end: () => journal.close() };
  },
};

export const journalOperations: Operation[] = [
  create,
  openAgain("open for writing", "write"),
  openAgain("open for reading", "read"),
  onOpen("first append of a session", append),
  onOpen("append", append, (journal) => void journal.append([...note("other", "y")])),
  { ...onOpen("store a blob", (journal) => journal.putBlob(bytesOf(20_000))), mayLeaveBlobs: true },
  { ...onOpen("append with a blob", attach), mayLeaveBlobs: true },
  { ...onOpen("sign", sign), mayLeaveBlobs: true },
  onOpen("receive what waits", (journal, folder) => receiveHalf(journal, folder, 1)),
  onOpen(
    "receive what others waited for",
    (journal, folder) => receiveHalf(journal, folder, 0),
    (journal, folder) => receiveHalf(journal, folder, 1),
  ),
  onOpen("receive one entry", (journal, folder) => journal.receive(readGift(folder).entries.slice(0, 1))),
  onOpen("rebuild", (journal) => journal.rebuild()),
  onOpen("verify", (journal) => journal.verify()),
  onOpen("export a copy", (journal, folder) => journal.exportCopy(join(folder, "vault/copy.fieldbook"))),
  onOpen("snapshot", (journal, folder) => journal.snapshot(join(folder, "vault/snapshot.fieldbook"))),
  close,
  converting("encrypt a file", "plain"),
  converting("decrypt a file", "encrypted"),
  encrypted,
];
