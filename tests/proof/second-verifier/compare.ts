import { hashBytes } from "../../../src-main/journal/core/ids.ts";
import { Ledger } from "../../../src-main/journal/core/ledger.ts";
import { type JournalDeps, openJournal, verifyFile } from "../../../src-main/journal/index.ts";
import { verify } from "../../../tools/verify.mjs";

/** What the program says about a file whose entries hold. */
export interface View {
  engagement: string;
  genesis: string;
  head: string;
  state: string;
  signOffs: { id: string; step: string; state: string }[];
  conflicts: number;
  forks: number;
  waiting: number;
  opaque: number;
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The program's view of a file, with the state hash as the head of tools/verify.mjs describes it. */
export function viewFile(path: string, deps: JournalDeps): View {
  const journal = openJournal(path, deps, { mode: "read" });
  try {
    const state = journal.state();
    const ledger = new Ledger(journal.engagement);
    for (const raw of journal.entries()) ledger.receive(raw, false);
    const cells = [...ledger.cells.records.values()]
      .flatMap((record) => [...record.cells.values()])
      .map(({ entity, field, heads, conflict }) => ({
        name: `${entity}#${field}`,
        ids: heads.map(({ op }) => op).sort(),
        conflict,
      }))
      .sort((a, b) => byText(a.name, b.name));
    const signOffs = state.signOffs().map(({ id, step, state }) => ({ id, step, state }));
    signOffs.sort((a, b) => byText(a.id, b.id));
    const { entries, waiting, opaque } = state;
    const text = JSON.stringify({
      cells: cells.map(({ name, ids, conflict }) => [name, ids, conflict]),
      signOffs: signOffs.map(({ id, state }) => [id, state]),
      entries,
      waiting,
      opaque,
    });
    const { engagement, genesis } = journal;
    const counts = { conflicts: state.conflicts().length, forks: state.forks().length, waiting, opaque };
    return { engagement, genesis, head: journal.head(), state: hashBytes(Buffer.from(text)), signOffs, ...counts };
  } finally {
    journal.close();
  }
}

/** Problems after which the program still reads every entry. */
const READABLE = new Set(["SEAL", "BLOB", "DERIVED"]);
const codesOf = (problems: { code: string }[], among: string[]): string =>
  [...new Set(problems.map(({ code }) => code))]
    .filter((code) => among.includes(code))
    .sort()
    .join();

export interface Comparison {
  /** In words; empty when both say the same. */
  differences: string[];
  ok: boolean;
  /** The program's view where there is one. */
  view: View | undefined;
}

/** Asks both verifiers about one file. */
export function compare(path: string, deps: JournalDeps): Comparison {
  const ours = verifyFile(path);
  const theirs = verify(path);
  const differences: string[] = [];
  const expectSame = (what: string, a: unknown, b: unknown): void => {
    const [program, second] = [JSON.stringify(a), JSON.stringify(b)];
    if (program !== second) differences.push(`${what}: the program says ${program}, the second verifier ${second}`);
  };
  const why = `${JSON.stringify(ours.problems.slice(0, 3))} / ${JSON.stringify(theirs.problems.slice(0, 3))}`;
  expectSame(`ok (${why})`, ours.ok, theirs.ok);
  const isRead = ours.problems.every(({ where }) => where !== "file") && theirs.state !== null;
  if (isRead) {
    for (const key of ["entries", "blobs", "sealed"] as const) expectSame(key, ours[key], theirs[key]);
    const codes = ["SEAL", "ENTRY", "BLOB"];
    expectSame(`problems (${why})`, codesOf(ours.problems, codes), codesOf(theirs.problems, codes));
    const first = (problems: { code: string; where: string }[]) => problems.find(({ code }) => code === "ENTRY")?.where;
    expectSame("first wrong entry", first(ours.problems), first(theirs.problems));
  }
  const isReadable = ours.ok || (isRead && ours.problems.every(({ code }) => READABLE.has(code)));
  if (!isReadable) return { differences, ok: ours.ok, view: undefined };
  const view = viewFile(path, deps);
  for (const key of ["engagement", "genesis", "head", "state"] as const) expectSame(key, view[key], theirs[key]);
  expectSame("missing blobs", ours.missingBlobs, theirs.missingBlobs);
  expectSame(
    "sign-offs",
    view.signOffs,
    theirs.signOffs.map(({ id, step, state }) => ({ id, step, state })),
  );
  return { differences, ok: ours.ok, view };
}
