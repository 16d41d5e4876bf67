import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { slug } from "../contract/names.ts";
import { refuse } from "../engine/refusal.ts";
import { argument, type Call, type Command, open, optional, refuseUsage, step, text, tokenFor } from "./call.ts";
import { readInput } from "./input.ts";
import { waitForJob } from "./session.ts";
import * as words from "./words.ts";

/** Commands on one step of an engagement. */
export const stepCommands: Record<string, Command> = {
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
    usage:
      "check FILE STEP [--only ID[,ID…]] [--resolver HOST:PORT] [--password-stdin] [--smtp-user USER --smtp-password-stdin]",
    summary: "run the step's network checks and keep the results",
    takes: 2,
    options: {
      only: "string",
      resolver: "string",
      "password-stdin": "boolean",
      "smtp-user": "string",
      "smtp-password-stdin": "boolean",
    },
    run: async (call) => {
      const { client } = call.session;
      const engagement = open(call, "write");
      const only = optional(call, "only")?.split(",");
      const resolver = optional(call, "resolver");
      const secrets = readSecrets(call);
      const { job } = await client.checks.run({
        engagement,
        step: step(call),
        ...(only ? { only } : {}),
        ...(resolver ? { resolver } : {}),
        ...secrets,
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

/**
 * Passwords from standard input, one a line: the directory's first, then the one of the smart hosts, as far as each is announced.
 * Never from arguments, which other users of the machine can read.
 */
function readSecrets(call: Call): { directoryPassword?: string; smtpUser?: string; smtpPassword?: string } {
  const wanted = (["password-stdin", "smtp-password-stdin"] as const).filter((name) => call.options[name]);
  const lines = wanted.length > 0 ? readFileSync(0, "utf8").split(/\r?\n/) : [];
  const secretOf = (name: (typeof wanted)[number]) => lines[wanted.indexOf(name)] || undefined;
  const [directoryPassword, smtpPassword] = [secretOf("password-stdin"), secretOf("smtp-password-stdin")];
  const smtpUser = optional(call, "smtp-user");
  if ((smtpUser === undefined) !== (smtpPassword === undefined))
    refuseUsage("--smtp-user and --smtp-password-stdin go together, with the password on standard input");
  return {
    ...(directoryPassword ? { directoryPassword } : {}),
    ...(smtpUser && smtpPassword ? { smtpUser, smtpPassword } : {}),
  };
}
