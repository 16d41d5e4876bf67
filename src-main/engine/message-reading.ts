import type * as z from "zod";
import { checkCatalog, runCheck } from "../checks/index.ts";
import { largestMessage, type messageSource } from "../contract/checks.ts";
import type { StepId } from "../contract/names.ts";
import type { Journal } from "../journal/index.ts";
import { recordOutcome } from "./check-outcomes.ts";
import { type EngineContext, toCheckContext } from "./context.ts";
import { readFacts } from "./facts.ts";
import { refuse } from "./refusal.ts";
import { requireApplicable } from "./services/steps.ts";
import { isStanding, type JudgedRun, readRuns, readStep } from "./step-facts.ts";

type MessageSource = z.infer<typeof messageSource>;

/** First bytes of Outlook's own format, a compound file. */
const compoundFile = [0xd0, 0xcf, 0x11, 0xe0];

/** A given message as text. The bytes are from outside: their size is bounded, and what is no text is refused with a sentence. */
export function takeMessage(
  engine: EngineContext,
  source: MessageSource,
): { text: string; bytes: Uint8Array; source: "pasted" | "file" } {
  if (source.kind === "text") {
    return { text: source.text, bytes: new TextEncoder().encode(source.text), source: "pasted" };
  }
  const { name, bytes } = engine.files.take(source);
  if (bytes.length > largestMessage)
    refuse("TOO_LARGE", {
      happened: `${name} is larger than ${largestMessage / 1024 / 1024} MiB.`,
      todo: "Paste the header of the mail instead.",
    });
  if (compoundFile.every((byte, index) => bytes[index] === byte))
    refuse("INVALID_INPUT", {
      happened: `${name} is in Outlook's own format, which this program does not read.`,
      todo: "Open the mail in Outlook, copy the Internet headers from its properties, and paste them.",
    });
  return { text: decodeText(bytes), bytes, source: "file" };
}

/** By byte order mark, else UTF-8, else one character per byte. */
function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("latin1").decode(bytes);
  }
}

/** Plans, records, judges and keeps a run over a message that a person gave. */
export async function readGivenMessage(
  engine: EngineContext,
  journal: Journal,
  step: StepId,
  check: string,
  message: MessageSource,
): Promise<JudgedRun> {
  const { checks, signOffs } = requireApplicable(readStep(engine, journal, step));
  if (signOffs.some(isStanding)) refuse("STEP_SIGNED");
  const definition = checks.some((known) => known.check === check && known.needsInput === "message")
    ? checkCatalog.find(({ id }) => id === check)
    : undefined;
  if (!definition) return refuse("NOT_FOUND", { happened: `The step has no check “${check}” that reads a message.` });
  const { text, source } = takeMessage(engine, message);
  const outcome = await runCheck(
    definition,
    { ...toCheckContext(engine, readFacts(journal)), step },
    {
      signal: new AbortController().signal,
      secrets: {},
      message: { text, source, by: engine.settings.get().person.name },
      now: () => engine.world.clock.now(),
      progress: () => undefined,
    },
  );
  if ("blocked" in outcome)
    return refuse("INVALID_INPUT", {
      happened: outcome.blocked,
      todo: "Answer the question named, then give the message again.",
    });
  const run = recordOutcome(engine, journal, step, definition, outcome);
  return readRuns(journal.state(), step, check).find((known) => known.run === run) ?? refuse("INTERNAL");
}
