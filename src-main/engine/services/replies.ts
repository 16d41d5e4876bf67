import { readBounce } from "../../checks/index.ts";
import { explainReplies } from "../../guide/index.ts";
import type { EngineContext } from "../context.ts";
import { readIdentity } from "../facts.ts";
import type { Implementer } from "../implementer.ts";
import { takeMessage } from "../message-reading.ts";

/** What SMTP replies mean: joins the reading of bounces with the playbook's table. Writes nothing. */
export function createReplyService(engine: EngineContext, os: Implementer) {
  return os.replies.router({
    explain: os.replies.explain.handler(async ({ input: { engagement, message } }) => {
      const region = engagement ? readIdentity(engine.workspace.journal(engagement).state()).region : null;
      const { text, bytes } = takeMessage(engine, message);
      const bounce = await readBounce(bytes, text);
      const told = bounce ? explainReplies(engine.playbook, bounce.status, region) : [];
      const replies = told.length > 0 ? told : explainReplies(engine.playbook, bounce?.text ?? text, region);
      return { isBounce: bounce !== null, replies };
    }),
  });
}
