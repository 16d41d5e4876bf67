import { isAddressText } from "../address.ts";
import { toPrintable } from "../bytes.ts";
import { describeExchange, exchangeToAnswer } from "../dns/exchange.ts";
import { conclude, countInWords, finding } from "../judgement.ts";
import { describeFailure, isSilence } from "../net-failure.ts";
import { describeTls } from "../smtp/reading.ts";
import { judgeCertificate } from "../tls/judge.ts";
import type { Finding, Judgement } from "../types.ts";
import type { DirectoryPlan } from "./plan.ts";
import type { DirectoryRecord, DirectoryServer, LdapOutcome, LdapSearch } from "./record.ts";
import { explainResult } from "./results.ts";

/** The directory as the synchronisation will use it: port, encryption, bind user, entries with an address. */
export function judgeDirectory(plan: DirectoryPlan, record: DirectoryRecord): Judgement {
  const findings = record.servers.flatMap((server) => judgeServer(plan, record, server));
  const passed = `From here ${countInWords(plan.hosts.length, "directory server")} accepted the bind user and found entries with an e-mail address. Whether the vendor's addresses reach them is not part of this probe.`;
  return conclude(findings, passed, transcribe(plan, record));
}

const subjectOf = (plan: DirectoryPlan, { host, address }: DirectoryServer): string =>
  address === null || address === host ? `${host}:${plan.port}` : `${host}:${plan.port} (${address})`;

function judgeServer(plan: DirectoryPlan, record: DirectoryRecord, server: DirectoryServer): Finding[] {
  const subject = subjectOf(plan, server);
  if (server.failure !== null) return [judgeNoConnection(plan, record, server)];
  const findings = judgeEncryption(plan, record, server);
  if (server.tlsFailure !== null) return findings;
  if (server.verification !== null)
    return [
      ...findings,
      finding(
        "fail",
        subject,
        `The password was not sent: strict encryption refuses this server's certificate (${server.verification}).`,
        "Install a certificate that a trusted authority issued for this name, add the organisation's authority to the settings, or choose relaxed encryption.",
      ),
    ];
  if (server.bind === null)
    return [
      ...findings,
      finding(
        "not-measurable",
        subject,
        `${plan.encryption === "none" ? "The port answers" : "Port and TLS answer"}, but bind and search were not tried, because no password was given.`,
        "Run the check again and enter the bind user's password; it is kept nowhere.",
      ),
    ];
  if (!server.bind.done) return [...findings, judgeBind(plan, subject, server.bind)];
  return [...findings, judgeSearch(plan, subject, server)];
}

function judgeNoConnection(plan: DirectoryPlan, record: DirectoryRecord, server: DirectoryServer): Finding {
  const subject = subjectOf(plan, server);
  const code = server.failure ?? "";
  if (code === "NO_ADDRESS") {
    const answers = record.exchanges.filter(({ name }) => name === server.host).map(exchangeToAnswer);
    const unheard = answers.find(({ status }) => status !== "no-data" && status !== "no-such-name");
    const why = (unheard ?? answers[0])?.detail ?? "nothing was asked";
    return finding(
      unheard ? "not-measurable" : "fail",
      subject,
      `The host has no address: ${why}.`,
      "Correct the host name, or use the resolver of the network the directory is in.",
    );
  }
  const text = `No connection to TCP ${plan.port}: ${describeFailure(code)} (this is what LDAP tools call error 81, or 51 from a busy server).`;
  if (isSilence(code))
    return finding(
      "not-measurable",
      subject,
      `${text} From outside the directory's network that is usual.`,
      "Run the check inside the customer's network; for the vendor's addresses, use the Administration Console's test.",
    );
  return finding("fail", subject, text, "Check the port, and that the directory service runs on this host.");
}

function judgeEncryption(plan: DirectoryPlan, record: DirectoryRecord, server: DirectoryServer): Finding[] {
  const subject = subjectOf(plan, server);
  if (plan.encryption === "none")
    return [
      finding(
        "warn",
        subject,
        "The connection is not encrypted: the bind password crosses the network in clear text.",
        "Use LDAPS (port 636) with at least relaxed encryption.",
      ),
    ];
  if (!server.tls) {
    const encrypted: Record<number, number> = { 389: 636, 3268: 3_269 };
    const other = encrypted[plan.port];
    const hint =
      other === undefined
        ? ""
        : ` Port ${plan.port} usually speaks LDAP without encryption; ${other === 636 ? "LDAPS" : "the global catalogue by LDAPS"} has ${other}.`;
    return [
      finding(
        "fail",
        subject,
        `The port is open, but the TLS handshake failed: ${describeFailure(server.tlsFailure ?? "TLS")}.${hint}`,
        "Install a certificate for LDAPS on the directory server, or correct the port.",
      ),
    ];
  }
  const name = isAddressText(server.host) ? null : server.host;
  return judgeCertificate(server.tls, name, record.at)
    .filter(({ kind }) => kind !== "added-authority")
    .map(({ kind, text }) => {
      if (kind === "expiring") return finding("warn", subject, text, "Renew the certificate.");
      const isStrict = plan.encryption === "strict";
      const meaning = isStrict
        ? "Strict encryption refuses it."
        : "Relaxed encryption accepts it, strict encryption would not.";
      return finding(
        isStrict ? "fail" : "warn",
        subject,
        `${text} ${meaning}`,
        "Use a certificate that a trusted authority issued for this name.",
      );
    });
}

