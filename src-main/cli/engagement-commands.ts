import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { engagementDraft } from "../contract/engagements.ts";
import { stepId } from "../contract/names.ts";
import { rfiDocument } from "../contract/rfi/form.ts";
import { createEngagement } from "../engine/new-engagement.ts";
import { refuse } from "../engine/refusal.ts";
import { viewEngagement } from "../engine/services/engagements.ts";
import { verifyBytes } from "../engine/services/reports.ts";
import { argument, type Command, open, optional, text } from "./call.ts";
import { readInput } from "./input.ts";
import * as words from "./words.ts";

/** Commands on an engagement as a whole. */
export const engagementCommands: Record<string, Command> = {
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
  verify: {
    usage: "verify FILE|PDF",
    summary: "verify an engagement file or a document; changes nothing",
    takes: 1,
    run: async (call) => {
      const verification = await verifyBytes(readFileSync(argument(call, 0)));
      return { data: verification, text: words.verification(verification), ok: verification.ok };
    },
  },
};

function readJson(path: string): unknown {
  const bytes = readFileSync(path, "utf8");
  try {
    return JSON.parse(bytes);
  } catch {
    return refuse("INVALID_INPUT", { happened: `${path} is not a JSON document.` });
  }
}
