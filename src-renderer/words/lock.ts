import { type LockView, leastPassphrase } from "../../src-main/contract/lock.ts";
import { countNoun } from "./steps.ts";

/** What is wrong with a new passphrase typed twice; null when nothing is. */
export function findNewPassphraseProblem(passphrase: string, repeated: string): string | null {
  if (passphrase.length < leastPassphrase)
    return `Enter at least ${leastPassphrase} characters; several words are best.`;
  return passphrase === repeated ? null : "The two are not the same. Enter them again.";
}

/** How the files are kept now, in words. */
export function describeFiles({ encrypted, files }: Pick<LockView, "encrypted" | "files">): string {
  const total = files.plain + files.encrypted;
  if (encrypted && files.plain > 0)
    return `On: ${files.encrypted} of ${countNoun(total, "file")} encrypted, the others still plain`;
  if (!encrypted && files.encrypted > 0)
    return `Off: ${files.encrypted} of ${countNoun(total, "file")} still encrypted`;
  return encrypted
    ? "On: every file is encrypted, new ones too"
    : "Off: the files can be read by whoever can read this disk";
}
