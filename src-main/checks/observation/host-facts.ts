import { toPrintable } from "../bytes.ts";
import { exchangeToAnswer } from "../dns/exchange.ts";
import { describeFailure, isSilence } from "../net-failure.ts";
import { quoteReply, readNoAddress, readTellingViews, type SmtpView } from "../smtp/reading.ts";
import type { SmtpRecord } from "../smtp/record.ts";
import type { CertificateFacts } from "../tls/facts.ts";
import type { Fact } from "./fact.ts";
import { normaliseGreeting } from "./greeting.ts";
import type { ObservationRecord, PortAttempt } from "./record.ts";

/** Addresses, ports, greetings and certificates of every host looked at. */
export function readHostFacts({ smtp, greeted, opened }: ObservationRecord): Fact[] {
  const names = [...new Set([...smtp.hosts, ...greeted.hosts].map(({ host }) => host))];
  return [
    ...names.map((host) => readAddresses(host, smtp, greeted)),
    ...smtp.hosts.flatMap((host) => readSmtpHost(smtp, host, true)),
    ...greeted.hosts.flatMap((host) => readSmtpHost(greeted, host, false)),
    ...readOpened(opened),
  ];
}

function readAddresses(host: string, ...records: SmtpRecord[]): Fact {
  const exchanges = records.flatMap((record) => record.exchanges).filter(({ name }) => name === host);
  const answers = exchanges.map(exchangeToAnswer);
  const found = answers.flatMap(({ records: list }) =>
    list.flatMap(({ data }) => (data.type === "A" || data.type === "AAAA" ? [data.address] : [])),
  );
  const told = answers.filter(({ status }) => ["answered", "no-data", "no-such-name"].includes(status));
  const dialled = records.flatMap((record) => record.hosts.filter((one) => one.host === host));
  const literal = dialled.flatMap(({ source, dialogues }) =>
    source === "dns" ? [] : dialogues.map(({ address }) => address),
  );
  const addresses = [...new Set([...found, ...literal])].sort();
  return {
    key: `addresses/${host}`,
    subject: toPrintable(host, 260),
    what: "Addresses",
    value: addresses.length === 0 && told.length === 0 ? null : addresses.join("\n"),
    detail: addresses.length > 0 ? "" : (answers.find(({ detail }) => detail !== "")?.detail ?? ""),
  };
}

type SmtpHost = SmtpRecord["hosts"][number];

function readSmtpHost(record: SmtpRecord, host: SmtpHost, isDeep: boolean): Fact[] {
  const views = readTellingViews(host);
  const subject = toPrintable(`${host.host}:${host.port}`, 300);
  const fact = (what: string, name: string, value: string | null, detail: string): Fact => ({
    key: `${name}/${subject}`,
    subject,
    what,
    value,
    detail,
  });
  if (views.length === 0) {
    const why = `no address: ${readNoAddress(record, host.host).text}`;
    return [fact("Port", "port", null, why), fact("Greeting", "greeting", null, why)];
  }
  const greetings = views.flatMap(({ greeting }) => (greeting ? [greeting] : []));
  const why = views.map(({ failure }) => failure).find((failure) => failure !== "") ?? "no greeting came";
  const raw = [...new Set(greetings.map(quoteReply))].join("\n");
  const facts = [
    fact("Port", "port", readReach(views), `addresses tried: ${views.map(({ address }) => address).join(", ")}`),
    fact("Greeting", "greeting", joinOrNull(greetings.map((one) => normaliseGreeting(quoteReply(one)))), raw || why),
  ];
  return isDeep ? [...facts, ...readEncryption(views, fact, why)] : facts;
}

const joinOrNull = (values: string[]): string | null =>
  values.length === 0 ? null : [...new Set(values)].sort().join("\n");

/** Every address by itself only where they differ. */
function readReach(views: readonly SmtpView[]): string {
  const words = {
    greeted: "open",
    connected: "open, without a usable greeting",
    refused: "closed",
    silent: "no answer",
  };
  return joinPorts(views.map(({ address, reach }) => [address, words[reach]]));
}

function joinPorts(ports: (readonly [address: string, word: string])[]): string {
  const words = [...new Set(ports.map(([, word]) => word))];
  if (words.length === 1) return words[0] ?? "";
  return ports
    .map(([address, word]) => `${address}: ${word}`)
    .sort()
    .join("\n");
}

type MakeFact = (what: string, name: string, value: string | null, detail: string) => Fact;

function readEncryption(views: readonly SmtpView[], fact: MakeFact, why: string): Fact[] {
  const talked = views.filter(({ hello }) => hello?.code === 250);
  const offered = [
    ...new Set(talked.map(({ extensions }) => (extensions.includes("STARTTLS") ? "offered" : "not offered"))),
  ];
  const secured = views.flatMap(({ tls }) => (tls ? [tls] : []));
  const leaves = secured.flatMap(({ chain }) => chain.slice(0, 1));
  const lost = talked.length === 0 ? why : "no TLS handshake was completed";
  const certificate = (what: string, name: string, read: (leaf: CertificateFacts) => string) =>
    fact(
      what,
      `certificate-${name}`,
      joinOrNull(leaves.map((leaf) => toPrintable(read(leaf), 2_000))),
      leaves.length > 0 ? "" : lost,
    );
  return [
    fact("STARTTLS", "starttls", offered.length === 0 ? null : offered.sort().join("\n"), talked.length > 0 ? "" : why),
    fact("TLS version", "tls", joinOrNull(secured.map(({ protocol }) => protocol)), secured.length > 0 ? "" : lost),
    certificate("Certificate, subject", "subject", ({ subject }) => subject.trim().replaceAll("\n", ", ")),
    certificate("Certificate, issuer", "issuer", ({ issuer }) => issuer.trim().replaceAll("\n", ", ")),
    certificate("Certificate, names", "names", ({ names }) => [...names].sort().join(" ")),
    certificate("Certificate, expires", "expires", ({ validTo }) => validTo),
    certificate("Certificate, SHA-256", "fingerprint", ({ fingerprint256 }) => fingerprint256),
  ];
}

const portWord = ({ failure }: PortAttempt): string =>
  failure === null ? "open" : isSilence(failure) ? "no answer" : "closed";

function readOpened(opened: readonly PortAttempt[]): Fact[] {
  const subjects = [...new Set(opened.map(({ host, port }) => `${host}:${port}`))];
  return subjects.map((subject) => {
    const own = opened.filter(({ host, port }) => `${host}:${port}` === subject);
    const failed = own.find(({ failure }) => failure !== null)?.failure ?? null;
    return {
      key: `port/${toPrintable(subject, 300)}`,
      subject: toPrintable(subject, 300),
      what: "Port",
      value: joinPorts(own.map((attempt) => [attempt.address, portWord(attempt)])),
      detail: failed === null ? "" : describeFailure(failed),
    };
  });
}
