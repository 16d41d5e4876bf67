import { existsSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import type { Notice } from "../contract/engagements.ts";
import { engagementId } from "../contract/names.ts";
import {
  createFromEntries,
  type Gap,
  isVaultPath,
  type JournalDeps,
  makeFolder,
  PLAIN_ENDING,
  salvageFiles,
  VAULT_ENDING,
} from "../journal/index.ts";
import { writeDurably } from "./settings.ts";
import type { Snapshots } from "./snapshots.ts";

const salvageRecord = z.strictObject({
  version: z.literal(1),
  engagement: engagementId,
  at: z.iso.datetime(),
  /** The damaged file, where it is kept. */
  kept: z.string(),
  /** The file that was made of what could be saved. */
  made: z.string(),
  entries: z.number().int(),
  files: z.number().int(),
  waiting: z.number().int(),
  gaps: z.array(z.string()),
  dismissed: z.boolean(),
});
type SalvageRecord = z.infer<typeof salvageRecord>;

export interface SalvagesOptions {
  /** The folder of the engagement files; damaged ones are kept in `damaged` below it. */
  folder: string;
  snapshots: Snapshots;
  deps(): JournalDeps;
}

const MOST_GAPS_NAMED = 50;

const toStamp = (time: Date): string => time.toISOString().replace(/[-:.]/g, "");

/** What is done about damaged files: kept aside as they are, everything sound saved into a new file, the gaps named. */
export class Salvages {
  readonly #options: SalvagesOptions;
  /** Files that nothing could be made of, by path and size: they are not tried again in this session. */
  readonly #hopeless = new Set<string>();

  constructor(options: SalvagesOptions) {
    this.#options = options;
  }

  get #folder(): string {
    return join(this.#options.folder, "damaged");
  }

  /**
   * Saves what is sound of a damaged file and of the snapshots of its engagement into a new file beside it, then keeps the
   * damaged one aside. Returns the new file, or null when the beginning of the engagement is nowhere to be found: the
   * damaged file then stays where it is. A crash in between leaves both, and the next start finishes it.
   */
  repair(path: string): string | null {
    if (this.#hopeless.has(path)) return null;
    const { snapshots, deps } = this.#options;
    const { vaultKey } = deps();
    const known = salvageFiles([path], vaultKey).engagement ?? snapshots.engagementOf(basename(path));
    const others = known ? snapshots.paths(known) : [];
    const salvage = salvageFiles([path, ...others], vaultKey);
    const { engagement } = salvage;
    if (!engagement || !salvage.hasBeginning) {
      this.#hopeless.add(path);
      return null;
    }
    const now = deps().clock.now();
    const at = now.toISOString();
    const ending = isVaultPath(path) ? VAULT_ENDING : PLAIN_ENDING;
    const name = basename(path, ending).replace(/-saved-\w+$/, "");
    // Named by what the damaged file keeps, so that an attempt that was cut off is found and not made twice.
    const made = join(dirname(path), `${name}-saved-${toStamp(statSync(path).mtime)}${ending}`);
    if (!existsSync(made)) createFromEntries(made, deps(), salvage.entries, salvage.blobs);
    makeFolder(this.#folder);
    const kept = join(this.#folder, `${toStamp(now)}-${basename(path)}`);
    this.#write(kept, {
      version: 1,
      engagement,
      at,
      kept,
      made: basename(made),
      entries: salvage.admitted,
      files: salvage.blobs.length,
      waiting: salvage.waiting,
      gaps: describeGaps(salvage.gaps),
      dismissed: false,
    });
    for (const suffix of ["", "-journal"]) if (existsSync(path + suffix)) renameSync(path + suffix, kept + suffix);
    return made;
  }

  /** What was saved of an engagement's damaged files, until it is dismissed. */
  list(engagement: string): Notice[] {
    return this.#records()
      .filter(([, record]) => record.engagement === engagement && !record.dismissed)
      .map(([notice, { at, kept, entries, files, waiting, gaps }]) => ({
        notice,
        kind: "salvaged",
        text: `The file was damaged. ${entries} entries and ${files} files of it and its snapshots were saved; the damaged file was kept.`,
        details: [
          ...(gaps.length === 0 ? ["Nothing that is known of is missing."] : gaps),
          ...(waiting > 0 ? [`${waiting} entries wait for the missing ones: take in another copy that has them.`] : []),
          `The damaged file: ${kept}`,
        ],
        at,
        dismissible: true,
      }));
  }

  dismiss(engagement: string, notice: string): void {
    const found = this.#records().find(([name, record]) => name === notice && record.engagement === engagement);
    if (found) this.#write(found[1].kept, { ...found[1], dismissed: true });
  }

  #write(kept: string, record: SalvageRecord): void {
    writeDurably(`${kept}.json`, `${JSON.stringify(record, null, 2)}\n`);
  }

  /** Records by a name that fits the contract's ids. */
  #records(): [string, SalvageRecord][] {
    if (!existsSync(this.#folder)) return [];
    const names = readdirSync(this.#folder).filter((name) => name.endsWith(".json"));
    return names.flatMap((name): [string, SalvageRecord][] => {
      try {
        const record = salvageRecord.parse(JSON.parse(readFileSync(join(this.#folder, name), "utf8")));
        return [[`salvage-${toStamp(new Date(record.at))}`, record]];
      } catch {
        // A record that cannot be read says nothing; the damaged file lies beside it.
        return [];
      }
    });
  }
}

function describeGaps(gaps: readonly Gap[]): string[] {
  const named = gaps
    .slice(0, MOST_GAPS_NAMED)
    .map(({ hash, stream, seq }) =>
      stream === undefined
        ? `Missing: entry ${hash.slice(0, 16)}`
        : `Missing: entry ${seq} of session ${stream.slice(0, 8)}`,
    );
  return gaps.length > named.length ? [...named, `and ${gaps.length - named.length} more`] : named;
}
