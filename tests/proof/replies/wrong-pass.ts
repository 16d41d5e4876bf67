import type { Json, Judgement } from "../../../src-main/checks/types.ts";
import { listExchanges } from "./second-opinion.ts";

/** What the recorded bytes must hold before a check may pass, found by plain search rather than by the program's own readers. */
const conditions: { [check: string]: (record: Recorded) => boolean } = {
  "mx-records": ({ dns }) => dns.some((bytes) => bytes.includes("eu-smtp-inbound-")),
  "spf-record": ({ dns }) =>
    dns.some((bytes) => bytes.includes("v=spf1") && bytes.includes("include:eu._netblocks.vendor.example")),
  "dmarc-record": ({ dns }) => dns.some((bytes) => bytes.includes("v=DMARC1")),
  "smart-host": (record) => greetsWithTls(record),
  "inbound-host": (record) => greetsWithTls(record),
  "journal-hosts": (record) => greetsWithTls(record),
  "open-relay": ({ text }) => answersRecipient(text, "5"),
  "recipient-pair": ({ text }) => answersRecipient(text, "2") && answersRecipient(text, "5"),
  directory: ({ text }) => /"bind":\{"done":true/.test(text) && /"count":[1-9]/.test(text),
  lockdown: ({ text }) => /"failure":"(?!NOT_SMTP)/.test(text) || /"received":"5\d\d/.test(text),
  "reverse-dns": ({ dns }) => dns.some((bytes) => bytes.includes("\x03out\x04acme")),
  egress: ({ text }) => /"received":"[2-5]\d\d[ -]/.test(text) && /"trusted":true/.test(text),
  // Without an answer that says there is none, only a policy that names the region's hosts.
  "mta-sts": ({ dns, text }) =>
    /"body":"[^"]*(?:inbound-[12]|\*\.vendor|none)/.test(text) || dns.some((bytes) => !bytes.includes("v=STSv1;")),
};

interface Recorded {
  /** Replies of name servers, one character a byte. */
  dns: string[];
  text: string;
}

const greetsWithTls = ({ text }: Recorded): boolean =>
  /"received":"220[ -]/.test(text) && /STARTTLS/i.test(text) && /"trusted":true/.test(text);

const answersRecipient = (text: string, digit: string): boolean =>
  new RegExp(`"sent":"RCPT TO:[^}]*"received":"${digit}\\d\\d`).test(text);

/** A pass that nothing in the record carries. */
export function findWrongPass(check: string, { verdict, transcript }: Judgement, record: { record: Json }): string[] {
  if (verdict !== "pass") return [];
  const faults = transcript === "" ? ["a pass without a transcript"] : [];
  const dns = listExchanges(record.record).map(({ reply }) => Buffer.from(reply ?? "", "hex").toString("latin1"));
  const isCarried = conditions[check]?.({ dns, text: JSON.stringify(record.record) }) ?? true;
  return isCarried ? faults : [...faults, "a pass that the recorded bytes do not carry"];
}
