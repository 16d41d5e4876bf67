import type { Menu, MenuItemConstructorOptions } from "electron";
import { type CommandId, commands, type MenuId } from "../contract/commands.ts";

export interface MenuOptions {
  platform: NodeJS.Platform;
  packaged: boolean;
  recent: readonly string[];
  run(id: CommandId): void;
  openRecent(path: string): void;
  clearRecent(): void;
}

const separator: MenuItemConstructorOptions = { type: "separator" };

/** The menu, made of the command table and of Electron's roles for editing, zoom and windows. */
export function buildMenu(options: MenuOptions): MenuItemConstructorOptions[] {
  const isMac = options.platform === "darwin";
  const quit: MenuItemConstructorOptions = { role: "quit" };
  const file = [...itemsOf("file", options), separator, recentItems(options), ...(isMac ? [] : [separator, quit])];
  const edit: MenuItemConstructorOptions[] = [
    { role: "undo" },
    { role: "redo" },
    separator,
    { role: "cut" },
    { role: "copy" },
    { role: "paste" },
    { role: "selectAll" },
  ];
  const zoom: MenuItemConstructorOptions[] = [
    separator,
    { role: "resetZoom", accelerator: "CmdOrCtrl+Alt+0" },
    { role: "zoomIn" },
    { role: "zoomOut" },
    separator,
    { role: "togglefullscreen" },
  ];
  const tools: MenuItemConstructorOptions[] = options.packaged ? [] : [separator, { role: "toggleDevTools" }];
  return [
    ...(isMac ? [appMenu(options)] : []),
    { label: "File", submenu: file },
    { label: "Edit", submenu: edit },
    { label: "View", submenu: [...itemsOf("view", options), ...zoom, ...tools] },
    { role: "windowMenu" },
    { role: "help", submenu: [...itemsOf("help", options), ...(isMac ? [] : [separator, { role: "about" as const }])] },
  ];
}

/** macOS keeps About, Settings and Quit in the program's own menu. */
function appMenu(options: MenuOptions): MenuItemConstructorOptions {
  const settings = commands.filter(({ id }) => id === settingsId).flatMap((command) => itemOf(command, options));
  const roles = ["services", "hide", "hideOthers", "unhide", "quit"] as const;
  return {
    role: "appMenu",
    submenu: [{ role: "about" }, ...settings, separator, ...roles.map((role) => ({ role }))],
  };
}

const settingsId: CommandId = "show-settings";

function itemsOf(menu: MenuId, options: MenuOptions): MenuItemConstructorOptions[] {
  return commands
    .filter((command) => command.menu === menu && !(options.platform === "darwin" && command.id === settingsId))
    .flatMap((command) => itemOf(command, options));
}

type Command = (typeof commands)[number];

function itemOf({ id, title, accelerator, separated }: Command, { run }: MenuOptions): MenuItemConstructorOptions[] {
  const item: MenuItemConstructorOptions = {
    id,
    label: title,
    click: () => run(id),
    ...(accelerator ? { accelerator } : {}),
  };
  return separated ? [separator, item] : [item];
}

/** Commands that need an engagement are grey while the page, by its address, shows none. */
export function enableEngagementCommands(menu: Menu | null, address: string): void {
  const isOpen = address.includes("#/e/");
  for (const { id, needs } of commands) {
    const item = needs && menu?.getMenuItemById(id);
    if (item) item.enabled = isOpen;
  }
}

function recentItems({ recent, openRecent, clearRecent }: MenuOptions): MenuItemConstructorOptions {
  const items = recent.map((path): MenuItemConstructorOptions => ({ label: path, click: () => openRecent(path) }));
  return {
    label: "Open recent",
    enabled: items.length > 0,
    submenu: [...items, separator, { label: "Clear the list", click: clearRecent }],
  };
}
