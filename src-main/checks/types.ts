import type * as z from "zod";
import type { Finding, SecretKind, Sight, Vantage, Verdict } from "../contract/checks.ts";
import type { PlatformFamily, PlatformId, ServiceId, StepId } from "../contract/names.ts";
import type { RfiAnswers } from "../contract/rfi/form.ts";
import type { NetworkSettings } from "../contract/settings.ts";
import type { TlsFacts } from "./tls/facts.ts";

export type { Finding, SecretKind, Vantage, Verdict };

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Plain data: everything that planning a check may look at. */
export interface CheckContext {
  services: ServiceId[];
  family: PlatformFamily;
  platform: PlatformId;
  answers: RfiAnswers;
  /** Usable region values by key, such as `mx-hosts`; null or absent when nobody confirmed one. */
  region: Record<string, string[] | null>;
  network: NetworkSettings;
  /** Step in which the check runs; absent where that does not matter. */
  step?: StepId;
}

export type Planned<P> =
  | { kind: "ready"; plan: P }
  /** An answer or a region value is missing; the sentence names it. */
  | { kind: "missing"; sentence: string }
  | { kind: "not-applicable"; sentence: string };

/** The part of an AbortSignal that checks use, so that the pure parts need no runtime's types. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

export interface Endpoint {
  /** IP address; names are resolved by the checks themselves, so that the resolver asked is on record. */
  address: string;
  port: number;
}

export interface TlsRequest {
  /** Name asked for by SNI and looked for in the certificate; null for a bare address. */
  name: string | null;
  /** PEM certificates trusted besides the public authorities. */
  extraAuthorities: string;
  /** `inspect` completes the handshake whatever the certificate, so that it can be described; `require` ends it. */
  trust: "inspect" | "require";
  /** Longest time for the handshake, milliseconds. */
  timeout: number;
}

/** A byte stream to one endpoint. Every wait ends by data, by the peer, by the given patience or by cancelling. */
export interface Channel {
  /** Own address and port of the connection. */
  readonly local: string;
  /** The next bytes, or null when the peer closed. Fails with `NetFailure` TIMEOUT after `patience` milliseconds of silence. */
  read(patience: number): Promise<Uint8Array | null>;
  write(bytes: Uint8Array): void;
  /** Negotiates TLS on the open connection. Fails with `NetFailure`. */
  upgrade(request: TlsRequest): Promise<TlsFacts>;
  /**
   * Last words, such as QUIT: sent when cancelling closes the channel, if it is this side's turn to speak. Best effort, within a
   * quarter of a second; unset by default.
   */
  parting?: Uint8Array | undefined;
  close(): void;
}

/** The only way a check reaches the network. Every failure is a `NetFailure`; cancelling rejects with an AbortError. */
export interface Net {
  /** Sends one datagram and waits for one that `accept` takes; others are ignored. */
  exchange(
    to: Endpoint,
    payload: Uint8Array,
    options: { timeout: number; signal: CancelSignal; accept(reply: Uint8Array): boolean },
  ): Promise<Uint8Array>;
  connect(to: Endpoint, options: { timeout: number; signal: CancelSignal }): Promise<Channel>;
  /** Name servers of the operating system as `address` or `address:port`, in its order. Never fails: a machine without has none. */
  resolvers(): Promise<string[]>;
  /** Addresses the operating system knows for a name (hosts file, local names). Never fails: unknown names have none. */
  lookup(host: string, signal: CancelSignal): Promise<string[]>;
  machine(): { host: string; addresses: string[] };
}

/** Asked for when a check runs; never part of a plan, a record or a transcript. */
export interface Secrets {
  directoryPassword?: string;
  smtpUser?: string;
  smtpPassword?: string;
}

/** What a person gives to a check that reads instead of asking the network. */
export interface GivenMessage {
  /** Header block or whole message; only the header enters the record. */
  text: string;
  source: "pasted" | "file";
  /** Who gave it, by the name in this installation's settings. */
  by: string;
}

export interface Probing {
  signal: CancelSignal;
  secrets: Secrets;
  /** Present for checks whose `needsInput` asks for it. */
  message?: GivenMessage;
  now(): Date;
  progress(message: string): void;
  net: Net;
}

export interface Judgement {
  verdict: Verdict;
  /** One sentence that names the probe behind the verdict. */
  reason: string;
  todo: string;
  findings: Finding[];
  transcript: string;
}

/**
 * A check in three parts: `plan` says what to ask (pure), `probe` asks (network only, failures are data), `judge` decides (pure).
 * `judge` sees nothing but plan and record, so a recorded run can be judged again years later.
 */
export interface CheckDefinition<P extends Json = Json, R extends Json = Json> {
  readonly id: string;
  readonly title: string;
  readonly purpose: string;
  /** What the person who runs the check is asked for; a function where that depends on the answers. */
  readonly needsSecret: SecretKind | ((context: CheckContext) => SecretKind);
  /** What a person must give before the check can run; "none" when left out. */
  readonly needsInput?: "none" | "message";
  /** Everything its probe can look at. No sentence of the check may claim more: see the table in `tests/unit/checks/wording-rules.ts`. */
  readonly sees: readonly [Sight, ...Sight[]];
  /** Guards a record that comes back from a file. */
  readonly schema: z.ZodType<{ plan: P; record: R }>;
  plan(context: CheckContext): Planned<P>;
  /** Rejects only with an AbortError, or for a bug. */
  probe(plan: P, probing: Probing): Promise<R>;
  judge(plan: P, record: R): Judgement;
}
