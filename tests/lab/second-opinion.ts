import { type DnsExchange, dnsExchange, exchangeToAnswer } from "../../src-main/checks/dns/exchange.ts";
import type { RecordData } from "../../src-main/checks/dns/message.ts";
import type { Listener } from "./mail-server.ts";
import { run } from "./processes.ts";

/** Every DNS exchange in a record, wherever the check keeps it. */
export function listExchanges(record: unknown): DnsExchange[] {
  const parsed = dnsExchange.safeParse(record);
  if (parsed.success) return [parsed.data];
  if (typeof record !== "object" || record === null) return [];
  return Object.values(record).flatMap(listExchanges);
}

/** What our client recorded for an exchange: outcome and data, without order and lifetimes. */
export function ownOpinion(exchange: DnsExchange): string {
  const { status, records } = exchangeToAnswer(exchange);
  return describe(status === "answered" || status === "no-data" ? "NOERROR" : (codes[status] ?? status), [
    ...records.map(({ data }) => dataToText(data)),
  ]);
}
const codes: Record<string, string> = { "no-such-name": "NXDOMAIN", "server-failure": "SERVFAIL", refused: "REFUSED" };

function dataToText(data: RecordData): string {
  switch (data.type) {
    case "A":
    case "AAAA":
      return data.address;
    case "MX":
      return `${data.preference} ${data.exchange}.`;
    case "TXT":
      return data.text;
    case "SOA":
      return `serial ${data.serial}`;
    case "TLSA":
      return `${data.usage} ${data.selector} ${data.matching} ${data.data}`.toLowerCase();
    default:
      return `${data.host}.`;
  }
}

/** What dig hears for the same questions, one run of it for each server, in the form and order of `ownOpinion`. */
export async function askDig(exchanges: readonly DnsExchange[]): Promise<string[]> {
  const opinions = new Map<DnsExchange, string>();
  for (const server of new Set(exchanges.map((exchange) => exchange.server))) {
    const own = exchanges.filter((exchange) => exchange.server === server);
    const [address = "", port = ""] = server.split(":");
    // What stands before the first name holds for all, the port for nothing less (dig(1)).
    const format = ["+noall", "+comments", "+answer", "+tries=2", "+time=3", `@${address}`, "-p", port];
    const questions = own.flatMap(({ name, type, to }) => [`${name}.`, type, to === null ? "+recurse" : "+norecurse"]);
    const { stdout } = await run("dig", [...format, ...questions], { maxBuffer: 32 * 1024 * 1024 });
    const replies = stdout.split(/^;; ->>HEADER<<-/m).slice(1);
    for (const [index, exchange] of own.entries()) opinions.set(exchange, readDig(replies[index] ?? "", exchange.type));
  }
  return exchanges.map((exchange) => opinions.get(exchange) ?? "");
}

function readDig(reply: string, type: string): string {
  const status = /status: (\w+)/.exec(reply)?.[1] ?? "";
  const data = reply.split("\n").flatMap((line) => {
    const [, found, text = ""] = /^[^;\s]\S*\s+\d+\s+IN\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return found === type ? [normalise(type, text)] : [];
  });
  return describe(status, data);
}

function normalise(type: string, text: string): string {
  if (type === "TXT") return [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part = ""]) => part).join("");
  if (type === "SOA") return `serial ${text.split(" ")[2]}`;
  if (type !== "TLSA") return text.toLowerCase();
  const [usage, selector, matching, ...parts] = text.toLowerCase().split(" ");
  return [usage, selector, matching, parts.join("")].join(" ");
}

const describe = (status: string, data: string[]): string => `${status}: ${data.sort().join(" | ")}`;

/** What swaks prints when a host refuses a message of one envelope. */
export async function sendBySwaks(
  host: Pick<Listener, "address">,
  port: number,
  from: string,
  to: string,
): Promise<string> {
  const parameters = ["--server", host.address, "--port", `${port}`, "--ehlo", "mail.acme.example"];
  return run("swaks", [...parameters, "--from", from, "--to", to]).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
}

/** Extensions that swaks hears after EHLO, in the order given, by upper-case keyword. */
export async function askSwaks(address: string, port: number, hello: string): Promise<string[]> {
  const parameters = ["--server", address, "--port", `${port}`, "--ehlo", hello, "--quit-after", "EHLO"];
  const { stdout } = await run("swaks", parameters);
  const [, answer = ""] = stdout.split(` -> EHLO ${hello}\n`);
  const lines = answer.split("\n").flatMap((line) => /^<- {2}250[- ](.*)$/.exec(line.trim())?.[1] ?? []);
  return lines.slice(1).map((line) => line.split(/[ =]/)[0]?.toUpperCase() ?? "");
}
