import type { StepId } from "../contract/names.ts";
import type { Playbook } from "./playbook.ts";

export interface ExplainedReply {
  meaning: string;
  who: string;
  steps: StepId[];
}

/** What an SMTP reply of the service means: matched without case, ignoring the address and the bracketed reference behind the text. */
export function explainReply(playbook: Playbook, reply: string): ExplainedReply | null {
  const plain = reply.toLowerCase().replace(/\s+/g, " ");
  const code = Number(/^\s*(\d{3})\b/.exec(plain)?.[1] ?? 0);
  const found = playbook.replies.replies.find(
    (known) => known.code.includes(code) && known.text.some((text) => plain.includes(text.toLowerCase())),
  );
  return found ? { meaning: found.meaning, who: found.who, steps: found.steps } : null;
}
