import { isAddressText } from "../address.ts";
import { conclude, countInWords, finding } from "../judgement.ts";
import { isSameRegion, isSameVendor } from "../region-hosts.ts";
import { judgeCertificate } from "../tls/judge.ts";
import type { Finding, Judgement, Verdict } from "../types.ts";
import type { InboundHostPlan, SmartHostPlan } from "./plan.ts";
import {
  quoteReply,
  readNoAddress,
  readTellingViews,
  type SmtpView,
  smtpFailureInWords,
  transcribeSmtp,
} from "./reading.ts";
import type { SmtpRecord } from "./record.ts";
import { isMasked } from "./reply.ts";

/** The vendor's smart hosts as seen from here: reachable, of the right region, with encryption nobody has tampered with. */
export function judgeSmartHost(plan: SmartHostPlan, record: SmtpRecord): Judgement {
  const all = record.hosts.map((host) => ({ host, views: readTellingViews(host) }));
  const isPortOpen = all.some(({ views }) => views.some(({ reach }) => reach === "greeted"));
  const findings = all.flatMap(({ host, views }) =>
    views.length === 0
      ? [judgeNoAddress(record, host.host)]
      : views.flatMap((view) => judgeSmartView(plan, view, isPortOpen, record.at)),
  );
  const passed = `From here ${countInWords(record.hosts.length, "smart host")} greeted, offered STARTTLS and negotiated TLS 1.2 or newer with a trusted certificate. That this customer's server may relay is not part of this probe.`;
  return conclude(findings, passed, transcribeSmtp(record));
}

function judgeNoAddress(record: SmtpRecord, host: string): Finding {
  const { isSilent, text } = readNoAddress(record, host);
  if (isSilent)
    return finding(
      "not-measurable",
      host,
      `The address of the host could not be found out: ${text}.`,
      "Check this machine's network, or name another resolver in the settings, and run the check again.",
    );
  return finding("fail", host, `The host name has no address: ${text}.`, "Correct the host name.");
}

function judgeSmartView(plan: SmartHostPlan, view: SmtpView, isPortOpen: boolean, at: string): Finding[] {
  const { subject, greeting } = view;
  if (view.reach === "silent") return [judgeSilentSmartHost(view, isPortOpen)];
  if (view.reach === "refused")
    return [
      finding(
        "fail",
        subject,
        `The connection failed: ${view.failure}.`,
        `Check that the firewall lets TCP ${view.port} out to the smart hosts; some networks answer for them.`,
      ),
    ];
  if (!greeting)
    return [
      finding(
        "fail",
        subject,
        `The connection was made, but no greeting came: ${view.failure}.`,
        "Look for a proxy or firewall with SMTP inspection between, and run the check again.",
      ),
    ];
  if (greeting.code !== 220) return [judgeRefusal(view)];
  const findings = [...judgeGreeting(plan, view), ...judgeSmartTls(view, at)];
  return findings.length > 0
    ? findings
    : [
        finding(
          "pass",
          subject,
          `Greeted after ${view.greetingSeconds.toFixed(1)} s with “${quoteReply(greeting)}”; ${view.tls?.protocol ?? ""}, certificate trusted.`,
        ),
      ];
}

function judgeSilentSmartHost({ subject, port, failure }: SmtpView, isPortOpen: boolean): Finding {
  if (isPortOpen)
    return finding(
      "fail",
      subject,
      `No connection: ${failure}, although another smart host answered from the same place.`,
      `Open TCP ${port} to every smart host of the region, not only to one.`,
    );
  return finding(
    "not-measurable",
    subject,
    `No connection from this place: ${failure}. Many guest, hotel and mobile networks block TCP ${port}, so this says nothing about the customer's mail server.`,
    `Run the check again on the network of the customer's mail server, or try “telnet HOST ${port}” on that server; if it fails there too, open TCP ${port} outwards.`,
  );
}

