import { finding } from "../judgement.ts";
import type { Finding } from "../types.ts";
import type { Answer } from "./exchange.ts";

/** The finding for a record that could not be read: silence is not measurable from here, a failing server is an error. */
export function judgeUnseen(subject: string, { question, status, server, detail }: Answer): Finding {
  const isSilent = status === "silent" || status === "refused";
  return finding(
    isSilent ? "not-measurable" : "error",
    subject,
    `The ${question.type} record of ${question.name} could not be read from ${server}: ${detail}.`,
    "Check the resolver and the zone, then run the check again.",
  );
}
