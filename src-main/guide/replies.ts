import type { StepId } from "../contract/names.ts";
import type { Playbook } from "./playbook.ts";

export interface ExplainedReply {
  meaning: string;
  who: string;
  steps: StepId[];
}

/**
 * What an SMTP reply of the service means, given the reply or a line of a log that quotes it: the code must stand in it as a word and one of
 * the texts behind it, without case; the address and the bracketed reference at the end do not matter. Null for replies nobody has described.
 */
export function explainReply(playbook: Playbook, reply: string): ExplainedReply | null {
  const plain = reply.toLowerCase().replace(/\s+/g, " ");
  const found = playbook.replies.replies.find(({ code, text }) =>
    code.some((number) => {
      const at = plain.search(new RegExp(`\\b${number}\\b`));
      return at >= 0 && text.some((part) => plain.indexOf(part.toLowerCase(), at) >= 0);
    }),
  );
  return found ? { meaning: found.meaning, who: found.who, steps: found.steps } : null;
}
