import { randomBytes } from "node:crypto";
import { hostname, networkInterfaces } from "node:os";
import { setTimeout } from "node:timers/promises";
import { readSystemResolvers } from "../checks/index.ts";
import type { Clock, Random } from "../journal/index.ts";

/** What the engine takes from outside itself, injected once so that tests can replay time, chance and machines. */
export interface World {
  clock: Clock;
  random: Random;
  /** Resolves after that time; rejects with an AbortError when the signal aborts. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  machine: { host(): string; addresses(): string[]; resolver(): Promise<string | null>; zone(): string };
}

/** The real clock, random source and machine. */
export function createSystemWorld(): World {
  return {
    clock: { now: () => new Date(), mono: () => performance.now() },
    random: { bytes: (length) => new Uint8Array(randomBytes(length)) },
    wait: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal, ref: false }),
    machine: {
      host: hostname,
      addresses: () =>
        Object.values(networkInterfaces())
          .flat()
          .filter((address) => address !== undefined && !address.internal && !address.address.startsWith("fe80"))
          .map((address) => address?.address ?? ""),
      resolver: async () => (await readSystemResolvers())[0] ?? null,
      zone: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    },
  };
}

/** Random id in 32 hexadecimal digits. */
export const createId = (random: Random): string => Buffer.from(random.bytes(16)).toString("hex");
