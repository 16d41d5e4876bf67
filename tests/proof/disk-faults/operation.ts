import type { Description } from "./describe.ts";

/** An operation that is about to run in a folder of its own. */
export interface Subject {
  /** Does it; throws or rejects when the disk does not let it. Called again for the retry. */
  act(): unknown;
  /** What this process now believes the files hold. */
  believed(): Description;
  /** Lets go of everything that is open. */
  end(): unknown;
}

export interface Operation {
  name: string;
  /** Brings a copy of the prepared folder to the moment before the operation. `session` keeps random ids of two sessions apart. */
  begin(folder: string, session: number): Subject | Promise<Subject>;
  /** Set where an unreferenced blob may stay behind: content is stored before the entry that names it. */
  mayLeaveBlobs?: true;
  /** Files, by the beginning of their description, that may be left or be one more: they are copies of what was there. */
  mayLeave?: RegExp;
  /** Set where the number of calls is not the same from run to run; says why. A call that does not come is no trial then. */
  callsVary?: string;
  /** Set where success without the result is right, because nothing is lost by it; says why. */
  mayBeLess?: string;
}

/** An operation and what of the prepared folder it works on. */
export type PlacedOperation = Operation & { parts: readonly string[] };

export const nothing: Description = { content: "", head: "" };

/** The key of encrypted files. */
export const VAULT_KEY = new Uint8Array(32).fill(7);
