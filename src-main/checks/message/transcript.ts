import { toPrintable } from "../bytes.ts";
import { durationInWords } from "../judgement.ts";
import type { AuthenticationField } from "./authentication.ts";
import type { MessageView } from "./reading.ts";
import { delayBetween, type Hop } from "./received.ts";
import type { MessageRecord } from "./record.ts";

/** Lines of the header shown; longer headers are in the record. */
const mostLines = 2_000;

/** Who gave the header, what was read out of it, and the header itself. */
export function transcribeMessage(record: MessageRecord, view: MessageView): string {
  const { path, authentication, signatures } = view;
  const lines = record.header.split("\n");
  const blocks = [
    `${describeSource(record)} The program did not see the mail itself.`,
    [
      `From ${toPrintable(view.from ?? "(none)", 300)}`,
      `Subject ${toPrintable(view.subject, 300) || "(none)"}`,
      `Message-ID ${toPrintable(view.messageId, 300) || "(none)"}`,
    ].join("\n"),
    list(
      "Path, oldest hop first",
      path.map((hop, index) => describeHop(hop, path[index - 1], index)),
    ),
    list("Results", authentication.map(describeResults)),
    list(
      "Signatures",
      signatures.map(({ domain, selector, algorithm }) =>
        toPrintable(`  domain ${domain}, selector ${selector}, ${algorithm || "no algorithm"}`, 600),
      ),
    ),
    [
      `Header${record.isCut ? " (cut)" : ""}`,
      ...lines.slice(0, mostLines).map((line) => `  ${toPrintable(line.replaceAll("\t", " "), 1_000)}`),
    ].join("\n"),
  ];
  return blocks.join("\n\n");
}

const list = (title: string, lines: string[]): string => [title, ...(lines.length > 0 ? lines : ["  none"])].join("\n");

export const describeSource = ({ source, by }: MessageRecord): string =>
  `Headers ${source === "file" ? "read from a file" : "pasted"} by ${toPrintable(by, 300) || "somebody"}.`;

function describeHop(hop: Hop, earlier: Hop | undefined, index: number): string {
  const delay = delayBetween(earlier, hop);
  const parts = [
    `${String(index + 1).padStart(3)}  ${nameHop(hop)}`,
    hop.with ? `with ${hop.with}` : "",
    hop.tls ?? "no TLS named",
    hop.at ?? "no readable date",
    delay === null ? "" : delay < 0 ? `clock ${durationInWords(-delay)} behind` : `after ${durationInWords(delay)}`,
  ];
  return toPrintable(parts.filter((part) => part !== "").join(", "), 900);
}

/** "us-smtp-1.vendor.example [192.0.2.1] to mx.acme.example". */
export function nameHop({ from, fromAddress, by }: Hop): string {
  const sender = from ?? "(no name)";
  const address = fromAddress !== null && fromAddress !== from ? ` [${fromAddress}]` : "";
  return `${sender}${address} to ${by ?? "(no name)"}`;
}

function describeResults({ name, server, results }: AuthenticationField): string {
  const told = results.map(({ method, result, properties }) => {
    const pairs = [...properties].map(([property, value]) => `${property}=${value}`);
    return [`${method}=${result}`, ...pairs].join(" ");
  });
  return toPrintable(`  ${name} of ${server ?? "(no name)"}: ${told.join("; ") || "no result"}`, 1_500);
}
