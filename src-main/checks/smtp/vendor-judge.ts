import { isAddressText } from "../address.ts";
import { finding } from "../judgement.ts";
import { isSameRegion, isSameVendor } from "../region-hosts.ts";
import { judgeCertificate } from "../tls/judge.ts";
import type { Finding } from "../types.ts";
import { describeMissingTls, judgeNoAddress, judgeRefusal, judgeSound } from "./failures.ts";
import { quoteReply, readTellingViews, type SmtpView } from "./reading.ts";
import type { SmtpHost, SmtpRecord } from "./record.ts";
import { isMasked } from "./reply.ts";

/** Hosts of the vendor that the customer's servers send to, and how they are called: "smart host", "journal host". */
export interface VendorHosts {
  kind: string;
  /** Hosts whose name a greeting may carry. */
  expected: readonly string[];
}

/** The vendor's hosts as seen from here: reachable, of the right region, with encryption nobody has tampered with. */
export function judgeVendorHosts(
  plan: VendorHosts,
  record: Pick<SmtpRecord, "at" | "exchanges">,
  hosts: readonly SmtpHost[],
): Finding[] {
  const all = hosts.map((host) => ({ host, views: readTellingViews(host) }));
  const isPortOpen = all.some(({ views }) => views.some(({ reach }) => reach === "greeted"));
  return all.flatMap(({ host, views }) =>
    views.length === 0
      ? [judgeNoAddress(record, host.host)]
      : views.flatMap((view) => judgeVendorView(plan, view, isPortOpen, record.at)),
  );
}

function judgeVendorView(plan: VendorHosts, view: SmtpView, isPortOpen: boolean, at: string): Finding[] {
  const { subject, greeting } = view;
  if (view.reach === "silent") return [judgeSilence(plan, view, isPortOpen)];
  if (view.reach === "refused")
    return [
      finding(
        "fail",
        subject,
        `The connection failed: ${view.failure}.`,
        `Check that the firewall lets TCP ${view.port} out to the ${plan.kind}s; some networks answer for them.`,
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
  const findings = [...judgeGreeting(plan, view), ...judgeVendorTls(plan, view, at)];
  return findings.length > 0 ? findings : [judgeSound(view, greeting)];
}

function judgeSilence({ kind }: VendorHosts, { subject, port, failure }: SmtpView, isPortOpen: boolean): Finding {
  if (isPortOpen)
    return finding(
      "fail",
      subject,
      `No connection: ${failure}, although another ${kind} answered from the same place.`,
      `Open TCP ${port} to every ${kind} of the region, not only to one.`,
    );
  return finding(
    "not-measurable",
    subject,
    `No connection from this place: ${failure}. Many guest, hotel and mobile networks block TCP ${port}, so this says nothing about the customer's mail server.`,
    `Run the check again on the network of the customer's mail server, or try “telnet HOST ${port}” on that server; if it fails there too, open TCP ${port} outwards.`,
  );
}

/** The greeting's host name: the region's, another region's of the same vendor, masked by a firewall, or a stranger's. */
function judgeGreeting(plan: VendorHosts, { subject, greeting }: SmtpView): Finding[] {
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
        `Use the ${plan.kind}s shown in the Administration Console of this account.`,
      ),
    ];
  return [
    finding(
      "warn",
      subject,
      `The greeting “${quote}” does not name one of the region's hosts: another server may answer in their place.`,
      "Look for a transparent SMTP proxy of the firewall or the Internet provider.",
    ),
  ];
}

function judgeVendorTls({ kind: hostKind }: VendorHosts, view: SmtpView, at: string): Finding[] {
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
        : `Find out which device answers in place of the ${hostKind}.`,
    );
  });
}
