import { describe, expect, it } from "vitest";
import { commands } from "../../../src-main/contract/commands.ts";
import { acceleratorToHotkey, acceleratorToWords } from "../../../src-renderer/commands/hotkeys.ts";
import {
  filterPalette,
  listPaletteGroups,
  type PaletteContents,
  type PaletteGroup,
} from "../../../src-renderer/palette/entries.ts";

const contents: PaletteContents = {
  engagement: "e1",
  engagements: [],
  steps: [],
  reports: [],
  answers: {
    fields: { "organisation.primaryDomain": "harbourfinch.example" },
    rows: { domains: [{ id: "r1", values: { name: "mail.harbourfinch.example" } }] },
  },
};
const labels = (groups: PaletteGroup[]) => groups.flatMap(({ entries }) => entries.map(({ label }) => label));

describe("the palette", () => {
  it("offers only what works without an engagement when none is open", () => {
    const groups = listPaletteGroups({ ...contents, engagement: null });
    expect(groups.map(({ group }) => group)).toEqual(["Commands"]);
    expect(labels(groups)).toContain("New engagement");
    expect(labels(groups)).not.toContain("Overview");
  });
  it("finds a question by its answer and a group by one of its rows", () => {
    const found = filterPalette(listPaletteGroups(contents), "harbourfinch.example");
    expect(labels(found)).toContain("Primary e-mail domain");
    const host = filterPalette(listPaletteGroups(contents), "mail.harbourfinch");
    expect(host.flatMap(({ entries }) => entries.map(({ goal }) => goal))).toContainEqual({
      kind: "place",
      href: "/e/e1/rfi/domains",
      isInside: true,
    });
  });
  it("puts labels that begin with the words first", () => {
    const groups: PaletteGroup[] = [
      {
        group: "Commands",
        entries: ["Undo the export", "Port of the export", "Export"].map((label) => ({
          id: label,
          label,
          description: "",
          keywords: [],
          goal: { kind: "place", href: "/" },
        })),
      },
    ];
    expect(labels(filterPalette(groups, "po"))[0]).toBe("Port of the export");
    expect(filterPalette(groups, "nothing at all")).toEqual([]);
  });
  it("gives every entry an id of its own", () => {
    const ids = listPaletteGroups(contents).flatMap(({ entries }) => entries.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("accelerators", () => {
  it("are matched and read alike", () => {
    expect(acceleratorToHotkey("CmdOrCtrl+Shift+O")).toBe("mod+shift+O");
    expect(acceleratorToWords("CmdOrCtrl+Shift+O", false)).toBe("Ctrl Shift O");
    expect(acceleratorToWords("CmdOrCtrl+K", true)).toBe("⌘K");
  });
  it("are unique in the table", () => {
    const given = commands.flatMap(({ accelerator }) => accelerator ?? []);
    expect(new Set(given).size).toBe(given.length);
  });
});
