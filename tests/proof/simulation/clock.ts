import type { Clock } from "../../../src-main/journal/core/ids.ts";
import type { Random } from "./faults.ts";

const DAY = 86_400_000;
const TEN_YEARS = 3652 * DAY;
const START = Date.UTC(2026, 10, 23, 8, 0, 0);

/** The time of the world, in milliseconds since its first day began. */
export interface World {
  time: number;
}

/** A device's clock: wrong by up to ten years either way, and set anew within a session now and then. */
export class DeviceClock implements Clock {
  readonly #world: World;
  readonly #random: Random;
  #offset = 0;
  #started = 0;

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
    this.jump();
  }

  jump(): void {
    const isRight = this.#random.next(3) === 0;
    this.#offset = isRight ? 0 : (this.#random.next(2001) - 1000) * (TEN_YEARS / 1000);
  }

  /** Time since the program started begins anew. */
  restart(): void {
    this.#started = this.#world.time;
  }

  now(): Date {
    return new Date(START + this.#world.time + this.#offset);
  }

  mono(): number {
    return this.#world.time - this.#started;
  }
}

export function passTime(world: World, random: Random): void {
  world.time += 1 + random.next(600_000);
}

export function startDay(world: World, day: number): void {
  world.time = Math.max(world.time, day * DAY);
}