function judgeBind(plan: DirectoryPlan, subject: string, bind: LdapOutcome): Finding {
  if (bind.code === null)
    return finding(
      "error",
      subject,
      `The bind was not answered as LDAP asks: ${toPrintable(describeFailure(bind.detail), 300)}.`,
      "Check that a directory service listens on this port, then run the check again.",
    );
  const { text, todo } = explainResult(bind);
  return finding("fail", subject, `Bind as ${toPrintable(plan.bindDn, 200)} was refused: ${text}`, todo);
}

const entriesInWords = ({ count, hasMore }: LdapSearch): string => {
  if (hasMore) return `at least ${count} entries`;
  return `${count} ${count === 1 ? "entry" : "entries"}`;
};

/** What the searches counted. The synchronisation passes users without an address over, so many of them are worth a look. */
function judgeCounts(
  plan: DirectoryPlan,
  subject: string,
  found: LdapSearch,
  without: LdapSearch | undefined,
): Finding {
  const catalogue = plan.port === 3268 || plan.port === 3269 ? "global catalogue; " : "";
  const counted = `Bind accepted; ${catalogue}the search “${toPrintable(found.filter, 200)}” under ${toPrintable(plan.rootDn, 200)} finds ${entriesInWords(found)}`;
  if (!without) return finding("pass", subject, `${counted}.`);
  if (!without.done) return finding("pass", subject, `${counted}. Users without an address could not be counted.`);
  const text = `${counted} with an e-mail address, and ${entriesInWords(without)} of users without.`;
  if (without.count <= found.count) return finding("pass", subject, text);
  return finding(
    "warn",
    subject,
    `${text} Users without one are not synchronised.`,
    "Compare the numbers with the mailboxes; fill the attributes mail and proxyAddresses where they are missing.",
  );
}

function judgeSearch(plan: DirectoryPlan, subject: string, server: DirectoryServer): Finding {
  const searches = server.searches.filter(({ sought }) => sought === "with-mail");
  const found = searches.find(({ count }) => count > 0);
  if (found) {
    const without = server.searches.find(({ sought }) => sought === "without-mail");
    return judgeCounts(plan, subject, found, without);
  }
  const failed = searches.find(({ done, code }) => !done && code !== 16 && code !== 17 && code !== 18);
  if (failed && failed.code === null)
    return finding(
      "error",
      subject,
      `Bind accepted, but the search was not answered: ${toPrintable(describeFailure(failed.detail), 300)}.`,
      "Run the check again; if it stays, look at the directory server's log.",
    );
  if (failed) {
    const { text, todo } = explainResult(failed);
    return finding(
      "fail",
      subject,
      `Bind accepted, but the search under ${toPrintable(plan.rootDn, 200)} failed: ${text}`,
      todo,
    );
  }
  return finding(
    "fail",
    subject,
    `Bind accepted, but no entry with an e-mail address is found under ${toPrintable(plan.rootDn, 200)}.`,
    "Correct the root DN, or let the bind user read the branch with the users.",
  );
}

/** Operations and outcomes; never the password, which is not in the record either. */
function transcribe(plan: DirectoryPlan, { servers, exchanges, hadPassword }: DirectoryRecord): string {
  const blocks = servers.map((server) => {
    const outcome = ({ done, code, detail }: LdapOutcome) =>
      done ? "success (0)" : `failed (${code ?? "no answer"}): ${toPrintable(detail, 600)}`;
    return [
      `${subjectOf(plan, server)}, encryption ${plan.encryption}`,
      server.failure === null
        ? `  connected in ${server.milliseconds} ms`
        : `  ! connect: ${describeFailure(server.failure)} (${server.failure})`,
      ...(server.tls ? describeTls(server.tls).map((line) => `  ${line}`) : []),
      ...(server.tlsFailure === null ? [] : [`  ! TLS: ${server.tlsFailure}`]),
      ...(server.verification === null ? [] : [`  ! verified connection: ${server.verification}`]),
      ...(server.bind
        ? [`  > simple bind as ${toPrintable(plan.bindDn)} with password`, `  < ${outcome(server.bind)}`]
        : []),
      ...server.searches.flatMap((search) => [
        `  > search ${search.filter} under ${toPrintable(plan.rootDn)}, subtree`,
        `  < ${outcome(search)}, ${search.count} entries${search.hasMore ? " or more" : ""}`,
      ]),
    ].join("\n");
  });
  const given = hadPassword ? [] : ["No password was given: bind and search were not tried."];
  return [...given, ...blocks, exchanges.map(describeExchange).join("\n")].join("\n\n");
}
