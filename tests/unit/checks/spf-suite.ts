import { existsSync, readFileSync } from "node:fs";
import type { Answer, AnswerStatus, Question } from "../../../src-main/checks/dns/exchange.ts";
import type { RecordData } from "../../../src-main/checks/dns/message.ts";
import type { Walk } from "../../../src-main/checks/dns/walk.ts";

type ZoneEntry = string | Record<string, unknown>;
export interface SuiteCase {
  name: string;
  domain: string;
  results: string[];
  zone: Record<string, ZoneEntry[]>;
}

const file = new URL("../../../../shared/suites/spf/rfc7208-tests.json", import.meta.url);
export const hasSpfSuite = existsSync(file);

/** Every case of the RFC 7208 suite kept beside the project. */
export function readSpfSuite(): SuiteCase[] {
  const { scenarios } = JSON.parse(readFileSync(file, "utf8")) as {
    scenarios: {
      tests: Record<string, { helo: string; mailfrom: string; result: string | string[] }>;
      zonedata: SuiteCase["zone"];
    }[];
  };
  return scenarios.flatMap(({ tests, zonedata }) =>
    Object.entries(tests).map(([name, { helo, mailfrom, result }]) => ({
      name,
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

function lookUp(question: Question, zone: SuiteCase["zone"]): Answer {
  const base = {
    question,
    records: [],
    aliases: [],
    isAuthoritative: false,
    isVerified: false,
    server: "suite",
    detail: "suite",
  };
  const entries = zone[question.name];
  if (!entries) return { ...base, status: "no-such-name" };
  const valuesOf = (type: string) =>
    entries.flatMap((entry) => (typeof entry === "object" && type in entry ? [entry[type]] : []));
  const [alias] = valuesOf("CNAME");
  if (typeof alias === "string") return { ...lookUp({ ...question, name: alias.toLowerCase() }, zone), question };
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
  return { type: "A", address: String(value) };
}
