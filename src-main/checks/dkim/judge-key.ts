import { toPrintable } from "../bytes.ts";
import { finding, listInWords } from "../judgement.ts";
import type { Finding } from "../types.ts";
import type { KeyRecord } from "./parse.ts";
import type { PublicKey } from "./public-key.ts";
import type { KeyView } from "./walk.ts";

/** Sizes of RFC 8301 3.2: verifiers refuse below the first, signers should use the second, and not every verifier takes more than the third. */
const [smallestBits, usualBits, largestBits] = [1_024, 2_048, 4_096];

/** Whether verifiers can use the key: nothing found about it is a failure. */
export const isUsable = (view: KeyView): boolean =>
  view.texts.length > 0 && judgeKey("", view).every(({ verdict }) => verdict === "pass" || verdict === "warn");

/** Findings about what stands at one selector; what is not there is left to the caller. */
export function judgeKey(domain: string, view: KeyView): Finding[] {
  const { name, texts, record } = view;
  if (texts.length > 1 && !record)
    return [
      finding(
        "fail",
        domain,
        `${name} has ${texts.length} TXT records that cannot be told apart, and it is open what verifiers make of them (RFC 6376 3.6.2.2).`,
        "Keep one key at each selector.",
      ),
    ];
  if (!record) return [];
  const beside =
    texts.length > 1
      ? [
          finding(
            "warn",
            domain,
            `${name} has other TXT records beside the key, which some verifiers trip over.`,
            "Remove them.",
          ),
        ]
      : [];
  const broken = judgeRecord(domain, name, record);
  return broken.length > 0 ? [...broken, ...beside] : [...judgeSound(domain, view, record), ...beside];
}

/** What makes verifiers treat every signature of the key as failed. */
function judgeRecord(domain: string, name: string, record: KeyRecord): Finding[] {
  const fail = (text: string, todo: string) => finding("fail", domain, `${name}: ${toPrintable(text, 400)}`, todo);
  if (record.problems.length > 0)
    return record.problems
      .slice(0, 10)
      .map((problem) => fail(problem, "Publish the key again, exactly as whoever signs shows it."));
  const { key, algorithm, hashes, services } = record;
  if (key === null)
    return [fail("The key is revoked: “p” is empty.", "Take the selector out of use, or publish its new key.")];
  const findings: Finding[] = [];
  const problem = describeKeyProblem(key, algorithm);
  if (problem) findings.push(fail(problem, "Publish the key again, with the “k” that belongs to it."));
  if (key.kind === "rsa" && key.bits < smallestBits)
    findings.push(
      fail(
        `The RSA key has ${key.bits} bits; verifiers refuse keys below ${smallestBits} (RFC 8301 3.2).`,
        `Make a new key of ${usualBits} bits under a new selector.`,
      ),
    );
  if (hashes && !hashes.includes("sha256"))
    findings.push(
      fail(
        `The key is only for ${listInWords(hashes)} (“h”), and verifiers take sha256 alone (RFC 8301 3.1).`,
        "Remove “h”.",
      ),
    );
  if (!services.includes("*") && !services.includes("email"))
    findings.push(fail(`The key is only for ${listInWords(services)} (“s”), not for mail.`, "Remove “s”."));
  return findings;
}

/** Why the bytes of the key do not fit the record; null when they do. */
function describeKeyProblem(key: PublicKey, algorithm: string): string | null {
  if (key.kind === "unreadable") return `The key cannot be read: ${key.problem}.`;
  if (algorithm !== "rsa" && algorithm !== "ed25519")
    return `Verifiers do not know the algorithm “${algorithm}” (“k”).`;
  if (key.kind !== algorithm)
    return `The record says “k=${algorithm}”, but the key is one of ${key.kind === "rsa" ? "RSA" : "Ed25519"}.`;
  if (key.kind === "ed25519" && key.form === "wrapped")
    return "The Ed25519 key is wrapped in ASN.1; RFC 8463 has its 32 bytes alone.";
  return null;
}

function judgeSound(domain: string, { name, answer }: KeyView, { key, flags }: KeyRecord): Finding[] {
  const way = answer.aliases.length > 0 ? `, by way of ${toPrintable(answer.aliases.at(-1) ?? "", 253)}` : "";
  const narrow = flags.includes("s") ? "; it is for addresses of the domain itself, not of sub-domains (t=s)" : "";
  const findings = [...judgeSize(domain, name, key)];
  if (flags.includes("y"))
    findings.push(
      finding(
        "warn",
        domain,
        `${name} says that signing is under test (t=y): verifiers may treat the mail as not signed (RFC 6376 3.6.1).`,
        "Remove “t=y” when the test messages pass.",
      ),
    );
  if (findings.length > 0) return findings;
  const what = key?.kind === "rsa" ? `an RSA key of ${key.bits} bits` : "an Ed25519 key";
  return [finding("pass", domain, `${name} has ${what}${way}${narrow}.`)];
}

function judgeSize(domain: string, name: string, key: PublicKey | null): Finding[] {
  if (key?.kind !== "rsa") return [];
  const warn = (text: string, todo: string) => finding("warn", domain, `${name}: ${text}`, todo);
  const findings: Finding[] = [];
  if (key.bits < usualBits)
    findings.push(
      warn(
        `The RSA key has ${key.bits} bits; ${usualBits} is the usual size now.`,
        `Make a key of ${usualBits} bits under a new selector when there is time.`,
      ),
    );
  if (key.bits > largestBits)
    findings.push(
      warn(
        `The RSA key has ${key.bits} bits; verifiers need not take more than ${largestBits} (RFC 8301 3.2).`,
        `Make a key of ${usualBits} bits under a new selector.`,
      ),
    );
  if (key.form === "bare")
    findings.push(
      warn(
        "The RSA key is a bare PKCS #1 key, which some verifiers cannot read.",
        "Publish it as a SubjectPublicKeyInfo (it then usually begins with “MI”).",
      ),
    );
  return findings;
}
