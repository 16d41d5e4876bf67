import { readdirSync, readFileSync } from "node:fs";
import * as z from "zod";
import type { DmarcEvaluation } from "../../../src-main/checks/dmarc/verdict.ts";
import type { Answer, AnswerStatus, Question } from "../../../src-main/checks/dns/exchange.ts";
import type { RecordData } from "../../../src-main/checks/dns/message.ts";
import type { Walk } from "../../../src-main/checks/dns/walk.ts";

/** The suite's format, as its README describes it. */
const name = z.string().regex(/^[a-z0-9_.-]{1,253}$/);
const failure = z.enum(["SERVFAIL", "REFUSED", "TIMEOUT"]);
const entry = z.union([
  failure,
  z.strictObject({ CNAME: name }),
  z.strictObject({
    A: z.array(z.ipv4()).min(1).optional(),
    MX: z
      .array(z.string().regex(/^\d+ [a-z0-9.-]+$/))
      .min(1)
      .optional(),
    /** One string per record, or the list of its character-strings. */
    TXT: z
      .array(z.union([z.string(), z.array(z.string().max(255)).min(1)]))
      .min(1)
      .optional(),
  }),
]);
const zone = z.record(name, entry);
export type SuiteZone = z.infer<typeof zone>;

const results = ["pass", "fail", "none", "temperror", "permerror"] as const;
const policy = z.enum(["none", "quarantine", "reject"]);
const authentication = z.strictObject({
  result: z.enum(["pass", "fail", "softfail", "neutral", "none", "temperror", "permerror"]),
  domain: z.string(),
});
const suiteCase = z.strictObject({
  name: z.string().min(5),
  rfc: z.string().min(3),
  comment: z.string().optional(),
  zone,
  message: z.strictObject({
    from: z.array(z.string()),
    spf: authentication.nullable(),
    dkim: z.array(authentication),
  }),
  expect: z.strictObject({
    result: z.union([z.enum(results), z.array(z.enum(results)).min(2)]),
    reason: z.string(),
    disposition: policy,
    policyDomain: name.nullable().optional(),
    tag: z.enum(["p", "sp", "np"]).nullable().optional(),
    organizationalDomain: name.nullable().optional(),
    queries: z.array(name).max(8).optional(),
  }),
});
export const suiteFile = z.strictObject({
  format: z.literal("dmarc-rfc9989-suite"),
  version: z.literal(1),
  title: z.string(),
  cases: z.array(suiteCase).min(1),
});
export type SuiteCase = z.infer<typeof suiteCase>;

export const suiteFolder = new URL("../../suites/dmarc-rfc9989/", import.meta.url);

/** Every case with the name of its file in front: “records: p=none, nothing passed”. */
export function readDmarcSuite(): (SuiteCase & { id: string })[] {
  const files = readdirSync(suiteFolder).filter((file) => file.endsWith(".json") && !file.startsWith("differences"));
  return files.sort().flatMap((file) => {
    const { cases } = suiteFile.parse(JSON.parse(readFileSync(new URL(file, suiteFolder), "utf8")));
    return cases.map((one) => ({ ...one, id: `${file.replace(".json", "")}: ${one.name}` }));
  });
}

export interface ZoneAnswer {
  status: AnswerStatus;
  texts: string[][];
  values: string[];
  aliases: string[];
}

/** What a resolver answers from a zone: aliases followed, NODATA for names with something below them, NXDOMAIN for the rest. */
export function lookUpZone(zone: SuiteZone, asked: string, type: string): ZoneAnswer {
  const none = { texts: [], values: [], aliases: [] };
  const found = Object.hasOwn(zone, asked) ? zone[asked] : undefined;
  if (found === undefined) {
    const isParent = Object.keys(zone).some((other) => other.endsWith(`.${asked}`));
    return { ...none, status: isParent ? "no-data" : "no-such-name" };
  }
  if (found === "TIMEOUT") return { ...none, status: "silent" };
  if (typeof found === "string") return { ...none, status: found === "REFUSED" ? "refused" : "server-failure" };
  if ("CNAME" in found) {
    if (type === "CNAME") return { ...none, status: "answered", values: [found.CNAME] };
    const behind = lookUpZone(zone, found.CNAME, type);
    return { ...behind, aliases: [found.CNAME, ...behind.aliases] };
  }
  const texts = type === "TXT" ? (found.TXT ?? []).map((text) => [text].flat()) : [];
  const values = type === "A" ? (found.A ?? []) : type === "MX" ? (found.MX ?? []) : [];
  return { ...none, status: texts.length + values.length > 0 ? "answered" : "no-data", texts, values };
}

/** Drives a walk over a zone, and keeps the questions. */
export function walkSuiteZone<T>(walk: Walk<T>, zone: SuiteZone): { value: T; asked: Question[] } {
  const asked: Question[] = [];
  let step = walk.next();
  while (!step.done) {
    asked.push(...step.value);
    step = walk.next(step.value.map((question) => toAnswer(question, zone)));
  }
  return { value: step.value, asked };
}

function toAnswer(question: Question, zone: SuiteZone): Answer {
  const { status, texts, values, aliases } = lookUpZone(zone, question.name, question.type);
  const data: RecordData[] = [
    ...texts.map((text) => ({ type: "TXT" as const, text: text.join("") })),
    ...values.map((address) => ({ type: "A" as const, address })),
  ];
  const records = data.map((one) => ({ data: one, ttl: 300 }));
  return {
    question,
    status,
    records,
    aliases,
    isAuthoritative: false,
    isVerified: false,
    server: "suite",
    detail: status,
  };
}

/** The fields of an evaluation that a case may name. */
export const toExpectable = (evaluation: DmarcEvaluation, asked: Question[]) => ({
  result: evaluation.result,
  reason: evaluation.reason,
  disposition: evaluation.disposition,
  policyDomain: evaluation.policyDomain,
  tag: evaluation.tag,
  organizationalDomain: evaluation.organizationalDomain,
  queries: [...new Set(asked.filter(({ type }) => type === "TXT").map(({ name: text }) => text))],
});
