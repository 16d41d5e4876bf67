import { type Command, open } from "./call.ts";
import * as words from "./words.ts";

/** Judging evidence of earlier days. */
export const recheckCommands: Record<string, Command> = {
  recheck: {
    usage: "recheck FILE",
    summary:
      "judge all recorded checks again by the rules of this version, without any network; exit code 1 when a verdict became worse or evidence cannot be read, 0 otherwise",
    takes: 1,
    run: async (call) => {
      const { runs } = await call.session.client.checks.recheck({ engagement: open(call, "read") });
      return {
        data: runs,
        text: words.recheck(runs),
        ok: runs.every(({ outcome }) => outcome !== "worse" && outcome !== "unreadable"),
      };
    },
  },
};
