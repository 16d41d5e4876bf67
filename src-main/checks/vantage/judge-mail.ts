import { listInWords } from "../judgement.ts";
import { isSameVendor } from "../region-hosts.ts";
import { quoteReply, readTellingViews, type SmtpView } from "../smtp/reading.ts";
import { judgeCertificate } from "../tls/judge.ts";
import { amiss, fine, type Seen, shown, type VantageFinding } from "./finding.ts";

const elsewhere =
  "Run checks of mail servers from a network that lets SMTP through, such as a telephone's or the customer's server network.";

const tampering = (word: string, text: string, meaning: string): VantageFinding =>
  amiss("port-25", "fail", word, { text, meaning, todo: elsewhere });

/** Whether SMTP reaches the vendor's hosts unchanged. Null when no host is known. */
export function judgePort25(seen: Seen): VantageFinding | null {
  const { record, plan } = seen;
  if (plan.smartHosts.length === 0) return null;
  const views = record.hosts.flatMap(readTellingViews);
  if (views.length === 0)
    return amiss("port-25", "not-measurable", "", {
      text: `No smart host could be tried: ${shown(listInWords(plan.smartHosts.map(({ host }) => host)))} has no address here.`,
      meaning: "Whether mail servers can be reached from here is not known.",
      todo: "",
    });
  const open = views.filter(({ reach }) => reach === "connected" || reach === "greeted");
  if (open.length === 0) return judgeClosed(views);
  for (const view of open) {
    const found = judgeGreeting(view) ?? judgeHello(view) ?? judgeTls(view, record.at);
    if (found) return found;
  }
  return judgeSameness(open) ?? judgeReached(views);
}

function judgeClosed(views: SmtpView[]): VantageFinding {
  const tried = listInWords(views.map(({ subject, failure }) => `${subject} - ${failure}`));
  return amiss("port-25", "warn", "port 25 blocked", {
    text: `No smart host of the vendor can be reached: ${shown(tried)}.`,
    meaning:
      "This network lets no SMTP out: whether a mail server is open, closed or well set up cannot be measured from here.",
    todo: elsewhere,
  });
}

/** The host's own greeting names the vendor's domain (connect-domain facts 1.2); firewalls with "SMTP fixup" print asterisks over it. */
function judgeGreeting({ subject, host, greeting, failure }: SmtpView): VantageFinding | null {
  if (!greeting)
    return failure.includes("does not speak SMTP")
      ? tampering(
          "port 25 redirected",
          `${subject} is answered by something that does not speak SMTP.`,
          "A device of this network answers in place of mail servers: checks of SMTP would judge that device.",
        )
      : null;
  const text = greeting.lines.join(" ");
  if (/\*{3,}/.test(text))
    return tampering(
      "port 25 masked",
      `The greeting of ${subject} is masked: “${quoteReply(greeting)}”.`,
      "A firewall rewrites SMTP and hides what servers offer, STARTTLS above all: a missing STARTTLS seen from here is not the server's.",
    );
  const domain = host.split(".").slice(1).join(".");
  if (greeting.code === 220 && !text.toLowerCase().includes(domain))
    return tampering(
      "port 25 redirected",
      `${subject} is greeted as somebody else: “${quoteReply(greeting)}”.`,
      "A proxy of this network answers in place of mail servers: checks of SMTP would judge the proxy.",
    );
  return null;
}

function judgeHello({ subject, hello, extensions }: SmtpView): VantageFinding | null {
  if (hello?.code !== 250 || extensions.includes("STARTTLS")) return null;
  const masked = extensions.find((extension) => /^X{4,}[A-Z]?$/.test(extension));
  const meaning =
    "A device of this network hides encryption: a server without STARTTLS seen from here may well offer it, and mail sent from here travels in the clear.";
  return tampering(
    "STARTTLS hidden",
    masked
      ? `The answer of ${subject} to EHLO has “${shown(masked)}” where STARTTLS stood.`
      : `${subject}, which offers STARTTLS, does not offer it here.`,
    meaning,
  );
}

function judgeTls({ subject, host, tls, tlsFailure }: SmtpView, at: string): VantageFinding | null {
  const meaning =
    "Somebody between reads along or breaks the encryption: certificates seen from here say nothing about the servers.";
  if (tlsFailure !== null)
    return tampering("TLS broken", `TLS with ${subject} failed after STARTTLS (${shown(tlsFailure)}).`, meaning);
  const wrong = tls
    ? judgeCertificate(tls, host, at).find(({ kind }) => ["name", "self-signed", "untrusted"].includes(kind))
    : undefined;
  return wrong
    ? tampering("TLS opened", `${subject} shows another certificate than its own: ${wrong.text}`, meaning)
    : null;
}

/** Hosts of different regions are different machines. */
function judgeSameness(open: SmtpView[]): VantageFinding | null {
  const welcoming = open.filter(({ greeting }) => greeting?.code === 220);
  const names = welcoming.map(({ greeting }) => greeting?.lines[0]?.split(" ")[0]?.toLowerCase() ?? "");
  const [first, ...rest] = names;
  if (!first || rest.length === 0 || rest.some((name) => name !== first)) return null;
  if (!open.every(({ host }) => isSameVendor(host, open[0]?.host ?? ""))) return null;
  return amiss("port-25", "warn", "port 25 doubtful", {
    text: `${listInWords(open.map(({ host }) => host))} all greet as ${shown(first)}.`,
    meaning: "One machine may answer for all mail servers here, so that greetings prove little.",
    todo: elsewhere,
  });
}

function judgeReached(views: SmtpView[]): VantageFinding {
  const encrypted = views.filter(({ tls }) => tls !== null);
  if (encrypted.length > 0)
    return fine(
      "port-25",
      `${listInWords(encrypted.map(({ host }) => host))} greeted as themselves and ${encrypted.length > 1 ? "negotiate" : "negotiates"} TLS.`,
    );
  const told = views.map(
    ({ subject, greeting, failure }) => `${subject} - ${greeting ? quoteReply(greeting) : failure}`,
  );
  return amiss("port-25", "not-measurable", "", {
    text: `Port 25 is open, but no smart host went as far as TLS: ${shown(listInWords(told))}.`,
    meaning: "Whether a device here hides STARTTLS is not known.",
    todo: "",
  });
}
