import { type EntryBody, type SignedBytes, signEntry } from "../../../src-main/journal/core/entry.ts";
import type { Op, Space } from "../../../src-main/journal/core/ops.ts";
import type { Replica } from "./replica.ts";

/** An entry that no honest program writes, and why it must be refused. */
export interface Forgery {
  raw: SignedBytes;
  reason: string;
}

const set = (entity: string, over: string[]): Op => ({ kind: "set", entity, field: "x", value: 9, over });
const future = (over: string[]) => ({ kind: "x-merge", entity: "rfi/inbound", over }) as unknown as Op;

type Forge = (author: Replica, other: Replica) => [reason: string, body: EntryBody] | undefined;

interface Setting {
  space?: Space;
  /** The space whose entries it rests on. */
  mayKnow?: Space;
  isNewStream?: boolean;
}

function compose(
  author: Replica,
  ops: Op[],
  { space = "shared", mayKnow = space, isNewStream }: Setting = {},
): EntryBody {
  const writer = { ...author.writers[space], space: mayKnow };
  if (isNewStream) writer.session = undefined;
  return author.setting.program.composeEntry(ops, writer, author.ledger);
}

/** An op of the other replica that the author has not received. */
function findUnseen(author: Replica, other: Replica): string | undefined {
  for (const hash of other.ledger.graph.nodes.keys()) if (!author.ledger.graph.nodes.has(hash)) return `${hash}:0`;
  return undefined;
}

const forges: Forge[] = [
  (author) => {
    const body = compose(author, [set("rfi/inbound", [])]);
    return ["BAD_LAM", { ...body, lam: body.lam + 7 }];
  },
  (author) => {
    const body = compose(author, [set("rfi/inbound", [])]);
    return ["BAD_LAM", { ...body, lam: body.lam - 1 }];
  },
  (author) => ["NOT_IN_PAST", compose(author, [set("rfi/inbound", [`${"0".repeat(64)}:0`])])],
  (author) => {
    const [genesis] = author.ledger.graph.nodes.keys();
    return ["NOT_IN_PAST", compose(author, [future([`${genesis}:99`])])];
  },
  (author, other) => {
    const unseen = findUnseen(author, other);
    return unseen === undefined ? undefined : ["NOT_IN_PAST", compose(author, [future([unseen])])];
  },
  (author) => {
    const body = compose(author, [set("rfi/inbound", [])]);
    return ["WRONG_ENGAGEMENT", { ...body, eng: "019a0000-0000-7000-8000-000000000002" }];
  },
  (author) => {
    const body = compose(author, [set("rfi/inbound", [])]);
    return body.prev === null ? undefined : ["BAD_CHAIN", { ...body, seq: body.seq + 1 }];
  },
  (author) => {
    const body = compose(author, [set("rfi/inbound", [])]);
    return body.prev === null ? undefined : ["BAD_CHAIN", { ...body, stream: "e".repeat(32) }];
  },
  (author) => {
    const body = compose(author, [set("rfi/inbound", [])], { isNewStream: true });
    return ["WRONG_GENESIS", { ...body, deps: [], lam: 1 }];
  },
  (author) => ["BAD_SPACE", compose(author, [set("internal/note", [])])],
  (author) => ["BAD_SPACE", compose(author, [set("rfi/inbound", [])], { space: "internal" })],
  (author) => {
    const { frontier, nodes } = author.ledger.graph;
    const knowsInternal = [...frontier].some((hash) => nodes.get(hash)?.space === "internal");
    return knowsInternal
      ? ["BAD_SPACE", compose(author, [set("rfi/inbound", [])], { mayKnow: "internal" })]
      : undefined;
  },
];

/** Forges the entry that the seed names; undefined where there is nothing to forge it from. */
export function forgeEntry(author: Replica, other: Replica, seed: number): Forgery | undefined {
  const forged = forges[seed % forges.length]?.(author, other);
  return forged && { reason: forged[0], raw: signEntry(forged[1], author.deps.device) };
}
