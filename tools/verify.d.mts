export interface Report {
  /** True when nothing is wrong. */
  ok: boolean;
  problems: { code: string; where: string; sentence: string }[];
  /** Rows of the table `entry`. */
  entries: number;
  blobs: number;
  /** Files that entries name and this copy does not hold. */
  missingBlobs: number;
  sealed: boolean;
  engagement: string | null;
  genesis: string | null;
  head: string | null;
  /** State hash; see the head of verify.mjs. Null when the entries could not be read. */
  state: string | null;
  signOffs: { id: string; step: string; state: string; signer: string; claimed: string }[];
  /** The parts of the file that hold. */
  holds: string[];
}

/** Verifies the engagement file at `path` without changing it. Damaged and hostile bytes become problems; never throws. */
export function verify(path: string): Report;
