import { isAddressText } from "../address.ts";
import { conclude, countInWords, finding } from "../judgement.ts";
import { judgeCertificate } from "../tls/judge.ts";
import type { Finding, Judgement, Verdict } from "../types.ts";
import { describeMissingTls, judgeNoAddress, judgeRefusal, judgeSound } from "./failures.ts";
import type { InboundHostPlan, SmartHostPlan } from "./plan.ts";
import { readTellingViews, type SmtpView, transcribeHost, transcribeSmtp } from "./reading.ts";
import type { SmartHostRecord, SmtpRecord } from "./record.ts";
import { isMasked } from "./reply.ts";
import { judgeSubmission } from "./submission/judge.ts";
import { judgeVendorHosts } from "./vendor-judge.ts";

/** The vendor's smart hosts as seen from here, and where addresses are dynamic the way to log on (RFC 6409). */
export function judgeSmartHost(plan: SmartHostPlan, record: SmartHostRecord): Judgement {
  const findings = [
    ...judgeVendorHosts({ kind: "smart host", expected: plan.expected }, record, record.hosts),
    ...judgeSubmission(plan, record),
  ];
  const passed = `From here ${countInWords(record.hosts.length, "smart host")} greeted, offered STARTTLS and negotiated TLS 1.2 or newer with a trusted certificate${record.submission.length > 0 ? ", and took the user name and password on the submission port" : ""}. That this customer's server may relay is not part of this probe.`;
  const submission = record.submission.flatMap(({ looked, loggedOn }) => (loggedOn ? [looked, loggedOn] : [looked]));
  return conclude(findings, passed, [transcribeSmtp(record), ...submission.map(transcribeHost)].join("\n\n"));
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
  return findings.length > 0 ? findings : [judgeSound(view, greeting)];
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
