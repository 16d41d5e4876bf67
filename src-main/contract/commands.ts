export const menus = ["file", "view", "help"] as const;
export type MenuId = (typeof menus)[number];

interface CommandRow {
  readonly title: string;
  readonly menu: MenuId;
  /** Electron accelerator; never a text-editing key. */
  readonly accelerator?: string;
  /** Needs an open engagement. */
  readonly needs?: "engagement";
  /** Draws a line above it in the menu. */
  readonly separated?: true;
}

/** Every command a person can give outside a form: the table from which menu, shortcuts and palette are made. */
export const commandTable = {
  "new-engagement": { title: "New engagement", menu: "file", accelerator: "CmdOrCtrl+N" },
  "open-file": { title: "Open a file…", menu: "file", accelerator: "CmdOrCtrl+O" },
  "open-sample": { title: "Open the sample", menu: "file" },
  "show-rehearsal": { title: "Rehearse", menu: "file" },
  "show-engagements": { title: "All engagements", menu: "file", accelerator: "CmdOrCtrl+Shift+O" },
  "take-in-copy": { title: "Take in another copy…", menu: "file", accelerator: "CmdOrCtrl+Shift+I", separated: true },
  "export-copy": {
    title: "Export a hand-over copy…",
    menu: "file",
    accelerator: "CmdOrCtrl+Shift+E",
    needs: "engagement",
  },
  "show-copies": { title: "Snapshots", menu: "file", needs: "engagement" },
  "show-documents": { title: "Documents", menu: "file", accelerator: "CmdOrCtrl+P", needs: "engagement" },
  "archive-engagement": { title: "Archive the engagement", menu: "file", needs: "engagement" },
  "show-settings": { title: "Settings", menu: "file", accelerator: "CmdOrCtrl+,", separated: true },
  "show-palette": { title: "Search or do anything", menu: "view", accelerator: "CmdOrCtrl+K" },
  "show-overview": {
    title: "Overview",
    menu: "view",
    accelerator: "CmdOrCtrl+0",
    needs: "engagement",
    separated: true,
  },
  "show-rfi": { title: "Request for Information", menu: "view", accelerator: "CmdOrCtrl+Shift+R", needs: "engagement" },
  "show-step-1": { title: "Step 1", menu: "view", accelerator: "CmdOrCtrl+1", needs: "engagement" },
  "show-step-2": { title: "Step 2", menu: "view", accelerator: "CmdOrCtrl+2", needs: "engagement" },
  "show-step-3": { title: "Step 3", menu: "view", accelerator: "CmdOrCtrl+3", needs: "engagement" },
  "show-step-4": { title: "Step 4", menu: "view", accelerator: "CmdOrCtrl+4", needs: "engagement" },
  "show-step-5": { title: "Step 5", menu: "view", accelerator: "CmdOrCtrl+5", needs: "engagement" },
  "show-step-6": { title: "Step 6", menu: "view", accelerator: "CmdOrCtrl+6", needs: "engagement" },
  "show-step-7": { title: "Step 7", menu: "view", accelerator: "CmdOrCtrl+7", needs: "engagement" },
  "show-spf": { title: "SPF planner", menu: "view", needs: "engagement" },
  "show-conflicts": { title: "Conflicts", menu: "view", accelerator: "CmdOrCtrl+Shift+K", needs: "engagement" },
  "show-history": { title: "History", menu: "view", accelerator: "CmdOrCtrl+Shift+H", needs: "engagement" },
  "toggle-appearance": { title: "Switch between light and dark", menu: "view", separated: true },
  "verify-file": { title: "Verify a file or document…", menu: "help" },
  "explain-reply": { title: "Explain a reply", menu: "help" },
  "show-log": { title: "Show the log", menu: "help", separated: true },
} as const satisfies Record<string, CommandRow>;

export type CommandId = keyof typeof commandTable;
export const commandIds = Object.keys(commandTable) as [CommandId, ...CommandId[]];
export const commands: readonly (CommandRow & { id: CommandId })[] = commandIds.map((id) => ({
  id,
  ...commandTable[id],
}));
