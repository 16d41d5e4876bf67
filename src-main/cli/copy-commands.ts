import { readFileSync } from "node:fs";
import type { Examination, HandOverSeal } from "../contract/copies.ts";
import { refuse } from "../engine/refusal.ts";
import {
  argument,
  type Call,
  type Command,
  open,
  optional,
  type Reply,
  refuseUsage,
  step,
  text,
  tokenFor,
} from "./call.ts";
import { waitForJob } from "./session.ts";
import * as words from "./words.ts";

/** A passphrase comes from the standard input: arguments and environment are readable by other programs. */
function readPassphrase(call: Call): string | undefined {
  if (!call.options["passphrase-stdin"]) return undefined;
  return readFileSync(0, "utf8").replace(/\r?\n$/, "");
}

function readSeal(call: Call): HandOverSeal {
  const recipients = optional(call, "recipients")?.split(",").filter(Boolean);
  const passphrase = readPassphrase(call);
  if (recipients && passphrase !== undefined)
    return refuseUsage("--recipients and --passphrase-stdin exclude each other");
  if (recipients) return { kind: "recipients", recipients };
  return passphrase === undefined ? { kind: "open" } : { kind: "passphrase", passphrase };
}

async function merge(call: Call): Promise<Reply> {
  const { session } = call;
  const { client } = session;
  const engagement = open(call, "write");
  const passphrase = readPassphrase(call);
  const source = { kind: "token" as const, token: tokenFor(call, argument(call, 1), "open") };
  const { job } = await client.copies.examine({ source, ...(passphrase === undefined ? {} : { passphrase }) });
  await waitForJob(session, job, call.json);
  const found: Examination = await client.copies.examined({ job });
  if (found.engagement !== engagement)
    refuse("ANOTHER_HISTORY", {
      happened: `The copy is of another engagement: ${found.customer}, ${found.reference}.`,
    });
  const report = words.examination(found);
  if (call.options["dry-run"]) return { data: found, text: `${report}\nDry run: nothing was changed.` };
  if (found.pause && !call.options.yes)
    return {
      data: found,
      text: `${report}\n${found.pause}\nNothing was changed. Repeat with --yes to go on.`,
      ok: false,
    };
  if (found.relation === "same") return { data: found, text: `${report}\nThe copy held nothing that is not here.` };
  const reason = optional(call, "admit-revoked");
  await client.copies.accept({ candidate: found.candidate, ...(reason ? { admitRevoked: reason } : {}) });
  const { conflicts } = await client.conflicts.list({ engagement });
  return {
    data: { ...found, open: conflicts.length },
    text: `${report}\nUnited. ${conflicts.length} conflicts to decide.`,
  };
}

/** Copies of an engagement: united, handed over, decided about. */
export const copyCommands: Record<string, Command> = {
  merge: {
    usage: "merge FILE OTHER [--dry-run] [--yes] [--admit-revoked REASON] [--passphrase-stdin]",
    summary: "unite another copy of the engagement with FILE, after a snapshot; OTHER is only read",
    takes: 2,
    options: { "dry-run": "boolean", yes: "boolean", "admit-revoked": "string", "passphrase-stdin": "boolean" },
    run: merge,
  },
  export: {
    usage: "export FILE --out FILE2 [--shared] [--recipients age1…,age1…] [--passphrase-stdin]",
    summary: "make a verified hand-over copy; never over an existing file; --shared leaves internal notes out",
    takes: 1,
    options: { out: "string", shared: "boolean", recipients: "string", "passphrase-stdin": "boolean" },
    run: async (call) => {
      const { client } = call.session;
      const out = text(call, "out");
      const seal = readSeal(call);
      const space = call.options.shared ? "shared" : "everything";
      const { job } = await client.copies.handOver({ engagement: open(call, "read"), space, seal });
      const { download } = await waitForJob(call.session, job, call.json);
      const token = tokenFor(call, out, "save");
      const saved = await client.files.saveDownload({ download: download ?? refuse("INTERNAL"), token });
      return { data: saved, text: `Hand-over copy: ${saved.saved}` };
    },
  },
  conflicts: {
    usage: "conflicts FILE",
    summary: "list values that contradict each other since copies were united",
    takes: 1,
    run: async (call) => {
      const { conflicts } = await call.session.client.conflicts.list({ engagement: open(call, "read") });
      return { data: conflicts, text: words.conflicts(conflicts) };
    },
  },
  resolve: {
    usage: "resolve FILE CELL (--choose VERSION | --write TEXT)",
    summary: "end a conflict by choosing one of its versions or writing another value",
    takes: 2,
    options: { choose: "string", write: "string" },
    run: async (call) => {
      const [version, value] = [optional(call, "choose"), optional(call, "write")];
      if ((version === undefined) === (value === undefined)) refuseUsage("one of --choose and --write is needed");
      const decision =
        version === undefined ? { kind: "write" as const, value: value ?? "" } : { kind: "choose" as const, version };
      const input = { engagement: open(call, "write"), cell: argument(call, 1), decision };
      const { conflicts } = await call.session.client.conflicts.resolve(input);
      return { data: conflicts, text: words.conflicts(conflicts) };
    },
  },
  "put-back": {
    usage: "put-back FILE STEP",
    summary: "set what was changed beside a contested sign-off back to what was signed",
    takes: 2,
    run: async (call) => {
      const { client } = call.session;
      const [engagement, of] = [open(call, "write"), step(call)];
      const { signOffs } = await client.steps.get({ engagement, step: of });
      const contested =
        signOffs.find(({ state }) => state === "contested") ??
        refuse("NOT_FOUND", { happened: "The step has no contested sign-off." });
      const after = await client.signoffs.putBack({ engagement, step: of, signOff: contested.signOff });
      return { data: after, text: words.step(await client.steps.get({ engagement, step: of })) };
    },
  },
};
