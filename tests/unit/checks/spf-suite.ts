import { existsSync, readFileSync } from "node:fs";
import type { Answer, AnswerStatus, Question } from "../../../src-main/checks/dns/exchange.ts";
import type { RecordData } from "../../../src-main/checks/dns/message.ts";
import type { Walk } from "../../../src-main/checks/dns/walk.ts";
import type { SpfInput } from "../../../src-main/checks/spf/sender.ts";

interface SuiteTest {
  helo: string;
  host: string;
  mailfrom: string;
  result: string | string[];
  explanation?: string;
}
type ZoneEntry = string | Record<string, unknown>;
export interface SuiteCase {
  name: string;
  domain: string;
  input: SpfInput;
  results: string[];
  /** Explanation expected of a fail; null where the domain gives none, undefined where the suite does not say. */
  explanation: string | null | undefined;
  zone: Record<string, ZoneEntry[]>;
}

const file = new URL("../../../../shared/suites/spf/rfc7208-tests.json", import.meta.url);
export const hasSpfSuite = existsSync(file);

/** Every case of the RFC 7208 suite kept beside the project. */
export function readSpfSuite(): SuiteCase[] {
  const { scenarios } = JSON.parse(readFileSync(file, "utf8")) as {
    scenarios: {
      tests: Record<string, SuiteTest>;
      zonedata: SuiteCase["zone"];
    }[];
  };
  return scenarios.flatMap(({ tests, zonedata }) =>
    Object.entries(tests).map(([name, { helo, host, mailfrom, result, explanation }]) => ({
      name,
      input: { ip: host, sender: mailfrom, helo },
      // "DEFAULT" stands for whatever a receiver says when the domain says nothing.
      explanation: explanation === "DEFAULT" ? null : explanation,
      domain: (mailfrom === "" ? helo : (mailfrom.split("@").at(-1) ?? "")).toLowerCase(),
      results: [result].flat(),
      zone: Object.fromEntries(Object.entries(zonedata).map(([key, value]) => [key.toLowerCase(), value])),
    })),
  );
}

/** Drives a walk over a zone of the suite. TXT records are copied from SPF ones unless "TXT: NONE" is there, as the suite asks. */
export function walkZone<T>(walk: Walk<T>, zone: SuiteCase["zone"]): T {
  let step = walk.next();
  while (!step.done) step = walk.next(step.value.map((question) => lookUp(question, zone)));
  return step.value;
}

function lookUp(question: Question, zone: SuiteCase["zone"], aliases: string[] = []): Answer {
  const base = {
    question,
    records: [],
    aliases: [],
    isAuthoritative: false,
    isVerified: false,
    server: "suite",
    detail: "suite",
  };
  const entries = zone[question.name.replace(/\\(\d{3})/g, (_, code) => String.fromCharCode(Number(code)))];
  if (!entries) return { ...base, status: "no-such-name" };
  const valuesOf = (type: string) =>
    entries.flatMap((entry) => (typeof entry === "object" && type in entry ? [entry[type]] : []));
  const [alias] = valuesOf("CNAME");
  if (typeof alias === "string") {
    const name = alias.toLowerCase().replace(/\.$/, "");
    if (aliases.includes(name)) return { ...base, status: "server-failure" };
    return { ...lookUp({ ...question, name }, zone, [...aliases, name]), question };
  }
  const own = valuesOf(question.type);
  const values =
    question.type === "TXT" && own.length === 0 ? valuesOf("SPF") : own.filter((value) => value !== "NONE");
  if (values.length === 0 && entries.includes("TIMEOUT")) return { ...base, status: "silent" };
  const records = values.map((value) => ({ ttl: 300, data: toData(question, value) }));
  const status: AnswerStatus = records.length > 0 ? "answered" : "no-data";
  return { ...base, status, records };
}

function toData({ type }: Question, value: unknown): RecordData {
  if (type === "MX") {
    const [preference, exchange] = value as [number, string];
    return { type, preference, exchange: exchange.toLowerCase() };
  }
  // Text of the suite is UTF-8; the wire has bytes.
  if (type === "TXT") return { type, text: Buffer.from([value].flat().join(""), "utf8").toString("latin1") };
  if (type === "PTR") return { type, host: String(value).toLowerCase().replace(/\.$/, "") };
  return { type: type === "AAAA" ? type : "A", address: String(value) };
}
