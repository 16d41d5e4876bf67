import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { verifyFile } from "../../../src-main/journal/index.ts";
import { type Places, type Promises, type Running, STEP, startEngine } from "./base.ts";
import type { Acknowledged } from "./lines.ts";

/** Everything that was acknowledged before a kill, over all kills of a round. */
export class Ledger {
  readonly rows = new Set<string>();
  readonly evidence = new Set<string>();
  readonly signOffs = new Set<string>();
  readonly reopened = new Set<string>();
  readonly engagements = new Set<string>();
  /** Entries that were there when a file was exported, by name. */
  readonly exported = new Map<string, number>();
  readonly #promises: Promises;
  /** The copy to take in next. */
  nextCopy = 0;
  count = 0;

  constructor(promises: Promises) {
    this.#promises = promises;
    this.engagements.add(promises.engagement);
  }

  add(acknowledged: Acknowledged): void {
    this.count++;
    if (acknowledged.kind === "row") this.rows.add(acknowledged.name);
    if (acknowledged.kind === "evidence") this.evidence.add(acknowledged.sha256);
    if (acknowledged.kind === "sign-off") this.signOffs.add(acknowledged.id);
    if (acknowledged.kind === "reopened") this.reopened.add(acknowledged.id);
    if (acknowledged.kind === "new engagement") this.engagements.add(acknowledged.engagement);
    if (acknowledged.kind === "exported") this.exported.set(acknowledged.file, acknowledged.entries);
    if (acknowledged.kind === "taken in") this.#takeIn(acknowledged.copy);
  }

  #takeIn(copy: number): void {
    for (const row of this.#promises.rows.slice(0, copy + 1)) this.rows.add(row);
    for (const sha256 of this.#promises.evidence.slice(0, copy + 1)) this.evidence.add(sha256);
    this.nextCopy = copy + 1;
  }
}

const missing = (what: string, wanted: Iterable<string>, there: ReadonlySet<string>): string[] => {
  const lost = [...wanted].filter((item) => !there.has(item));
  return lost.length === 0 ? [] : [`${lost.length} acknowledged ${what} are lost, such as ${lost[0]}`];
};

async function checkEngagement({ client, engine }: Running, engagement: string, ledger: Ledger): Promise<string[]> {
  const { answers } = await client.rfi.get({ engagement });
  const rows = new Set((answers.rows.domains ?? []).map(({ values }) => String(values.name)));
  const { evidence } = await client.evidence.list({ engagement, step: "account" });
  const present = new Set(evidence.filter((item) => item.present).map(({ sha256 }) => sha256));
  const { signOffs } = await client.steps.get({ engagement, step: STEP });
  const reopened = signOffs.filter(({ state }) => state === "reopened");
  const journal = engine.context.workspace.journal(engagement);
  const { ok, problems, missingBlobs } = journal.verify();
  return [
    ...missing("rows", ledger.rows, rows),
    ...missing("pieces of evidence", ledger.evidence, present),
    ...missing("sign-offs", ledger.signOffs, new Set(signOffs.map(({ signOff }) => signOff))),
    ...missing("reopenings", ledger.reopened, new Set(reopened.map(({ signOff }) => signOff))),
    ...(ok ? [] : [`the engagement does not verify: ${problems[0]?.sentence}`]),
    ...(missingBlobs > 0 ? [`${missingBlobs} files that entries name are missing`] : []),
  ];
}

async function checkList({ client }: Running, ledger: Ledger, mayBeNew: boolean): Promise<string[]> {
  const { engagements } = await client.engagements.list({});
  const unreadable = engagements.filter(({ problem }) => problem !== null);
  const found = new Set(engagements.filter(({ problem }) => problem === null).map(({ engagement }) => engagement));
  const unknown = [...found].filter((engagement) => !ledger.engagements.has(engagement)).length;
  return [
    ...unreadable.map(({ file, problem }) => `the list shows ${file} as unreadable: ${problem}`),
    ...missing("engagements", ledger.engagements, found),
    ...(unknown > (mayBeNew ? 1 : 0) ? [`${unknown} engagements are listed that nobody made`] : []),
    ...(found.size === engagements.length - unreadable.length ? [] : ["an engagement is listed twice"]),
  ];
}

/** An exported file is whole under its name or not there, acknowledged or not. */
function checkExports({ out }: Places, ledger: Ledger): string[] {
  const named = readdirSync(out).filter((name) => name.endsWith(".fieldbook"));
  const lost = [...ledger.exported.keys()].filter((name) => !named.includes(name));
  const broken = named.flatMap((name) => {
    const { ok, sealed, entries, problems } = verifyFile(join(out, name));
    if (!ok || !sealed) return [`the exported ${name} is not whole: ${problems[0]?.sentence ?? "it has no seal"}`];
    const least = ledger.exported.get(name) ?? 0;
    return entries < least ? [`the exported ${name} lacks ${least - entries} entries`] : [];
  });
  return [...lost.map((name) => `the exported ${name} is gone`), ...broken];
}

/** Closed in good order, every file of the vault has its seal and holds. */
function checkClosed({ home }: Places): string[] {
  const folder = join(home, "engagements");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".fieldbook"))
    .flatMap((name) => {
      const { ok, sealed, problems } = verifyFile(join(folder, name));
      return ok && sealed ? [] : [`${name} after closing: ${problems[0]?.sentence ?? "it has no seal"}`];
    });
}

/** What a kill leaves that no later start clears away: names beside the vault's files, temporary folders, parts of exports. */
export function countLeftovers({ home, out, temporary }: Places): Record<string, number> {
  const incoming = join(home, "incoming");
  return {
    "in the vault": readdirSync(join(home, "engagements")).filter((name) => !name.endsWith(".fieldbook")).length,
    "of examined copies": existsSync(incoming) ? readdirSync(incoming).length : 0,
    "beside exported files": readdirSync(out).filter((name) => !name.endsWith(".fieldbook")).length,
    "in the temporary folder": readdirSync(temporary).length,
  };
}

/** Starts the engine again where it was killed and holds everything against what was acknowledged. */
export async function checkAfterKill(
  places: Places,
  engagement: string,
  ledger: Ledger,
  mayBeNew: boolean,
): Promise<string[]> {
  const problems: string[] = [];
  try {
    const running = startEngine(places.home);
    try {
      problems.push(...(await checkList(running, ledger, mayBeNew)));
      problems.push(...(await checkEngagement(running, engagement, ledger)));
      for (const { engagement: listed } of (await running.client.engagements.list({})).engagements) {
        if (mayBeNew) ledger.engagements.add(listed);
      }
    } finally {
      await running.engine.close();
    }
    problems.push(...checkClosed(places), ...checkExports(places, ledger));
  } catch (error) {
    problems.push(`the engine does not start again: ${error instanceof Error ? error.message : error}`);
  }
  return problems;
}
