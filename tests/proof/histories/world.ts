import type { SignedBytes } from "../../../src-main/journal/core/entry.ts";
import { AUTHORS } from "./commands.ts";
import type { Forgery } from "./forgery.ts";
import { currentProgram, type Program } from "./programs.ts";
import { Replica, type Streams } from "./replica.ts";

/** What the histories met; each must be met often, or they prove little. */
export type Sights = { [sight: string]: number };

/** Three people with a copy each. The third has an older program at first. */
export class World {
  readonly replicas: Replica[];
  readonly forgeries: Forgery[] = [];
  /** Ids of the ops that an honest program wrote. */
  readonly honest = new Set<string>();
  readonly sights: Sights;

  constructor(old: Program, sights: Sights) {
    this.sights = sights;
    const streams: Streams = { count: 0 };
    const first = new Replica(AUTHORS[0] as string, undefined, { streams });
    const others = AUTHORS.slice(1).map((name, i) => {
      return new Replica(name, first.genesis, { streams, program: i === 1 ? old : currentProgram });
    });
    this.replicas = [first, ...others];
  }

  at(index: number): Replica {
    return this.replicas[index] as Replica;
  }

  see(sight: string, times = 1): void {
    this.sights[sight] = (this.sights[sight] ?? 0) + times;
  }
}

/** Loads a replica's entries into a new one: what opening its file would do. */
export function reload(
  replica: Replica,
  raws: readonly SignedBytes[] = replica.raws,
  program: Program = replica.setting.program,
): Replica {
  const loaded = new Replica(replica.deps.author.name, replica.genesis, { ...replica.setting, program });
  loaded.receive(...raws);
  return loaded;
}

/** Admitted and waiting entries: what another copy may receive from this one. */
export function everythingIn({ raws, ledger }: Replica): SignedBytes[] {
  return [...raws, ...[...ledger.inbox.values()].map(({ raw }) => raw)];
}

/** The admitted entries of the shared space: what a customer is given. */
export function sharedPartOf({ raws, ledger }: Replica): SignedBytes[] {
  const nodes = [...ledger.graph.nodes.values()];
  return raws.filter((_, i) => nodes[i]?.space === "shared");
}