/** 4yz asks to come again, 5yz refuses this address (RFC 5321 3.1 and 4.2.1). */
function judgeRefusal(view: SmtpView): Finding {
  const { subject, greeting } = view;
  const quote = greeting ? quoteReply(greeting) : "";
  if (greeting && greeting.code >= 400 && greeting.code < 500)
    return finding(
      "warn",
      subject,
      `The host is there but put this address off with “${quote}”.`,
      "Wait some minutes and run the check again; if it stays, this network's address is known for bad mail or opens too many connections.",
    );
  return finding(
    "fail",
    subject,
    `The host is there but refused this address with “${quote}”.`,
    "Run the check again from the network of the mail server; if the refusal stays, ask the host's operator about that address.",
  );
}

/** The greeting's host name: the region's, another region's of the same vendor, masked by a firewall, or a stranger's. */
function judgeGreeting(plan: SmartHostPlan, { subject, greeting }: SmtpView): Finding[] {
  const text = greeting?.lines[0] ?? "";
  if (isMasked(text))
    return [
      finding(
        "warn",
        subject,
        "The greeting is masked with asterisks: a firewall between inspects SMTP and changes it.",
        "Switch SMTP inspection off on the firewall; it breaks STARTTLS and long messages.",
      ),
    ];
  const name = (text.trim().split(/\s/)[0] ?? "").toLowerCase().replace(/\.$/, "");
  if (plan.expected.some((host) => host === name || isSameRegion(host, name))) return [];
  const quote = greeting ? quoteReply(greeting) : "";
  if (plan.expected.some((host) => isSameVendor(host, name)))
    return [
      finding(
        "fail",
        subject,
        `The greeting “${quote}” names a host of another region.`,
        "Use the smart hosts shown in the Administration Console of this account.",
      ),
    ];
  return [
    finding(
      "warn",
      subject,
      `The greeting “${quote}” does not name one of the region's smart hosts: another server may answer in their place.`,
      "Look for a transparent SMTP proxy of the firewall or the Internet provider.",
    ),
  ];
}

function judgeSmartTls(view: SmtpView, at: string): Finding[] {
  const { subject, tls } = view;
  if (!tls)
    return [
      finding(
        "fail",
        subject,
        describeMissingTls(view),
        "Look for a firewall with SMTP inspection between and switch the inspection off; the vendor's hosts offer STARTTLS.",
      ),
    ];
  const name = isAddressText(view.host) ? null : view.host;
  return judgeCertificate(tls, name, at).map(({ kind, text }) => {
    if (kind === "added-authority") return finding("pass", subject, `Greeted; ${tls.protocol}. ${text}`);
    const isMinor = kind === "expiring";
    return finding(
      isMinor ? "warn" : "fail",
      subject,
      isMinor ? text : `${text} A device between may be reading the mail.`,
      isMinor
        ? "Leave it to the vendor, who renews the certificates of these hosts."
        : "Find out which device answers in place of the smart host.",
    );
  });
}

/** Why there is no TLS, in one sentence. */
function describeMissingTls({ hello, extensions, startTls, tlsFailure }: SmtpView): string {
  if (tlsFailure !== null) return `STARTTLS was accepted, but the handshake failed: ${smtpFailureInWords(tlsFailure)}.`;
  if (startTls) return `STARTTLS was offered, then refused with “${quoteReply(startTls)}”.`;
  if (!hello) return "EHLO was not answered.";
  if (hello.code !== 250) return `EHLO was refused with “${quoteReply(hello)}”, so STARTTLS is not offered.`;
  if (extensions.includes("STARTTLS")) return "STARTTLS was offered, then not answered.";
  const masked = extensions.some((keyword) => /^X{4,}/.test(keyword))
    ? " (a line is overwritten with X, as firewalls do)"
    : "";
  return `EHLO was answered without STARTTLS${masked}.`;
}

