import { createHash, createPublicKey, verify } from "node:crypto";
import type { SignedBytes } from "../../../src-main/journal/core/entry.ts";

interface Body {
  eng: string;
  stream: string;
  seq: number;
  prev: string | null;
  deps: string[];
  lam: number;
  ops: { [key: string]: unknown }[];
}

interface Known {
  body: Body;
  device: string;
  isShared: boolean;
  causes: string[];
}

const MEMBERS = ["v", "eng", "stream", "seq", "prev", "deps", "lam", "wall", "mono", "user", "ops"];
const LARGEST = 16 * 1024 * 1024;
const DEEPEST = 64;
const HASH = /^[0-9a-f]{64}$/;

/** Counted level by level, so that no depth exhausts the stack. */
function depthOf(value: unknown): number {
  let depth = 0;
  let level = [value].filter((item) => typeof item === "object" && item !== null);
  while (level.length > 0) {
    depth++;
    level = level.flatMap((item) => Object.values(item as object).filter((x) => typeof x === "object" && x !== null));
  }
  return depth;
}

function isSigned(device: string, hash: Buffer, sig: Uint8Array): boolean {
  const x = Buffer.from(device, "hex").toString("base64url");
  return verify(null, hash, createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }), sig);
}

/**
 * Says of each entry that was admitted whether it was right to admit it, with code of its own: what a sound entry is is
 * written down here a second time, without the program.
 */
export class Judge {
  readonly #engagement: string;
  readonly #known = new Map<string, Known>();

  constructor(engagement: string) {
    this.#engagement = engagement;
  }

  /** Null when the entry belongs where it was admitted, after the ones judged before it; else what is wrong with it. */
  judge({ bytes, sig }: SignedBytes): string | null {
    const hash = createHash("sha256").update(bytes).digest();
    const text = Buffer.from(bytes).toString("utf8");
    const body = JSON.parse(text) as Body;
    if (bytes.length > LARGEST || depthOf(body) > DEEPEST || JSON.stringify(body) !== text) return "form";
    if (Object.keys(body).join() !== MEMBERS.join() || body.eng !== this.#engagement) return "members or engagement";
    const causes = [...(body.prev === null ? [] : [body.prev]), ...body.deps];
    const rests = causes.flatMap((cause) => this.#known.get(cause) ?? []);
    if (rests.length < causes.length) return "unknown cause";
    const prev = body.prev === null ? null : (rests[0] ?? null);
    const device = prev?.device ?? String(body.ops[0]?.device);
    const isShared = prev ? prev.isShared : body.ops[0]?.space === "shared";
    const fault = this.#findFault(body, prev, rests) ?? this.#findForgery(device, hash, sig);
    if (fault) return fault;
    if (isShared && !rests.every((rest) => rest.isShared)) return "space";
    if (!this.#isEveryVersionKnown(body, causes)) return "replaces what it did not know";
    if (causes.length === 0 && this.#known.size > 0) return "another first entry";
    this.#known.set(hash.toString("hex"), { body, device, isShared, causes });
    return null;
  }

  #findForgery(device: string, hash: Buffer, sig: Uint8Array): string | null {
    return HASH.test(device) && isSigned(device, hash, sig) ? null : "signature";
  }

  #findFault(body: Body, prev: Known | null, rests: Known[]): string | null {
    const isFirst = body.seq === 0;
    if (isFirst !== (prev === null)) return "place in the stream";
    if (prev && (prev.body.stream !== body.stream || prev.body.seq !== body.seq - 1)) return "place in the stream";
    if (body.deps.some((dep, i) => i > 0 && (body.deps[i - 1] ?? "") >= dep)) return "order of causes";
    if (body.lam !== 1 + Math.max(0, ...rests.map((rest) => rest.body.lam))) return "depth";
    const opens = body.ops.map((op) => op.kind === "open");
    if (body.ops.length === 0 || opens.indexOf(true) !== (isFirst ? 0 : -1) || opens.lastIndexOf(true) > 0)
      return "ops";
    return null;
  }

  #isEveryVersionKnown(body: Body, causes: string[]): boolean {
    const replaced = new Set(body.ops.flatMap(({ over }) => (Array.isArray(over) ? (over as string[]) : [])));
    if (replaced.size === 0) return true;
    const past = this.#pastOf(causes);
    return [...replaced].every((id) => {
      const [entry = "", index] = String(id).split(":");
      return past.has(entry) && Number(index) < (this.#known.get(entry)?.body.ops.length ?? 0);
    });
  }

  #pastOf(causes: string[]): Set<string> {
    const past = new Set(causes);
    for (const hash of past) for (const cause of this.#known.get(hash)?.causes ?? []) past.add(cause);
    return past;
  }
}
