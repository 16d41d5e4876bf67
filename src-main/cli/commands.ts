import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { engagementDraft } from "../contract/engagements.ts";
import { slug, stepId } from "../contract/names.ts";
import { rfiDocument } from "../contract/rfi/form.ts";
import { createEngagement } from "../engine/new-engagement.ts";
import { refuse } from "../engine/refusal.ts";
import { viewEngagement } from "../engine/services/engagements.ts";
import { verifyBytes } from "../engine/services/reports.ts";
import { BadUsage, readInput } from "./input.ts";
import { openFile, type Session, waitForJob } from "./session.ts";
import * as words from "./words.ts";

export interface Call {
  session: Session;
  positionals: string[];
  options: Record<string, string | boolean | undefined>;
  json: boolean;
}
export interface Reply {
  data: unknown;
  text: string;
  /** False makes the exit code 1 although nothing was refused: a verification that found a problem. */
  ok?: boolean;
}
export interface Command {
  usage: string;
  summary: string;
  options?: Record<string, "string" | "boolean">;
  /** Number of positional arguments. */
  takes: number;
  run(call: Call): Promise<Reply> | Reply;
}

const text = (call: Call, name: string): string => {
  const value = call.options[name];
  return typeof value === "string" && value !== "" ? value : refuseUsage(`--${name} is needed`);
};
const optional = (call: Call, name: string) =>
  typeof call.options[name] === "string" ? (call.options[name] as string) : undefined;
const refuseUsage = (problem: string): never => {
  throw new BadUsage(problem);
};
const argument = (call: Call, index: number): string =>
  call.positionals[index] ?? refuseUsage("an argument is missing");
const step = (call: Call, index = 1) => readInput(stepId, argument(call, index), "STEP");
const open = (call: Call, mode: "read" | "write") => openFile(call.session, argument(call, 0), mode);

/** Sends a file of this machine to the engine by the same token path a dialog uses. */
const tokenFor = ({ session }: Call, path: string, purpose: "open" | "save") =>
  session.engine.context.files.grant(resolve(path), purpose);