/** The customer's own hosts, to which the vendor delivers. */
export function judgeInboundHost(plan: InboundHostPlan, record: SmtpRecord): Judgement {
  const findings = record.hosts.flatMap((host) => {
    const views = readTellingViews(host);
    if (views.length === 0) return [judgeNoAddress(record, host.host)];
    return views.flatMap((view) => judgeInboundView(plan, view, record.at));
  });
  const passed = `From here ${countInWords(record.hosts.length, "inbound host")} greeted and negotiated TLS with a certificate that is trusted here. Whether the vendor's addresses reach them is shown by the console's own test only.`;
  return conclude(findings, passed, transcribeSmtp(record));
}

function judgeInboundView(plan: InboundHostPlan, view: SmtpView, at: string): Finding[] {
  const { subject, greeting } = view;
  if (view.reach === "silent")
    return [
      finding(
        "not-measurable",
        subject,
        `No connection from this place: ${view.failure}. That is right when the firewall admits the vendor's addresses only; this network may also block TCP ${view.port}.`,
        "Use the connection test of the Administration Console, which comes from the vendor's addresses.",
      ),
    ];
  if (view.reach === "refused")
    return [
      finding(
        "fail",
        subject,
        `The connection failed: ${view.failure}.`,
        "Check that the mail server listens on this port and that the firewall forwards it.",
      ),
    ];
  if (!greeting)
    return [
      finding(
        "fail",
        subject,
        `The connection was made, but no greeting came: ${view.failure}.`,
        "Check the mail server's log for this connection.",
      ),
    ];
  if (greeting.code !== 220) return [judgeRefusal(view)];
  const findings = [...judgeInboundGreeting(view), ...judgeInboundTls(plan, view, at)];
  return findings.length > 0
    ? findings
    : [
        finding(
          "pass",
          subject,
          `Greeted after ${view.greetingSeconds.toFixed(1)} s with “${quoteReply(greeting)}”; ${view.tls?.protocol ?? ""}, certificate trusted.`,
        ),
      ];
}

function judgeInboundGreeting({ subject, greeting }: SmtpView): Finding[] {
  if (!isMasked(greeting?.lines[0] ?? "")) return [];
  return [
    finding(
      "warn",
      subject,
      "The greeting is masked with asterisks: a firewall in front inspects SMTP and changes it.",
      "Switch SMTP inspection off on the firewall; messages from the vendor end early otherwise.",
    ),
  ];
}

/** Encrypted delivery is relaxed unless the customer promised a public certificate: then what strict delivery refuses is a failure. */
function judgeInboundTls(plan: InboundHostPlan, view: SmtpView, at: string): Finding[] {
  const { subject, tls } = view;
  const isPromised = plan.publicCertificate === true;
  const grave: Verdict = isPromised ? "fail" : "warn";
  const reminder = isPromised
    ? "The Request for Information says that a publicly issued certificate is offered."
    : "Relaxed encryption accepts this; strict encryption needs a certificate that a public authority issued for this name.";
  if (!tls) {
    const without = isPromised ? reminder : "Without it the vendor can hand mail over unencrypted only.";
    return [
      finding(
        grave,
        subject,
        `${describeMissingTls(view)} ${without}`,
        "Install a publicly issued certificate and switch STARTTLS on.",
      ),
    ];
  }
  const name = isAddressText(view.host) ? null : view.host;
  return judgeCertificate(tls, name, at).map(({ kind, text }) => {
    if (kind === "expiring") return finding("warn", subject, text, "Renew the certificate.");
    if (kind === "expired") return finding("fail", subject, text, "Renew the certificate.");
    if (kind === "added-authority" && !isPromised) return finding("pass", subject, `Greeted; ${tls.protocol}. ${text}`);
    return finding(
      grave,
      subject,
      `${text} ${reminder}`,
      "Use a publicly issued certificate for the name the vendor delivers to.",
    );
  });
}
