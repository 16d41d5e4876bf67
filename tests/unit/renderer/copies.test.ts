import { describe, expect, it } from "vitest";
import type { Examination, SnapshotView } from "../../../src-main/contract/copies.ts";
import {
  decideOffer,
  describeProof,
  describeRelation,
  describeShare,
  describeUnion,
  findPassphraseProblem,
  readRecipients,
  warnOfPlace,
} from "../../../src-renderer/words/copies.ts";

const copy = (part: Partial<Examination>): Examination => ({
  candidate: "c1",
  name: "acme.fieldbook",
  place: "local",
  engagement: "00000000-0000-0000-0000-000000000000",
  customer: "Acme Ltd",
  reference: "ENG-104",
  relation: "new",
  entries: 40,
  incoming: 40,
  waiting: 0,
  files: 0,
  cellsChanged: 0,
  cellsHere: 0,
  conflicts: 0,
  signOffs: [],
  devices: [],
  revoked: 0,
  pause: null,
  problems: [],
  ...part,
});

describe("what an examined copy leads to", () => {
  it("takes a new one in at once where nothing is odd, also one that was sent through the browser", () => {
    expect(decideOffer(copy({}))).toBe("take-in");
    expect(decideOffer(copy({ place: "sent" }))).toBe("take-in");
  });
  it.each(["removable", "network", "cloud"] as const)("asks before a new one from a %s place is taken in", (place) => {
    expect(decideOffer(copy({ place }))).toBe("review");
  });
  it("opens the engagement when the copy holds nothing new, wherever it lies", () => {
    expect(decideOffer(copy({ relation: "same", place: "removable" }))).toBe("open");
  });
  it("always shows a copy that adds something", () => {
    expect(decideOffer(copy({ relation: "adds" }))).toBe("review");
  });
  it.each([{ problems: ["One entry does not hold."] }, { revoked: 2 }, { pause: "80 conflicts would come in." }])(
    "shows whatever is odd: %o",
    (odd) => {
      expect(decideOffer(copy(odd))).toBe("review");
      expect(decideOffer(copy({ relation: "same", ...odd }))).toBe("review");
    },
  );
});

describe("the words of a copy", () => {
  it("say what it is to what is here", () => {
    expect(describeRelation(copy({ files: 1 }))).toBe(
      "This engagement is not here yet. The copy holds 40 entries and 1 file.",
    );
    expect(describeRelation(copy({ relation: "same" }))).toBe("The copy holds nothing that is not here.");
    expect(describeRelation(copy({ relation: "adds", incoming: 1, files: 2 }))).toBe(
      "The copy adds 1 entry and 2 files to the engagement that is here.",
    );
    expect(describeRelation(copy({ relation: "adds", incoming: 0, files: 2 }))).toBe(
      "The copy adds 2 files to the engagement that is here.",
    );
  });
  it("give the share of what would change and never round it to nothing", () => {
    expect(describeShare(4, 120)).toBe("4 of 120 values here (3 %)");
    expect(describeShare(1, 400)).toBe("1 of 400 values here (under 1 %)");
    expect(describeShare(0, 0)).toBe("0 of 0 values here (0 %)");
    expect(describeShare(1, 1)).toBe("1 of 1 value here (100 %)");
  });
  it("tell what came of it", () => {
    expect(describeUnion({ incoming: 12, conflicts: 2 })).toBe("12 entries came in; 2 conflicts to decide.");
    expect(describeUnion({ incoming: 1, conflicts: 0 })).toBe("1 entry came in; there is no conflict.");
  });
  it("warn of places where files get lost, and of no other", () => {
    expect(warnOfPlace("local")).toBeNull();
    expect(warnOfPlace("sent")).toBeNull();
    expect(warnOfPlace("cloud")).toMatch(/lies in a folder that is synchronised .* read-only/);
  });
});

describe("the proof of a snapshot", () => {
  const snapshot = (part: Partial<SnapshotView>): SnapshotView => ({
    snapshot: "s1",
    at: "2026-11-23T10:00:00Z",
    reason: "hourly",
    size: 84_000,
    proof: "unproven",
    provenAt: null,
    entries: null,
    problem: null,
    ...part,
  });
  it("is claimed only for one that was opened", () => {
    expect(describeProof(snapshot({}))).toMatch(/Not opened yet/);
    expect(describeProof(snapshot({ proof: "proven", entries: 41 }))).toBe("Opened and checked: 41 entries");
    expect(describeProof(snapshot({ proof: "failed", problem: "Page 3 is damaged." }))).toBe("Page 3 is damaged.");
  });
});

describe("whom a copy is sealed for", () => {
  const key = `age1${"q".repeat(58)}`;
  it("takes recipients line by line, each once", () => {
    expect(readRecipients(`  ${key}\n\n${key}\n`)).toEqual({ recipients: [key], problem: null });
  });
  it.each([
    ["", /at least one/],
    ["age1short", /“age1short” is not a recipient/],
    [`age1${"q".repeat(57)}`, /is not a recipient/],
    [`${key}\nage1${"b".repeat(58)}`, /is not a recipient/],
    [
      Array.from({ length: 21 }, (_, index) => `age1${"q".repeat(56)}${"acdefghjklmnpqrstuvwx"[index]}q`).join("\n"),
      /20/,
    ],
  ])("refuses %j", (text, sentence) => {
    expect(readRecipients(text).problem).toMatch(sentence);
  });
  it("wants twelve characters, twice the same", () => {
    expect(findPassphraseProblem("eleven char", "eleven char")).toMatch(/12/);
    expect(findPassphraseProblem("twelve chars", "twelve chart")).toMatch(/twice/);
    expect(findPassphraseProblem("twelve chars", "twelve chars")).toBeNull();
  });
});
