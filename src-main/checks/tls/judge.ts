import { toPrintable } from "../bytes.ts";
import { lookUp } from "../look-up.ts";
import type { TlsFacts } from "./facts.ts";

/** Days before expiry from which a certificate is called out. */
const expiringDays = 30;
const day = 86_400_000;

export interface CertificateProblem {
  kind: "self-signed" | "untrusted" | "name" | "expired" | "not-yet-valid" | "expiring" | "added-authority";
  /** Sentence, without the subject. */
  text: string;
}

const distrusts: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "The certificate is self-signed.",
  SELF_SIGNED_CERT_IN_CHAIN:
    "The certificate comes from an authority of the organisation's own, which others do not know.",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "The certificate's issuer is not a public authority, or the server leaves out an intermediate certificate.",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "The server leaves out the intermediate certificate, or the issuer is not a public authority.",
};

/** What a strict sender would object to in a certificate, seen at a moment (ISO). `name` is the host name expected; null skips it. */
export function judgeCertificate(facts: TlsFacts, name: string | null, at: string): CertificateProblem[] {
  const [leaf] = facts.chain;
  if (!leaf) return [{ kind: "untrusted", text: "The server showed no certificate." }];
  const problems: CertificateProblem[] = [];
  if (!facts.trusted && facts.distrust !== "CERT_HAS_EXPIRED" && facts.distrust !== "CERT_NOT_YET_VALID")
    problems.push({
      kind: facts.distrust === "DEPTH_ZERO_SELF_SIGNED_CERT" ? "self-signed" : "untrusted",
      text: lookUp(distrusts, facts.distrust ?? "") ?? `The chain is not trusted (${facts.distrust}).`,
    });
  if (facts.trustedBySettings)
    problems.push({
      kind: "added-authority",
      text: "The chain is trusted only because its authority was added in the settings.",
    });
  if (name !== null && !leaf.names.some((pattern) => matchesName(name, pattern)))
    problems.push({
      kind: "name",
      text: `The certificate is for ${toPrintable(leaf.names.slice(0, 5).join(", "), 300) || "no name"}, not for ${name}.`,
    });
  return [...problems, ...judgeDates(leaf, Date.parse(at))];
}

function judgeDates({ validFrom, validTo }: TlsFacts["chain"][number], now: number): CertificateProblem[] {
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  const until = validTo.slice(0, 10);
  if (to < now) return [{ kind: "expired", text: `The certificate expired on ${until}.` }];
  if (from > now)
    return [{ kind: "not-yet-valid", text: `The certificate is valid only from ${validFrom.slice(0, 10)} on.` }];
  const days = Math.floor((to - now) / day);
  return days < expiringDays
    ? [{ kind: "expiring", text: `The certificate expires in ${days} days, on ${until}.` }]
    : [];
}

/** RFC 9525 6.3: the leftmost label may be "*" and stands for exactly one label; addresses match as written. */
export function matchesName(host: string, pattern: string): boolean {
  const [name, wanted] = [host.toLowerCase().replace(/\.$/, ""), pattern.toLowerCase().replace(/\.$/, "")];
  if (!wanted.startsWith("*.")) return name === wanted;
  const rest = wanted.slice(1);
  return (
    rest.split(".").length > 2 &&
    name.endsWith(rest) &&
    !name.slice(0, -rest.length).includes(".") &&
    name.length > rest.length
  );
}
