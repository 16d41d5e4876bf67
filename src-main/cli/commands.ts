import type { Command } from "./call.ts";
import { copyCommands } from "./copy-commands.ts";
import { engagementCommands } from "./engagement-commands.ts";
import { networkCommands } from "./network-commands.ts";
import { observationCommands } from "./observation-commands.ts";
import { readingCommands } from "./reading-commands.ts";
import { recheckCommands } from "./recheck-command.ts";
import { rehearsalCommands } from "./rehearsal-commands.ts";
import { spfCommands } from "./spf-commands.ts";
import { stepCommands } from "./step-commands.ts";

/** Every command on engagement files by name: the table from which parsing, help and dispatch are derived. */
export const commands: Record<string, Command> = {
  ...engagementCommands,
  ...copyCommands,
  ...stepCommands,
  ...observationCommands,
  ...spfCommands,
  ...rehearsalCommands,
  ...recheckCommands,
  ...networkCommands,
  ...readingCommands,
};
