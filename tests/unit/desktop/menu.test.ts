import type { MenuItemConstructorOptions } from "electron";
import { describe, expect, it, vi } from "vitest";
import { type CommandId, commandIds, commands } from "../../../src-main/contract/commands.ts";
import { buildMenu, enableEngagementCommands } from "../../../src-main/desktop/menu.ts";

const run = vi.fn<(id: CommandId) => void>();
const openRecent = vi.fn<(path: string) => void>();
const build = (platform: NodeJS.Platform, packaged = true, recent: string[] = []) =>
  buildMenu({ platform, packaged, recent, run, openRecent, clearRecent: () => undefined });

const submenuOf = (item: MenuItemConstructorOptions) => (item.submenu ?? []) as MenuItemConstructorOptions[];
const flatten = (items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  items.flatMap((item) => [item, ...flatten(submenuOf(item))]);
const click = (item: MenuItemConstructorOptions | undefined) => (item as { click(): void }).click();
const nameOf = ({ type, label, role, id }: MenuItemConstructorOptions) =>
  type === "separator" ? "-" : (id ?? role ?? label ?? "?");
const outline = (items: MenuItemConstructorOptions[]) =>
  Object.fromEntries(items.map((item) => [nameOf(item), submenuOf(item).map(nameOf).join(" ")]));

describe("the menu", () => {
  it("on Linux and Windows", () => {
    expect(outline(build("linux"))).toEqual(outline(build("win32")));
    expect(outline(build("linux"))).toEqual({
      File: "new-engagement open-file open-sample show-rehearsal show-engagements - take-in-copy export-copy show-copies show-documents archive-engagement - show-settings - Open recent - quit",
      Edit: "undo redo - cut copy paste selectAll",
      View: "show-palette - show-overview show-rfi show-step-1 show-step-2 show-step-3 show-step-4 show-step-5 show-step-6 show-step-7 show-spf show-conflicts show-history - toggle-appearance - resetZoom zoomIn zoomOut - togglefullscreen",
      windowMenu: "",
      help: "verify-file explain-reply - show-log - about",
    });
  });

  it("on macOS, with settings, about and quit in the program's own menu", () => {
    const menu = outline(build("darwin"));
    expect(menu.appMenu).toBe("about - show-settings - services hide hideOthers unhide quit");
    expect(menu.File).toBe(
      "new-engagement open-file open-sample show-rehearsal show-engagements - take-in-copy export-copy show-copies show-documents archive-engagement - Open recent",
    );
    expect(menu.help).toBe("verify-file explain-reply - show-log");
  });

  it.each(["linux", "win32", "darwin"] as const)("on %s holds every command of the table once", (platform) => {
    const ids = flatten(build(platform)).flatMap(({ id }) => id ?? []);
    expect(ids.toSorted()).toEqual([...commandIds].sort());
  });

  it("gives the command that was chosen", () => {
    const item = flatten(build("linux")).find(({ id }) => id === "show-history");
    click(item);
    expect(run).toHaveBeenCalledExactlyOnceWith("show-history");
  });

  it("offers developer tools only while the program is not packaged", () => {
    const roles = (packaged: boolean) => flatten(build("linux", packaged)).map(({ role }) => role);
    expect(roles(true)).not.toContain("toggleDevTools");
    expect(roles(false)).toContain("toggleDevTools");
  });

  it("lists recent files, and is grey without any", () => {
    const recentOf = (recent: string[]) =>
      flatten(build("linux", true, recent)).find(({ label }) => label === "Open recent");
    expect(recentOf([])?.enabled).toBe(false);
    const item = submenuOf(recentOf(["/a.fieldbook"]) ?? {})[0];
    expect(item?.label).toBe("/a.fieldbook");
    click(item);
    expect(openRecent).toHaveBeenCalledExactlyOnceWith("/a.fieldbook");
  });

  it("greys out what needs an engagement until one is shown", () => {
    const items = new Map(commandIds.map((id) => [id as string, { enabled: true }]));
    const menu = { getMenuItemById: (id: string) => items.get(id) };
    const enable = (address: string) =>
      enableEngagementCommands(menu as unknown as Parameters<typeof enableEngagementCommands>[0], address);
    enable("app://fieldbook/index.html");
    expect(items.get("show-step-1")?.enabled).toBe(false);
    expect(items.get("open-file")?.enabled).toBe(true);
    enable("app://fieldbook/index.html#/e/0190");
    expect(items.get("show-step-1")?.enabled).toBe(true);
  });
});

describe("the command table", () => {
  const accelerators = commands.flatMap(({ accelerator }) => accelerator ?? []);
  // What Electron's roles and text fields use on some platform, besides the zoom keys.
  const taken = "Z,Y,Shift+Z,X,C,V,Shift+V,A,Q,W,M,H,Alt+H,Alt+0,Plus,-".split(",").map((key) => `CmdOrCtrl+${key}`);

  it("has one meaning per shortcut, and takes none from editing, windows or the system", () => {
    expect(new Set(accelerators).size).toBe(accelerators.length);
    expect(accelerators.filter((accelerator) => taken.includes(accelerator))).toEqual([]);
  });

  it("has a title for every command, with … where a question follows", () => {
    for (const { title } of commands) expect(title).toMatch(/^[A-Z].*[a-z0-9…)]$/);
  });
});
