import type { Probing } from "../types.ts";
import { takeHeader } from "./headers.ts";
import type { MessagePlan } from "./plan.ts";
import type { MessageRecord } from "./record.ts";

/** Takes the header out of what a person gave. Nothing is sent and nothing is asked; without a message the record is empty. */
export async function probeMessage(_plan: MessagePlan, { message, now }: Probing): Promise<MessageRecord> {
  const { text, source, by } = message ?? { text: "", source: "pasted" as const, by: "" };
  return { at: now().toISOString(), source, by: by.slice(0, 300), ...takeHeader(text, source) };
}
