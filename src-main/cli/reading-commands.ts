import type { CheckView } from "../contract/checks.ts";
import { slug } from "../contract/names.ts";
import { argument, type Call, type Command, open, optional, step, tokenFor } from "./call.ts";
import { readInput } from "./input.ts";
import { readInputText } from "./secret.ts";
import { openFile } from "./session.ts";
import * as words from "./words.ts";

/** Commands that read what a person gives: test mails and SMTP replies. */
export const readingCommands: Record<string, Command> = {
  read: {
    usage: "read FILE STEP [MAIL | -] [--check ID]",
    summary:
      "judge the header of a test mail, from a file or the standard input, and keep the result; the body is not kept",
    takes: 3,
    options: { check: "string" },
    run: async (call) => {
      const { client } = call.session;
      const check = readInput(slug, optional(call, "check") ?? "test-mail", "--check");
      const engagement = open(call, "write");
      const latest = await client.checks.read({ engagement, step: step(call), check, message: messageOf(call, 2) });
      const { checks } = await client.checks.list({ engagement, step: step(call) });
      const read = checks.filter((view: CheckView) => view.check === check);
      return { data: latest, text: words.checks(read), ok: latest.verdict === "pass" || latest.verdict === "warn" };
    },
  },
  explain: {
    usage: "explain [REPLIES | -] [--for FILE]",
    summary:
      "explain SMTP replies, log lines or a bounce, from a file or the standard input; --for compares the grid with the region of an engagement",
    takes: 1,
    options: { for: "string" },
    run: async (call) => {
      const file = optional(call, "for");
      const engagement = file ? { engagement: openFile(call.session, file, "read") } : {};
      const found = await call.session.client.replies.explain({ ...engagement, message: messageOf(call, 0) });
      return { data: found, text: words.replies(found.replies), ok: found.replies.length > 0 };
    },
  },
};

/** A named file goes by token, as from a dialog; "-" or nothing is the standard input. */
function messageOf(call: Call, index: number) {
  const path = call.positionals[index] ?? "-";
  if (path === "-") return { kind: "text" as const, text: readInputText() };
  return { kind: "token" as const, token: tokenFor(call, argument(call, index), "open") };
}
