/** `node tests/proof/golden/make.ts` writes the golden file of the version in package.json. A file once written stays for ever. */
import { constants, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeEntry } from "../../../src-main/journal/authoring.ts";
import { type SignedBytes, signEntry } from "../../../src-main/journal/core/entry.ts";
import { Ledger } from "../../../src-main/journal/core/ledger.ts";
import type { Op } from "../../../src-main/journal/core/ops.ts";
import { createStream } from "../../../src-main/journal/file/streams.ts";
import {
  createJournal,
  type Journal,
  type JournalDeps,
  type Json,
  type NewOp,
  openJournal,
  verifyFile,
} from "../../../src-main/journal/index.ts";
import { viewFile } from "../second-verifier/compare.ts";
import { createDice, createPerson } from "../second-verifier/people.ts";

const FORM = "f".repeat(64);
const set = (entity: string, field: string, value: Json): NewOp => ({ kind: "set", entity, field, value });

function sign(journal: Journal, step: string, scope: string[]): string {
  const signature = journal.putBlob(Buffer.from(`signature under ${step}`));
  const signer = { name: "Jan Novák", role: "IT manager", organisation: "Example Ltd", email: "jan@example.com" };
  const statement = "This was done and seen.";
  const rest = { form: FORM, statement, signer, drawing: signature, strokes: signature, zone: "Europe/Prague" };
  const op: NewOp = {
    kind: "sign",
    step,
    scope,
    evidence: [journal.putBlob(Buffer.alloc(0))],
    method: "drawn",
    ...rest,
  };
  return journal.append([op]).ids[0] ?? "";
}

/** An entry of another program: it does what this one refuses to do. */
function composeForeign(journal: Journal, deps: JournalDeps, ops: object[], earlier: SignedBytes[] = []): SignedBytes {
  const ledger = new Ledger(journal.engagement);
  for (const raw of [...journal.entries(), ...earlier]) ledger.receive(raw);
  const openStream = () => createStream(deps, [FORM], null);
  const writer = { clock: deps.clock, author: deps.author, session: undefined, openStream };
  return signEntry(composeEntry(ops as Op[], writer, ledger), deps.device);
}

function workAsAnna(journal: Journal): void {
  const photo = journal.putBlob(Buffer.from("a photo"));
  journal.append([
    set("engagement", "customer", "Example s.r.o. – Šťáva 😀"),
    set("rfi/domain", "name", "example.com"),
  ]);
  for (const step of ["account", "outbound", "inbound", "lockdown"])
    journal.append([set(`step/${step}/task`, "done", true)]);
  const file = { blob: photo, name: "photo.png", type: "image/png", size: 7, meta: { taken: "2026-11-23" } };
  journal.append([{ kind: "attach", entity: "step/account/evidence", ...file }]);
  journal.append([set("step/account/note", "text", "wrong")]);
  journal.append([{ kind: "delete", entity: "step/account/note" }]);
  journal.append([set("internal/note", "text", "Ask for the invoice")]);
  const account = sign(journal, "account", ["step/account/", "rfi/domain#name"]);
  journal.append([{ kind: "export", step: "account", sign: account, sha256: "a".repeat(64), revision: 1 }]);
  const inbound = sign(journal, "inbound", ["step/inbound/"]);
  journal.append([{ kind: "reopen", step: "inbound", voids: [inbound], reason: "The address was wrong." }]);
  sign(journal, "lockdown", ["step/lockdown/"]);
}

/** Ben has a copy from before the sign-off of `outbound` and writes what Anna does not know. */
function workApart(anna: Journal, benPath: string, ben: JournalDeps): void {
  const other = openJournal(benPath, ben, { mode: "write" });
  other.append([set("step/outbound/task", "done", false), set("rfi/hosts", "list", ["mx1", "mx2"])]);
  other.append([set("internal/note", "who", "Ben")]);
  sign(anna, "outbound", ["step/outbound/"]);
  anna.append([set("rfi/hosts", "list", ["mx3"])]);
  anna.receive(other.entries());
  other.close();
}

/** A knowing change without reopen, an op of a newer version, and an entry whose cause never came. */
function workAsOthers(journal: Journal, deps: JournalDeps): void {
  const over = journal
    .state()
    .get("step/lockdown/task", "done")
    ?.heads.map(({ op }) => op);
  journal.receive([
    composeForeign(journal, deps, [{ kind: "set", entity: "step/lockdown/task", field: "done", value: "no", over }]),
  ]);
  journal.receive([composeForeign(journal, deps, [{ kind: "confirm", step: "completion", mail: "jan@example.com" }])]);
  const late = composeForeign(journal, deps, [{ ...set("rfi/late", "x", 1), over: [] }]);
  journal.receive([composeForeign(journal, deps, [{ ...set("rfi/late", "x", 2), over: [] }], [late])]);
}

/**
 * Writes `VERSION.fieldbook` and, beside it, what the program and the format say about it.
 * @throws EEXIST when that version has its golden file already.
 */
export function makeGolden(folder: string, version: string): void {
  const work = mkdtempSync(join(tmpdir(), "fieldbook-golden-"));
  try {
    const dice = createDice(`golden ${version}`);
    const [anna, ben] = [createPerson("Anna", dice), createPerson("Ben", dice)];
    ben.certificate = Buffer.from("certificate of Ben");
    const paths = { anna: join(work, "anna.fieldbook"), ben: join(work, "ben.fieldbook") };
    const journal = createJournal(paths.anna, anna, { form: FORM });
    workAsAnna(journal);
    journal.close();
    copyFileSync(paths.anna, paths.ben);
    const second = openJournal(paths.anna, anna, { mode: "write" });
    workApart(second, paths.ben, ben);
    workAsOthers(second, ben);
    second.close();
    const { ok, entries, blobs, missingBlobs } = verifyFile(paths.anna);
    if (!ok) throw new Error("The golden file does not verify.");
    const recorded = { version, entries, blobs, missingBlobs, ...viewFile(paths.anna, anna) };
    copyFileSync(paths.anna, join(folder, `${version}.fieldbook`), constants.COPYFILE_EXCL);
    writeFileSync(join(folder, `${version}.json`), `${JSON.stringify(recorded, null, 2)}\n`, { flag: "wx" });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "../../..");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  makeGolden(join(root, "tests/golden"), version);
}
