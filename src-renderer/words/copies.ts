import type { Examination, FilePlace, SnapshotReason, SnapshotView } from "../../src-main/contract/copies.ts";
import { countNoun, joinWords } from "./steps.ts";

const placeNames: Partial<Record<FilePlace, string>> = {
  removable: "on a removable disk",
  network: "on a network drive",
  cloud: "in a folder that is synchronised with a cloud",
};

/** Why a copy is not worked on where it lies, or null for a place where that says nothing. */
export function warnOfPlace(place: FilePlace): string | null {
  const name = placeNames[place];
  return name === undefined
    ? null
    : `The copy lies ${name}, where files are lost and overwritten. Take it into the program’s own folder, or look at it read-only.`;
}

/** What there is to decide: nothing to ask, nothing to take in, or something a person should read first. */
export type Offer = "take-in" | "open" | "review";

/** A copy is taken in without asking only when it is new, lies where it may, and nothing about it is odd. */
export function decideOffer(copy: Examination): Offer {
  const isPlain = copy.problems.length === 0 && copy.revoked === 0 && copy.pause === null;
  if (copy.relation === "same" && isPlain) return "open";
  return copy.relation === "new" && isPlain && warnOfPlace(copy.place) === null ? "take-in" : "review";
}

/** "4 of 120 values here (3 %)"; the share is never rounded to nothing. */
export function describeShare(changed: number, here: number): string {
  const share = here === 0 ? 0 : (changed / here) * 100;
  const percent = share > 0 && share < 1 ? "under 1" : String(Math.round(share));
  return `${changed} of ${countNoun(here, "value")} here (${percent} %)`;
}

/** What the copy is to what is here, in one sentence. */
export function describeRelation(copy: Examination): string {
  const files = copy.files > 0 ? [countNoun(copy.files, "file")] : [];
  if (copy.relation === "new") {
    return `This engagement is not here yet. The copy holds ${joinWords([countNoun(copy.entries, "entry", "entries"), ...files])}.`;
  }
  if (copy.relation === "same") return "The copy holds nothing that is not here.";
  const entries = copy.incoming > 0 ? [countNoun(copy.incoming, "entry", "entries")] : [];
  return `The copy adds ${joinWords([...entries, ...files])} to the engagement that is here.`;
}

/** What came of taking a copy in: "12 entries came in; 2 conflicts to decide." */
export function describeUnion({ incoming, conflicts }: { incoming: number; conflicts: number }): string {
  const came = `${countNoun(incoming, "entry", "entries")} came in`;
  return conflicts > 0 ? `${came}; ${countNoun(conflicts, "conflict")} to decide.` : `${came}; there is no conflict.`;
}

export const snapshotReasonWords: Record<SnapshotReason, string> = {
  hourly: "Hourly",
  daily: "Daily",
  "before-merge": "Before a copy was taken in",
  "by-hand": "Taken by hand",
};

/** Whether a snapshot was ever opened and held; one that was not proves nothing. */
export function describeProof({ proof, entries, problem }: SnapshotView): string {
  if (proof === "unproven") return "Not opened yet, so it proves nothing";
  if (proof === "failed") return problem ?? "It could not be opened";
  return entries === null ? "Opened and checked" : `Opened and checked: ${countNoun(entries, "entry", "entries")}`;
}

/** Letters of an age recipient: "age1" and the data part of Bech32, without 1, b, i and o (age-encryption.org/v1). */
const recipientForm = /^age1[02-9ac-hj-np-z]{58}$/;
const mostRecipients = 20;

/** Recipients of a hand-over copy, one a line; `problem` says what is wrong with the first wrong line, or null. */
export function readRecipients(text: string): { recipients: string[]; problem: string | null } {
  const recipients = [...new Set(text.split("\n").map((line) => line.trim()))].filter((line) => line !== "");
  const wrong = recipients.find((line) => !recipientForm.test(line));
  if (wrong !== undefined) {
    const shown = wrong.length > 24 ? `${wrong.slice(0, 24)}…` : wrong;
    return { recipients, problem: `“${shown}” is not a recipient: it starts with age1 and has 62 characters.` };
  }
  if (recipients.length === 0) return { recipients, problem: "Enter at least one recipient." };
  return { recipients, problem: recipients.length > mostRecipients ? "At most 20 recipients." : null };
}

const shortestPassphrase = 12;

/** What keeps a passphrase from being used, or null. */
export function findPassphraseProblem(passphrase: string, repeated: string): string | null {
  if (passphrase.length < shortestPassphrase) return "Enter at least 12 characters.";
  return passphrase === repeated ? null : "Enter the same passphrase twice.";
}
