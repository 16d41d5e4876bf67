import { toPrintable } from "../bytes.ts";
import { describeExchange } from "../dns/exchange.ts";
import { conclude, finding, listInWords } from "../judgement.ts";
import { describeFailure, isSilence } from "../net-failure.ts";
import { isSameRegion } from "../region-hosts.ts";
import {
  describeTls,
  quoteReply,
  readNoAddress,
  readTellingViews,
  type SmtpView,
  transcribeSmtp,
} from "../smtp/reading.ts";
import { isMasked } from "../smtp/reply.ts";
import { judgeCertificate } from "../tls/judge.ts";
import type { Finding, Judgement } from "../types.ts";
import type { EgressPlan } from "./egress-plan.ts";
import type { EgressRecord, TcpAttempt, TcpHost } from "./egress-record.ts";

/**
 * Whether connections get out from here to the hosts the project needs. A port that is closed on the way says something about this
 * network only; it is held against a host when another one answered on the same port.
 */
export function judgeEgress(plan: EgressPlan, record: EgressRecord): Judgement {
  const views = record.smtp.hosts.map((host) => ({ host, views: readTellingViews(host) }));
  const open = new Set([
    ...views.flatMap((one) => one.views).flatMap(({ reach, port }) => (reach === "greeted" ? [port] : [])),
    ...record.tcp.flatMap(({ attempts, port }) => (attempts.some(({ failure }) => failure === null) ? [port] : [])),
  ]);
  const findings = [
    ...views.flatMap(({ host, views: all }) =>
      all.length === 0 ? [judgeNoAddress(record, host, "smtp")] : all.map((view) => judgeSmtp(plan, view, open)),
    ),
    ...record.tcp.map((host) => judgeTcp(record, host, open)),
  ];
  const targets = [...record.smtp.hosts, ...record.tcp].map(({ host, port }) => `${host}:${port}`);
  const told = `${listInWords(targets.slice(0, 12))}${targets.length > 12 ? " …" : ""}`;
  const passed = `From this place ${told} accept TCP connections; mail hosts among them greet, web servers show a certificate that is trusted here. Which ways out the customer's own servers have is not part of this probe.`;
  return conclude(findings, passed, transcribe(record));
}

function judgeNoAddress(
  record: EgressRecord,
  { host, port }: { host: string; port: number },
  purpose: string,
): Finding {
  const source = purpose === "smtp" ? record.smtp : { ...record.smtp, exchanges: record.exchanges };
  const { isSilent, text } = readNoAddress(source, host);
  if (isSilent)
    return finding(
      "not-measurable",
      `${host}:${port}`,
      `The address of the host could not be found out: ${text}.`,
      "Check this machine's network, or name another resolver in the settings, and run the check again.",
    );
  if (purpose === "directory")
    return finding(
      "not-measurable",
      `${host}:${port}`,
      `The resolver asked from here does not know the directory host: ${text}. It may be known inside the customer's network only.`,
      "Run the check again inside the customer's network. The vendor's service needs a name or address that is known outside.",
    );
  return finding("fail", `${host}:${port}`, `The host name has no address: ${text}.`, "Correct the host name.");
}

function judgeSmtp(plan: EgressPlan, view: SmtpView, open: ReadonlySet<number>): Finding {
  const { subject, reach, greeting, failure, port } = view;
  const isClosed = reach === "silent" || reach === "refused";
  const purpose = port === plan.relayPort ? "relay" : "submission";
  if (isClosed && purpose === "submission" && !plan.needsSubmission)
    return finding(
      "warn",
      subject,
      `No connection from this place: ${failure}. The port is needed only where the mail server logs on to the smart host, which the Request for Information does not say.`,
      `Open TCP ${port} outwards if the server is to log on.`,
    );
  if (isClosed) return judgeClosed({ subject, port, purpose, failure, isSilent: reach === "silent" }, open);
  if (!greeting)
    return finding(
      "warn",
      subject,
      `The connection was made, but no greeting came: ${failure}. Something on the way may take the connection itself.`,
      "Look for a proxy or firewall with SMTP inspection between, and run the check again.",
    );
  const quote = quoteReply(greeting);
  if (greeting.code !== 220)
    return finding(
      "pass",
      subject,
      `The way out is open; the host refuses or puts off this place's address with “${quote}”.`,
    );
  const text = greeting.lines[0] ?? "";
  const name = (text.trim().split(/\s/)[0] ?? "").toLowerCase().replace(/\.$/, "");
  if (!isMasked(text) && plan.expected.some((host) => host === name || isSameRegion(host, name)))
    return finding("pass", subject, `Open from here; greeted with “${quote}”.`);
  return finding(
    "warn",
    subject,
    `Something answers, but ${isMasked(text) ? "its greeting is masked with asterisks" : `its greeting “${quote}” names none of the region's smart hosts`}: a device on the way may stand in for the host.`,
    "Look for a transparent SMTP proxy of the firewall or the Internet provider.",
  );
}

