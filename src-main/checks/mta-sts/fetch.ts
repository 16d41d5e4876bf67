import { toPrintable } from "../bytes.ts";
import { exchangeToAnswer } from "../dns/exchange.ts";
import { finding } from "../judgement.ts";
import { describeFailure, isSilence } from "../net-failure.ts";
import { judgeCertificate } from "../tls/judge.ts";
import type { Finding } from "../types.ts";
import { type MtaStsPlan, policyHost } from "./plan.ts";
import type { MtaStsRecord, PolicyAttempt } from "./record.ts";

/** What came of fetching a policy: its text, or the finding that says why there is none. */
export type Fetched =
  | { kind: "body"; body: string; remarks: string[]; suffix: string }
  | { kind: "none"; finding: Finding };

const consequence =
  "Senders without a copy deliver as if there were no MTA-STS; those that remember an earlier policy go on with it.";

/** Judges the tries to fetch one domain's policy, as a sender would see them (RFC 8461 3.3). */
export function judgeFetch(
  plan: MtaStsPlan,
  record: MtaStsRecord,
  domain: string,
  attempts: readonly PolicyAttempt[],
  isPortOpen: boolean,
): Fetched {
  const host = policyHost(domain);
  const last = attempts.find(({ reply, tls }) => reply !== null || tls !== null) ?? attempts.at(-1);
  if (!last) return { kind: "none", finding: judgeNoAddress(record, domain, host) };
  if (last.reply) return judgeReply(domain, host, last, record.at);
  if (last.tls) return { kind: "none", finding: judgeRefusedCertificate(domain, host, last, record.at) };
  return { kind: "none", finding: judgeNoConnection(plan, domain, host, last, isPortOpen) };
}

function judgeNoAddress(record: MtaStsRecord, domain: string, host: string): Finding {
  const answers = record.exchanges.filter(({ name, to }) => name === host && to === null).map(exchangeToAnswer);
  const unheard = answers.find(({ status }) => status !== "no-data" && status !== "no-such-name");
  const telling = unheard ?? answers[0];
  if (unheard || !telling)
    return finding(
      "not-measurable",
      domain,
      `The policy is announced, but the address of ${host} could not be found out: ${telling?.detail ?? "nothing was asked"}.`,
      "Run the check again.",
    );
  return finding(
    "fail",
    domain,
    `The policy is announced, but its host ${host} has no address (${telling.detail}). ${consequence}`,
    `Publish the address of ${host}, or remove the _mta-sts record.`,
  );
}

function judgeNoConnection(
  { port }: MtaStsPlan,
  domain: string,
  host: string,
  { address, failure }: PolicyAttempt,
  isPortOpen: boolean,
): Finding {
  const code = failure ?? "UNKNOWN";
  const told = `The policy is announced, but ${host} (${address}, port ${port}) could not be asked from here: ${describeFailure(code)}.`;
  if (code === "NOT_HTTP" || code === "TOO_LARGE")
    return finding("fail", domain, `${told} ${consequence}`, `Look at what answers on ${host}.`);
  if (!isPortOpen && (isSilence(code) || code === "ECONNREFUSED"))
    return finding(
      "not-measurable",
      domain,
      `${told} No policy host answered from here, so this network may keep HTTPS from going out.`,
      `Open https://${host}/.well-known/mta-sts.txt from another network, or run the check again there.`,
    );
  return finding(
    isSilence(code) || code === "ECONNREFUSED" ? "fail" : "not-measurable",
    domain,
    `${told} ${consequence}`,
    `Open https://${host}/.well-known/mta-sts.txt from another network; if it fails there too, repair the host.`,
  );
}

/** A chain that ends in an unknown authority, for the right name, is also what a network that inspects HTTPS shows. */
function judgeRefusedCertificate(domain: string, host: string, { tls, failure }: PolicyAttempt, at: string): Finding {
  const problems = tls ? judgeCertificate(tls, host, at) : [];
  const grave = problems.filter(({ kind }) => kind !== "expiring" && kind !== "added-authority");
  const why = grave.map(({ text }) => toPrintable(text, 400)).join(" ") || `${describeFailure(failure ?? "TLS")}.`;
  const isUnknownAuthority = grave.every(({ kind }) => kind === "untrusted");
  const issuer = tls?.chain[0]?.issuer ?? "";
  if (isUnknownAuthority)
    return finding(
      "not-measurable",
      domain,
      `${host} showed a certificate that is not trusted here: ${why} Issuer: ${toPrintable(issuer, 200) || "not named"}. Either the policy host leaves something out, or this network reads HTTPS with a certificate of its own.`,
      "Run the check again from a network that does not inspect HTTPS; if the certificate is the same, repair the policy host.",
    );
  return finding(
    "fail",
    domain,
    `Senders cannot take the policy from ${host}, because its certificate is not good for that name: ${why} ${consequence}`,
    `Install a publicly issued certificate for ${host}.`,
  );
}

function judgeReply(domain: string, host: string, { reply, tls }: PolicyAttempt, at: string): Fetched {
  const { status, head, body } = reply ?? { status: 0, head: "", body: "" };
  if (status !== 200) return { kind: "none", finding: judgeStatus(domain, host, status, head) };
  const type = /^content-type:[ \t]*([^;\s]*)/im.exec(head)?.[1]?.toLowerCase() ?? "";
  const remarks =
    type === "text/plain"
      ? []
      : [`${host} sends the policy as “${type || "no type"}”; senders may insist on text/plain (RFC 8461 3.2).`];
  const problems = tls ? judgeCertificate(tls, host, at) : [];
  const kinds = problems.filter(({ kind }) => kind === "added-authority" || kind === "expiring");
  const suffix = kinds.map(({ text }) => ` ${host}: ${text}`).join("");
  return { kind: "body", body, remarks, suffix };
}

function judgeStatus(domain: string, host: string, status: number, head: string): Finding {
  const line = toPrintable(head.split("\n")[0] ?? "", 120);
  if (status >= 300 && status < 400)
    return finding(
      "fail",
      domain,
      `${host} answers with a redirect (“${line}”), which senders must not follow (RFC 8461 3.3). ${consequence}`,
      "Serve the policy file at that address itself.",
    );
  return finding(
    "fail",
    domain,
    `The policy is announced, but ${host} answers “${line}” instead of the policy. ${consequence}`,
    `Serve the policy at https://${host}/.well-known/mta-sts.txt, or remove the _mta-sts record.`,
  );
}
