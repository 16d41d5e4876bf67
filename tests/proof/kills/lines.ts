/** What a person was told is safe: it must be there after any kill. */
export type Acknowledged =
  | { kind: "row"; name: string }
  | { kind: "evidence"; sha256: string }
  | { kind: "sign-off"; id: string }
  | { kind: "reopened"; id: string }
  /** Number of the copy that was taken in; it holds everything of the copies before it. */
  | { kind: "taken in"; copy: number }
  | { kind: "new engagement"; engagement: string }
  | { kind: "exported"; file: string; entries: number };

export type Phase = "import" | "export" | "work";

/** What the killed process prints, one line of JSON each. A phase ends with the acknowledgement of what it did, or with `done`. */
export type Line = { begin: Phase; file?: string } | { acknowledged: Acknowledged } | { done: Phase };
