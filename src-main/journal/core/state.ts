import { type Cell, isCellLive } from "./cells.ts";
import type { Fork } from "./graph.ts";
import { comparePlaces, splitOpId } from "./ids.ts";
import type { Ledger } from "./ledger.ts";
import { cellKey, type OpaqueOp } from "./ops.ts";
import { computeSignOff, type ExportRecord, exportToRecord, type Origin, type SignOff } from "./signoffs.ts";

/** What the engagement looks like now: a live view that follows every admitted entry. */
export interface State {
  /** The cell, or undefined when it was never set or is deleted. */
  get(entity: string, field: string): Cell | undefined;
  /** The live cells of an entity by field, or undefined when it was never set or is deleted. */
  entity(entity: string): Map<string, Cell> | undefined;
  /** Live entity ids with this prefix, in order of first appearance. */
  entities(prefix: string): string[];
  /** Cells with versions that contradict each other, by cell name. */
  conflicts(): Cell[];
  /** Sign-offs with their computed state, oldest first. */
  signOffs(step?: string): SignOff[];
  /** Recorded PDF exports, oldest first. */
  exports(step?: string): ExportRecord[];
  /** Places where one stream continues twice (a machine was copied while it wrote); nothing is lost, but a person should know. */
  forks(): readonly Fork[];
  /** Ops of newer programs that this one keeps without understanding them. */
  readonly opaque: number;
  /** Those of them that may concern a step. */
  opaqueIn(step: string, scope: readonly string[]): number;
  /** Entries waiting for others that have not arrived. */
  readonly waiting: number;
  readonly entries: number;
  readonly lam: number;
}

function compareOrigins(a: Origin, b: Origin): number {
  return comparePlaces({ lam: a.lam, ...splitOpId(a.id) }, { lam: b.lam, ...splitOpId(b.id) });
}

/** What an unknown op touches is told by its `step` or `entity`; without either it may touch anything. */
export function concernsStep({ raw }: OpaqueOp, step: string, scope: readonly string[]): boolean {
  if (typeof raw.step === "string") return raw.step === step;
  const { entity } = raw;
  if (typeof entity !== "string") return true;
  return scope.some((item) => (item.includes("#") ? item.startsWith(`${entity}#`) : entity.startsWith(item)));
}

/** Makes the live view of a ledger. */
export function createState(ledger: Ledger): State {
  const { cells, graph } = ledger;
  let signOffs: SignOff[] = [];
  let signOffsVersion = -1;

  const liveCells = (entity: string): Cell[] =>
    [...(cells.records.get(entity)?.cells.values() ?? [])].filter(isCellLive);

  function currentSignOffs(): SignOff[] {
    if (signOffsVersion !== ledger.version) {
      const context = {
        cells,
        reopens: ledger.reopens,
        isKnownTo: ledger.isKnownTo.bind(ledger),
        findHead: ledger.findHead.bind(ledger),
      };
      signOffs = ledger.signs.map((sign) => computeSignOff(sign, context)).sort(compareOrigins);
      signOffsVersion = ledger.version;
    }
    return signOffs;
  }

  return {
    get(entity, field) {
      const cell = cells.get(entity, field);
      return cell && isCellLive(cell) ? cell : undefined;
    },
    entity(entity) {
      const live = liveCells(entity);
      return live.length > 0 ? new Map(live.map((cell) => [cell.field, cell])) : undefined;
    },
    entities: (prefix) =>
      cells
        .inOrder()
        .filter(({ id, cells: own }) => id.startsWith(prefix) && [...own.values()].some(isCellLive))
        .map(({ id }) => id),
    conflicts() {
      const byName = (cell: Cell): string => cellKey(cell.entity, cell.field);
      return [...cells.conflicts.values()].sort((a, b) => (byName(a) < byName(b) ? -1 : 1));
    },
    signOffs: (step) => currentSignOffs().filter((signOff) => step === undefined || signOff.step === step),
    exports: (step) =>
      ledger.exports
        .map(exportToRecord)
        .filter((record) => step === undefined || record.step === step)
        .sort(compareOrigins),
    forks: () => graph.forks,
    get opaque() {
      return ledger.opaque.length;
    },
    opaqueIn: (step, scope) => ledger.opaque.filter((op) => concernsStep(op, step, scope)).length,
    get waiting() {
      return ledger.inbox.size;
    },
    get entries() {
      return graph.nodes.size;
    },
    get lam() {
      return graph.lam;
    },
  };
}
