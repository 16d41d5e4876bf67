import { toPrintable } from "../bytes.ts";
import { transcribeDns } from "../dns/exchange.ts";
import type { DnsRecord } from "../dns/record.ts";
import { replayWalk } from "../dns/walk.ts";
import { conclude, finding, listInWords } from "../judgement.ts";
import type { Finding, Judgement } from "../types.ts";
import type { DanePlan } from "./plan.ts";
import { quoteTlsa, tlsaProblem, tlsaRecords } from "./tlsa.ts";
import { type DaneHost, type DaneView, walkDane } from "./walk.ts";

/**
 * TLSA records of the MX hosts (DANE for SMTP, RFC 7672), secured by DNSSEC as far as the resolver says so. No certificate is compared
 * with them.
 */
export function judgeDane(plan: DanePlan, record: DnsRecord): Judgement {
  const view = replayWalk(walkDane(plan), record.exchanges);
  const findings = [
    ...view.mx.flatMap(judgeMx),
    ...view.hosts.map((host) => judgeHost(view, host)),
    ...(view.hosts.length === 0 ? [judgeNoHost(plan)] : []),
  ];
  const trust = view.isVerifying ? "says" : "cannot say";
  const passed = `The resolver ${view.server} gives no TLSA record of the MX hosts that senders would stumble over; what is secured by DNSSEC, it ${trust}. No certificate was compared with a TLSA record.`;
  return conclude(findings, passed, transcribeDns(record.exchanges));
}

function judgeMx({ status, question, server, detail }: DaneView["mx"][number]): Finding[] {
  if (status === "answered" || status === "no-data" || status === "no-such-name") return [];
  return [
    finding(
      "not-measurable",
      toPrintable(question.name, 260),
      `The MX records could not be read from ${server}: ${detail}.`,
      "Check the resolver and the zone, then run the check again.",
    ),
  ];
}

function judgeNoHost({ domains }: DanePlan): Finding {
  return finding(
    "not-measurable",
    toPrintable(listInWords(domains.slice(0, 5)), 600),
    "No MX host is known, neither from DNS nor of the region, so no TLSA record was asked for.",
    "Confirm the region's MX hosts, then run the check again.",
  );
}

const roles: Record<DaneHost["role"], string> = {
  new: "the region's MX host",
  present: "an MX host of today",
  own: "an inbound host of the customer's",
};

function judgeHost(view: DaneView, one: DaneHost): Finding {
  const { tlsa, addresses } = one;
  const subject = toPrintable(one.host, 260);
  if (tlsa.status === "no-data" || tlsa.status === "no-such-name")
    return finding("pass", subject, `No TLSA record, so senders use no DANE for ${roles[one.role]}.`);
  if (tlsa.status === "server-failure") return judgeServerFailure(one, subject);
  if (tlsa.status !== "answered")
    return finding(
      "not-measurable",
      subject,
      `The resolver ${tlsa.server} gave no usable answer about TLSA: ${tlsa.detail}.`,
      "Check this machine's network, or name another resolver in the settings, and run the check again.",
    );
  const records = tlsaRecords(tlsa);
  const told = listInWords(records.slice(0, 4).map((record) => `“${quoteTlsa(record)}”`));
  if (!view.isVerifying)
    return finding(
      "not-measurable",
      subject,
      `There are TLSA records (${told}), but the resolver ${view.server} vouches for no answer, not even for the signed root zone: it does not verify DNSSEC, so whether senders use the records cannot be seen.${afterwards(one)}`,
      "Name a resolver that verifies DNSSEC in the settings, and run the check again.",
    );
  const isSecured = tlsa.isVerified && addresses.every(({ isVerified }) => isVerified);
  if (!isSecured)
    return finding(
      "warn",
      subject,
      `There are TLSA records (${told}), but the resolver says that ${tlsa.isVerified ? "the host's address" : "the answer"} is not secured by DNSSEC: senders ignore the records.${afterwards(one)}`,
      one.role === "present" ? removal : "Have the zone signed, or remove the records.",
    );
  return judgeSecured(view, one, subject, told);
}

/** RFC 7672 2.1.2: a sender that cannot find out whether there is a TLSA record holds the mail back. */
function judgeServerFailure({ tlsa, addresses }: DaneHost, subject: string): Finding {
  const isSecured = addresses.some(({ isVerified }) => isVerified);
  const what = `The question for TLSA fails: ${tlsa.detail}.`;
  if (isSecured)
    return finding(
      "fail",
      subject,
      `${what} The host's address is secured by DNSSEC, as the resolver says, so senders with DANE hold mail back until the question is answered.`,
      "Have the operator of the host's zone repair its name servers or signatures.",
    );
  return finding(
    "warn",
    subject,
    `${what} The resolver vouches for no address of the host, so most senders do not ask.`,
    "Have the operator of the host's zone repair its name servers or signatures.",
  );
}

function judgeSecured(view: DaneView, one: DaneHost, subject: string, told: string): Finding {
  const records = tlsaRecords(one.tlsa);
  const problems = records.flatMap((record) => {
    const problem = tlsaProblem(record);
    return problem === null ? [] : [`“${quoteTlsa(record)}”: ${problem}`];
  });
  if (problems.length === records.length)
    return finding(
      "warn",
      subject,
      `Senders can use none of the TLSA records (${listInWords(problems.slice(0, 4))}); they insist on TLS, but compare no certificate.`,
      "Correct the records, such as “3 1 1” with the SHA-256 of the public key.",
    );
  const odd = problems.length > 0 ? ` Not used: ${listInWords(problems.slice(0, 4))}.` : "";
  const text = `Secured by DNSSEC, as the resolver says: senders with DANE deliver only to a certificate that fits ${told}.${odd}${describeMx(view, one)}${afterwards(one)}`;
  return finding(problems.length > 0 ? "warn" : "pass", subject, text.trim(), todoOf(one, problems.length));
}

const removal = "Remove the TLSA records together with the old host, after the MX change and not before.";

const todoOf = ({ role }: DaneHost, problems: number): string => {
  if (role === "present") return removal;
  return problems > 0 ? "Correct or remove the records that cannot be used." : "";
};

const afterwards = ({ role }: DaneHost): string =>
  role === "present" ? " After the MX change the records are left over and can go with the host." : "";

/** RFC 7672 2.2.1: behind MX records that are not secured, the use of DANE is the sender's choice. */
function describeMx({ mx }: DaneView, { host }: DaneHost): string {
  const open = mx.filter(
    ({ records, isVerified }) =>
      !isVerified && records.some(({ data }) => data.type === "MX" && data.exchange === host),
  );
  if (open.length === 0) return "";
  const names = listInWords(open.slice(0, 5).map(({ question }) => toPrintable(question.name, 260)));
  return ` The MX records of ${names} are not secured, so some senders leave DANE out.`;
}
