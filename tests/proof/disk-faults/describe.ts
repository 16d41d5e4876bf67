import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type Journal, type JournalDeps, openJournal } from "../../../src-main/journal/index.ts";

/** What a journal holds: `content` is the same for every run, `head` fixes every entry. */
export interface Description {
  content: string;
  head: string;
}

function describeCells(journal: Journal): string[] {
  const state = journal.state();
  return state
    .entities("")
    .flatMap((entity) => [...(state.entity(entity) ?? [])].map(([field, cell]) => ({ entity, field, cell })))
    .map(
      ({ entity, field, cell }) =>
        `${nameless(entity)}#${field}=${nameless(JSON.stringify(cell.heads.map(({ value }) => value)))}`,
    )
    .sort();
}

/** Random names and ids are the same in every run only up to their length. */
const nameless = (text: string): string =>
  text.replace(/[0-9a-f]{8,}(-[0-9a-f]{4}){0,3}/g, "~").replace(/\d{8}T\d+Z/g, "@");

const BETWEEN_FILES = "\n\n";

/** A description of a folder without the files whose description begins like this. */
export function without({ content, head }: Description, ignored: RegExp): Description {
  const heads = head.split(BETWEEN_FILES);
  const kept = content
    .split(BETWEEN_FILES)
    .flatMap((file, i) => (ignored.test(file) ? [] : [{ file, head: heads[i] }]));
  return {
    content: kept.map(({ file }) => file).join(BETWEEN_FILES),
    head: kept.map((one) => one.head).join(BETWEEN_FILES),
  };
}

/** Everything a screen could show of an open journal. */
export function describeJournal(journal: Journal): Description {
  const state = journal.state();
  const content = [
    `${state.entries} entries, ${state.waiting} waiting`,
    ...state.signOffs().map(({ step, state: verdict }) => `sign-off of ${step} ${verdict}`),
    ...state.exports().map(({ step, revision }) => `document of ${step} ${revision}`),
    ...describeCells(journal),
  ];
  return { content: content.join("\n"), head: journal.head() };
}

function describeFieldbook(path: string, deps: JournalDeps): Description {
  try {
    const journal = openJournal(path, deps, { mode: "read" });
    try {
      const { ok, problems, blobs, missingBlobs } = journal.verify();
      const { content, head } = describeJournal(journal);
      const soundness = ok ? "sound" : `unsound: ${problems[0]?.sentence}`;
      return { content: `${soundness}, ${blobs} blobs, ${missingBlobs} missing\n${content}`, head };
    } finally {
      journal.close();
    }
  } catch (error) {
    return { content: `does not open: ${error instanceof Error ? error.message : error}`, head: "" };
  }
}

const digest = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

/** Every file in a folder, as the program would find it after a restart. Rollback journals belong to their files. */
export function describeFolder(folder: string, deps: JournalDeps): Description {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name))
    .filter((path) => !/\.fieldbook(-vault)?-journal$/.test(path));
  const described = files.map((path) => {
    const name = nameless(relative(folder, path));
    if (!/\.fieldbook(-vault)?$/.test(path)) return { content: name, head: digest(path) };
    const { content, head } = describeFieldbook(path, deps);
    return { content: `${name}: ${content}`, head };
  });
  // In the order of the contents: the names of new files are random.
  described.sort((a, b) => (a.content < b.content ? -1 : 1));
  return {
    content: described.map(({ content }) => content).join(BETWEEN_FILES),
    head: described.map(({ head }) => head).join(BETWEEN_FILES),
  };
}