interface Closed {
  subject: string;
  port: number;
  purpose: "relay" | "submission" | TcpHost["purpose"];
  failure: string;
  isSilent: boolean;
}

function judgeClosed({ subject, port, purpose, failure, isSilent }: Closed, open: ReadonlySet<number>): Finding {
  if (open.has(port))
    return finding(
      "fail",
      subject,
      `No connection from this place: ${failure}, although another host answered on TCP ${port} from here.`,
      `Open TCP ${port} to every host named, not only to one.`,
    );
  if (purpose === "relay" || (purpose === "submission" && isSilent))
    return finding(
      "not-measurable",
      subject,
      `No connection from this place: ${failure}, and nothing else answered on TCP ${port}. Many guest, hotel and mobile networks keep that port closed, so this says nothing about the customer's mail server.`,
      `Try “telnet HOST ${port}” on the mail server itself, or run the check again in its network.`,
    );
  if (isSilent)
    return finding(
      "not-measurable",
      subject,
      `No connection from this place: ${failure}. ${silenceOf(purpose, port)}`,
      silenceTodo(purpose),
    );
  return finding(
    "fail",
    subject,
    `The connection from this place failed: ${failure}.`,
    purpose === "directory"
      ? "Check that the directory service listens on this port and that no firewall between refuses it."
      : `Check that the firewall lets TCP ${port} out; some networks answer for the host.`,
  );
}

const silenceOf = (purpose: Closed["purpose"], port: number): string =>
  purpose === "directory"
    ? "That is right when the firewall admits the vendor's addresses only, or when this computer is outside the customer's network."
    : `Nothing else answered on TCP ${port}, so this network may keep that port closed.`;

const silenceTodo = (purpose: Closed["purpose"]): string =>
  purpose === "directory"
    ? "Use the console's own test of the directory connection, which comes from the vendor's addresses."
    : "Run the check again from the network in which administrators and servers work.";

function judgeTcp(record: EgressRecord, target: TcpHost, open: ReadonlySet<number>): Finding {
  const { host, port, purpose, attempts } = target;
  const done = attempts.find(({ failure }) => failure === null);
  const subject = `${host}:${port}`;
  if (done) return judgeOpen(target, done, record.smtp.at);
  const unroutable = ["ENETUNREACH", "EADDRNOTAVAIL", "EHOSTUNREACH"];
  const telling = attempts.find(({ failure }) => !unroutable.includes(failure ?? "")) ?? attempts[0];
  if (!telling) return judgeNoAddress(record, target, purpose);
  const code = telling.failure ?? "UNKNOWN";
  return judgeClosed({ subject, port, purpose, failure: describeFailure(code), isSilent: isSilence(code) }, open);
}

/** An open port, and who answers on it as far as a certificate tells: a network that inspects HTTPS shows one of its own. */
function judgeOpen(
  { host, port, purpose }: TcpHost,
  { address, milliseconds, tls, tlsFailure }: TcpAttempt,
  at: string,
): Finding {
  const subject = `${host}:${port}`;
  const told = `The TCP connection to ${address} was accepted after ${Math.round(milliseconds)} ms`;
  if (purpose === "directory") return finding("pass", subject, `${told}. Who answers was not looked at.`);
  const problems = tls ? judgeCertificate(tls, host, at) : [];
  const grave = problems.filter(({ kind }) => kind !== "expiring" && kind !== "added-authority");
  if (tls && grave.length === 0) return finding("pass", subject, `${told}, and the certificate is good for the name.`);
  const issuer = toPrintable(tls?.chain[0]?.issuer ?? "", 200);
  const why = tls
    ? `${grave.map(({ text }) => toPrintable(text, 400)).join(" ")} Issuer: ${issuer || "not named"}.`
    : `The TLS handshake failed: ${describeFailure(tlsFailure ?? "TLS")}.`;
  return finding(
    "warn",
    subject,
    `${told}, but something else than the service may answer. ${why}`,
    "Ask whether this network inspects HTTPS, and have the vendor's hosts exempted.",
  );
}

function transcribe({ smtp, tcp, exchanges }: EgressRecord): string {
  const lines = tcp.flatMap(({ host, port, attempts }) =>
    attempts.flatMap(({ address, local, milliseconds, failure, tls, tlsFailure }) => {
      const outcome = failure === null ? `connected from ${local}` : `${describeFailure(failure)} (${failure})`;
      return [
        toPrintable(`${host}:${port} at ${address}: ${outcome} [${milliseconds} ms]`),
        ...(tls ? describeTls(tls) : []),
        ...(tlsFailure === null ? [] : [toPrintable(`! TLS: ${describeFailure(tlsFailure)} (${tlsFailure})`)]),
      ];
    }),
  );
  return [transcribeSmtp(smtp), lines.join("\n"), exchanges.map(describeExchange).join("\n")].join("\n\n");
}