/** Every command by name: the table from which parsing, help and dispatch are derived. */
export const commands: Record<string, Command> = {
  new: {
    usage:
      "new FILE --customer NAME --reference REF --region EU --services email-security,archiving --platform exchange-2019 [--account-code CODE] [--consultant NAME] [--tpoc NAME]",
    summary: "make an engagement file",
    takes: 1,
    options: {
      customer: "string",
      reference: "string",
      region: "string",
      services: "string",
      platform: "string",
      "account-code": "string",
      consultant: "string",
      tpoc: "string",
    },
    run: (call) => {
      const given = {
        customer: text(call, "customer"),
        reference: text(call, "reference"),
        region: optional(call, "region"),
        services: text(call, "services").split(","),
        platform: text(call, "platform"),
        accountCode: optional(call, "account-code"),
        consultant: optional(call, "consultant"),
        tpoc: optional(call, "tpoc"),
      };
      const draft = readInput(
        engagementDraft,
        Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
        "new",
      );
      const journal = createEngagement(call.session.engine.context, draft, resolve(argument(call, 0)));
      const view = viewEngagement(call.session.engine.context, journal);
      return { data: view, text: words.engagement(view) };
    },
  },
  show: {
    usage: "show FILE",
    summary: "show an engagement and its steps",
    takes: 1,
    run: async (call) => {
      const view = await call.session.client.engagements.get({ engagement: open(call, "read") });
      return { data: view, text: words.engagement(view) };
    },
  },
  "rfi import": {
    usage: "rfi import FILE ANSWERS.json",
    summary: "take answers in from a JSON document",
    takes: 2,
    run: async (call) => {
      const document = readInput(rfiDocument, readJson(argument(call, 1)), argument(call, 1));
      const { changed, view } = await call.session.client.rfi.importAnswers({
        engagement: open(call, "write"),
        document,
      });
      return { data: { changed, completeness: view.completeness }, text: words.imported(changed, view) };
    },
  },
  "rfi export": {
    usage: "rfi export FILE",
    summary: "print all answers as a JSON document",
    takes: 1,
    run: async (call) => {
      const document = await call.session.client.rfi.exportAnswers({ engagement: open(call, "read") });
      return { data: document, text: JSON.stringify(document, null, 2) };
    },
  },
  steps: {
    usage: "steps FILE [STEP]",
    summary: "list the steps, or one step with its tasks, checks and what is missing",
    takes: 2,
    run: async (call) => {
      const engagement = open(call, "read");
      if (call.positionals.length > 1) {
        const view = await call.session.client.steps.get({ engagement, step: step(call) });
        return { data: view, text: words.step(view) };
      }
      const { steps } = await call.session.client.steps.list({ engagement });
      return { data: steps, text: words.steps(steps) };
    },
  },
  task: {
    usage: "task FILE STEP TASK --done | --open | --waive REASON | --not-applicable REASON [--by NAME]",
    summary: "mark a task",
    takes: 3,
    options: {
      done: "boolean",
      open: "boolean",
      waive: "string",
      "not-applicable": "string",
      by: "string",
      note: "string",
    },
    run: async (call) => {
      const view = await call.session.client.steps.setTask({
        engagement: open(call, "write"),
        step: step(call),
        task: readInput(slug, argument(call, 2), "TASK"),
        change: taskChange(call),
      });
      return { data: view, text: words.step(view) };
    },
  },
  value: {
    usage: "value FILE STEP KEY VALUE[,VALUE…]",
    summary: "confirm or enter a value of the region table",
    takes: 4,
    run: async (call) => {
      const view = await call.session.client.steps.confirmValue({
        engagement: open(call, "write"),
        step: step(call),
        key: readInput(slug, argument(call, 2), "KEY"),
        value: argument(call, 3).split(","),
      });
      return { data: view, text: words.step(view) };
    },
  },
  "evidence add": {
    usage: "evidence add FILE STEP PATH [--title TITLE] [--task TASK] [--note TEXT]",
    summary: "add a file or picture as evidence",
    takes: 3,
    options: { title: "string", task: "string", note: "string" },
    run: async (call) => {
      const path = argument(call, 2);
      const task = optional(call, "task");
      const note = optional(call, "note");
      const item = await call.session.client.evidence.add({
        engagement: open(call, "write"),
        step: step(call),
        title: optional(call, "title") ?? basename(path),
        ...(task ? { task } : {}),
        ...(note ? { note } : {}),
        source: { kind: "token", token: tokenFor(call, path, "open") },
      });
      return { data: item, text: `${item.title}: ${item.size} bytes, SHA-256 ${item.sha256}` };
    },
  },
  check: {
    usage: "check FILE STEP [--only ID[,ID…]] [--resolver HOST:PORT] [--password-stdin]",
    summary: "run the step's network checks and keep the results",
    takes: 2,
    options: { only: "string", resolver: "string", "password-stdin": "boolean" },
    run: async (call) => {
      const { client } = call.session;
      const engagement = open(call, "write");
      const only = optional(call, "only")?.split(",");
      const resolver = optional(call, "resolver");
      const password = call.options["password-stdin"] ? readFileSync(0, "utf8").replace(/\r?\n$/, "") : undefined;
      const { job } = await client.checks.run({
        engagement,
        step: step(call),
        ...(only ? { only } : {}),
        ...(resolver ? { resolver } : {}),
        ...(password ? { directoryPassword: password } : {}),
      });
      await waitForJob(call.session, job, call.json);
      const { checks } = await client.checks.list({ engagement, step: step(call) });
      const ran = checks.filter(({ check, latest }) => latest && (!only || only.includes(check)));
      return {
        data: ran,
        text: words.checks(ran),
        ok: ran.every(({ latest }) => latest?.verdict === "pass" || latest?.verdict === "warn"),
      };
    },
  },
  waive: {
    usage: "waive FILE STEP CHECK --reason TEXT --by NAME",
    summary: "waive a check with a reason and a named person",
    takes: 3,
    options: { reason: "string", by: "string" },
    run: async (call) => {
      const { checks } = await call.session.client.checks.waive({
        engagement: open(call, "write"),
        step: step(call),
        check: readInput(slug, argument(call, 2), "CHECK"),
        reason: text(call, "reason"),
        by: text(call, "by"),
      });
      return { data: checks, text: words.checks(checks) };
    },
  },
  sign: {
    usage: "sign FILE STEP --signer NAME --role ROLE --organisation ORG --signature PNG [--email ADDRESS]",
    summary: "sign a step with a drawn signature",
    takes: 2,
    options: { signer: "string", role: "string", organisation: "string", signature: "string", email: "string" },
    run: async (call) => {
      const png = readFileSync(text(call, "signature"));
      const email = optional(call, "email");
      const signer = {
        name: text(call, "signer"),
        role: text(call, "role"),
        organisation: text(call, "organisation"),
        ...(email ? { email } : {}),
      };
      const signOff = await call.session.client.signoffs.sign({
        engagement: open(call, "write"),
        step: step(call),
        signer,
        drawing: { png: png.toString("base64"), width: 600, height: 200, strokes: [] },
      });
      return {
        data: signOff,
        text: `Signed by ${signOff.signer.name}. ${signOff.covered} values covered. Sign-off ${signOff.signOff}`,
      };
    },
  },
  reopen: {
    usage: "reopen FILE STEP --reason TEXT",
    summary: "reopen a signed step; the old sign-off stays in the history",
    takes: 2,
    options: { reason: "string" },
    run: async (call) => {
      const { signOffs } = await call.session.client.signoffs.reopen({
        engagement: open(call, "write"),
        step: step(call),
        reason: text(call, "reason"),
      });
      return { data: signOffs, text: `Reopened. ${signOffs.length} sign-off(s) kept in the history.` };
    },
  },
  report: {
    usage: "report FILE STEP --out PDF",
    summary: "make the step's document, checked by re-opening it",
    takes: 2,
    options: { out: "string" },
    run: async (call) => {
      const { client } = call.session;
      const out = text(call, "out");
      const { job } = await client.reports.create({ engagement: open(call, "write"), step: step(call) });
      const { download } = await waitForJob(call.session, job, call.json);
      const saved = await client.files.saveDownload({
        download: download ?? refuse("INTERNAL"),
        token: tokenFor(call, out, "save"),
      });
      const part = await client.files.readDownload({ download: download ?? refuse("INTERNAL"), offset: 0 });
      return {
        data: { ...saved, sha256: part.sha256, size: part.size },
        text: `${saved.saved}: ${part.size} bytes, SHA-256 ${part.sha256}`,
      };
    },
  },
  verify: {
    usage: "verify FILE|PDF",
    summary: "verify an engagement file or a document; changes nothing",
    takes: 1,
    run: async (call) => {
      const verification = await verifyBytes(readFileSync(argument(call, 0)));
      return { data: verification, text: words.verification(verification), ok: verification.ok };
    },
  },
  export: {
    usage: "export FILE --out FILE2",
    summary: "make a verified hand-over copy; never over an existing file",
    takes: 1,
    options: { out: "string" },
    run: async (call) => {
      const { client } = call.session;
      const out = text(call, "out");
      const { job } = await client.engagements.exportCopy({ engagement: open(call, "read") });
      const { download } = await waitForJob(call.session, job, call.json);
      const saved = await client.files.saveDownload({
        download: download ?? refuse("INTERNAL"),
        token: tokenFor(call, out, "save"),
      });
      return { data: saved, text: `Hand-over copy: ${saved.saved}` };
    },
  },
  history: {
    usage: "history FILE [--step STEP] [--author NAME] [--limit N]",
    summary: "who changed what and when, newest first",
    takes: 1,
    options: { step: "string", author: "string", limit: "string" },
    run: async (call) => {
      const of = optional(call, "step");
      const author = optional(call, "author");
      const limit = optional(call, "limit");
      const page = await call.session.client.history.list({
        engagement: open(call, "read"),
        ...(of ? { step: readInput(stepId, of, "--step") } : {}),
        ...(author ? { author } : {}),
        ...(limit ? { limit: Number(limit) } : {}),
      });
      return { data: page.entries, text: words.history(page.entries) };
    },
  },
};

function taskChange(call: Call) {
  const by = optional(call, "by");
  const named = by ? { by } : {};
  const note = optional(call, "note");
  const waive = optional(call, "waive");
  const reason = optional(call, "not-applicable");
  if (call.options.done) return { state: "done" as const, ...named, ...(note ? { note } : {}) };
  if (call.options.open) return { state: "open" as const };
  if (waive) return { state: "waived" as const, reason: waive, by: by ?? refuseUsage("--waive needs --by NAME") };
  return reason
    ? { state: "not-applicable" as const, reason, ...named }
    : refuseUsage("say --done, --open, --waive REASON or --not-applicable REASON");
}

function readJson(path: string): unknown {
  const bytes = readFileSync(path, "utf8");
  try {
    return JSON.parse(bytes);
  } catch {
    return refuse("INVALID_INPUT", { happened: `${path} is not a JSON document.` });
  }
}
