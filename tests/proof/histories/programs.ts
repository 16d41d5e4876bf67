import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { completeOps, composeEntry } from "../../../src-main/journal/authoring.ts";
import { Ledger } from "../../../src-main/journal/core/ledger.ts";
import { createState } from "../../../src-main/journal/core/state.ts";

/** A version of the product's merge core. */
export interface Program {
  Ledger: typeof Ledger;
  createState: typeof createState;
  completeOps: typeof completeOps;
  composeEntry: typeof composeEntry;
  /** Kinds of ops that are opaque to this version although a later one knows them. */
  unknown: ReadonlySet<string>;
}

export const currentProgram: Program = { Ledger, createState, completeOps, composeEntry, unknown: new Set() };

const LATER_KINDS = ["reopen", "delete"];
const journal = join(import.meta.dirname, "../../../src-main/journal");

/**
 * An older version of the program: the same sources before `reopen` and `delete` were invented. A replica that runs it
 * and is upgraded later is what an upgrade in the field is.
 */
export async function loadOldProgram(): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), "fieldbook-old-program-"));
  try {
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    mkdirSync(join(folder, "core"));
    cpSync(join(journal, "core"), join(folder, "core"), { recursive: true });
    cpSync(join(journal, "authoring.ts"), join(folder, "authoring.ts"));
    const ops = join(folder, "core", "ops.ts");
    writeFileSync(ops, LATER_KINDS.reduce(forgetKind, readFileSync(ops, "utf8")));
    const load = (path: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, path)).href);
    const [authoring, ledger, state] = await Promise.all(["authoring.ts", "core/ledger.ts", "core/state.ts"].map(load));
    return { ...authoring, ...ledger, ...state, unknown: new Set(LATER_KINDS) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function forgetKind(source: string, kind: string): string {
  const shape = new RegExp(`^  ${kind}: isClosed\\(.*\\),\\n`, "m");
  if (!shape.test(source)) throw new Error(`the shape of ${kind} is not in core/ops.ts as one line`);
  return source.replace(shape, "");
}
