import { decode, encode } from "dns-packet";
import { NetFailure } from "../../../src-main/checks/net-failure.ts";
import type { TlsFacts } from "../../../src-main/checks/tls/facts.ts";
import type { Channel, Endpoint, Net } from "../../../src-main/checks/types.ts";
import { mutationNames, mutations, type Random } from "./mutate.ts";
import type { Peer } from "./servers.ts";

/** What stands behind the addresses of a site. */
export interface FuzzSite {
  /** Records by name and type, as dns-packet writes them. */
  zone: Record<string, Record<string, unknown[]>>;
  /** The peer at a port; undefined when nobody listens there. */
  peerAt(port: number): Peer | undefined;
  tls: TlsFacts;
}

/** More steps than any check needs; a check that goes on has no end. */
const mostSteps = 20_000;
const failures = ["TIMEOUT", "ECONNREFUSED", "ECONNRESET", "EHOSTUNREACH", "CLOSED", "ENETUNREACH"];

export interface FuzzedNet extends Net {
  /** Replies that were spoilt on their way. */
  readonly spoilt: number;
}

/**
 * A network in memory, in which one in `oneIn` replies is spoilt; 0 spoils none. Waiting takes no time: silence is a time-out at once.
 * @throws Error when a check does not come to an end
 */
export function createFuzzNet(site: FuzzSite, random: Random, oneIn: number): FuzzedNet {
  let steps = 0;
  let spoilt = 0;
  const count = () => {
    if (++steps > mostSteps) throw new Error(`The check took more than ${mostSteps} steps.`);
  };
  const isSpoilt = () => oneIn > 0 && random.next(oneIn) === 0;
  const spoil = (bytes: Buffer): Buffer => {
    if (!isSpoilt()) return bytes;
    spoilt++;
    const name = mutationNames[random.next(mutationNames.length)] ?? "nothing";
    return mutations[name]?.(Buffer.from(bytes), random) ?? bytes;
  };
  const fail = () => {
    if (!isSpoilt()) return;
    spoilt++;
    const code = failures[random.next(failures.length)] ?? "TIMEOUT";
    throw new NetFailure(code, "spoilt");
  };
  const context: ChannelContext = { spoil, fail, count, tls: site.tls };
  return {
    get spoilt() {
      return spoilt;
    },
    exchange: async (_to, payload, { accept }) => {
      count();
      fail();
      const query = Buffer.from(payload);
      const reply = spoil(answerDns(site, query));
      // What travels under the asker's own number is what a stranger on the way would send.
      if (random.next(4) > 0 && reply.length > 1) query.copy(reply, 0, 0, 2);
      if (!accept(Uint8Array.from(reply))) throw new NetFailure("TIMEOUT", "not accepted");
      return Uint8Array.from(reply);
    },
    connect: async ({ port }: Endpoint) => {
      count();
      fail();
      const peer = port === 53 ? createDnsPeer(site) : site.peerAt(port);
      if (!peer) throw new NetFailure("ECONNREFUSED", "nobody listens");
      return new FuzzChannel(peer, context);
    },
    resolvers: async () => ["192.0.2.53"],
    lookup: async () => [],
    machine: () => ({ host: "fuzz", addresses: ["192.0.2.1"] }),
  };
}

interface ChannelContext {
  spoil(bytes: Buffer): Buffer;
  fail(): void;
  count(): void;
  tls: TlsFacts;
}

class FuzzChannel implements Channel {
  readonly local = "192.0.2.1:40000";
  parting?: Uint8Array | undefined;
  readonly #peer: Peer;
  readonly #context: ChannelContext;
  #waiting: Buffer[] = [];
  #isClosed = false;

  constructor(peer: Peer, context: ChannelContext) {
    this.#peer = peer;
    this.#context = context;
    this.#take(peer.open());
  }

  #take(replies: Buffer[]): void {
    for (const reply of replies) {
      const bytes = this.#context.spoil(reply);
      // Bytes come in pieces, as from a network.
      const half = Math.floor(bytes.length / 2);
      for (const piece of [bytes.subarray(0, half), bytes.subarray(half)])
        if (piece.length > 0) this.#waiting.push(piece);
    }
  }

  async read(): Promise<Uint8Array | null> {
    this.#context.count();
    if (this.#isClosed) return null;
    this.#context.fail();
    const bytes = this.#waiting.shift();
    if (!bytes) throw new NetFailure("TIMEOUT", "silence");
    return Uint8Array.from(bytes);
  }

  write(bytes: Uint8Array): void {
    this.#context.count();
    try {
      this.#take(this.#peer.hear(Buffer.from(bytes)));
    } catch {
      this.#isClosed = true;
    }
  }

  async upgrade(): Promise<TlsFacts> {
    this.#context.count();
    this.#context.fail();
    return this.#context.tls;
  }

  close(): void {
    this.#isClosed = true;
  }
}

function answerDns(site: FuzzSite, query: Buffer): Buffer {
  const { id = 0, questions: [question] = [] } = decode(query);
  if (!question) return Buffer.alloc(0);
  const base = { id, type: "response" as const, questions: [question] };
  const types = site.zone[question.name.toLowerCase()];
  if (!types) return Buffer.from(encode({ ...base, flags: 0x8403 }));
  const answers = (types[question.type] ?? []).map((data) => ({
    name: question.name,
    type: question.type,
    ttl: 300,
    data: data as string,
  }));
  return Buffer.from(encode({ ...base, flags: 0x8400, answers } as Parameters<typeof encode>[0]));
}

const createDnsPeer = (site: FuzzSite): Peer => ({
  open: () => [],
  hear: (bytes) => {
    const reply = answerDns(site, bytes.subarray(2));
    const length = Buffer.alloc(2);
    length.writeUInt16BE(reply.length);
    return [Buffer.concat([length, reply])];
  },
});
