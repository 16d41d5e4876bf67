import { useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { type HotkeyItem, useHotkeys } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import { useLocation } from "wouter";
import { type CommandId, commands, commandTable } from "../../src-main/contract/commands.ts";
import { desktop } from "../bridge.ts";
import { api, client } from "../client.ts";
import { type ChosenFile, chooseFile } from "../files.ts";
import { acceleratorToHotkey } from "./hotkeys.ts";

interface Commands {
  /** Gives a command of the table, from wherever it comes: menu, shortcut, palette or button. */
  run(id: CommandId): void;
  /** Does something whose failure is shown at the top of the page. `what` begins the sentence, such as "The file was not opened". */
  act(what: string, work: () => Promise<unknown>): void;
  /** Looks into a copy of an engagement that was chosen or dropped; `choose` resolves with null when nothing was chosen. */
  takeIn(choose: () => Promise<ChosenFile | null>): void;
  failed: { what: string; error: unknown } | null;
  dismiss(): void;
  isBusy: boolean;
  isPaletteOpen: boolean;
  setPaletteOpen(open: boolean): void;
}

const CommandContext = createContext<Commands | null>(null);

export function useCommands(): Commands {
  const commands = useContext(CommandContext);
  if (!commands) throw new Error("useCommands needs CommandProvider above it.");
  return commands;
}

/** The engagement the address names, or null on the pages that belong to none. */
export function useEngagementId(): string | null {
  const [location] = useLocation();
  return /^\/e\/([^/]+)/.exec(location)?.[1] ?? null;
}

/** What each command does. Rows that only the desktop can do are left to it. */
function useCommandTable(
  { act, takeIn }: Pick<Commands, "act" | "takeIn">,
  openPalette: () => void,
): Partial<Record<CommandId, () => void>> {
  const [, navigate] = useLocation();
  const engagement = useEngagementId();
  const queries = useQueryClient();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const inEngagement = (path: string) => () => {
    if (engagement) navigate(`/e/${engagement}${path}`);
  };
  const chooseCopy = () => takeIn(() => chooseFile("engagement"));
  const showStep = (number: number) => () => {
    const view = engagement ? queries.getQueryData(api.engagements.get.queryKey({ input: { engagement } })) : undefined;
    const step = view?.steps.find((candidate) => candidate.number === number);
    if (step) navigate(`/e/${engagement}/step/${step.step}`);
  };
  return {
    "new-engagement": () => navigate("/new"),
    "open-file": chooseCopy,
    "take-in-copy": chooseCopy,
    "open-sample": () =>
      act("The sample was not opened", async () => navigate(`/e/${(await client.engagements.sample({})).engagement}`)),
    "show-engagements": () => navigate("/"),
    "show-rehearsal": () => navigate("/rehearsal"),
    "show-settings": () => navigate("/settings"),
    "show-palette": openPalette,
    "show-overview": inEngagement(""),
    "show-rfi": inEngagement("/rfi"),
    "show-documents": inEngagement("/documents"),
    "show-spf": inEngagement("/spf"),
    "show-conflicts": inEngagement("/conflicts"),
    "show-copies": inEngagement("/copies"),
    "show-history": inEngagement("/history"),
    "show-step-1": showStep(1),
    "show-step-2": showStep(2),
    "show-step-3": showStep(3),
    "show-step-4": showStep(4),
    "show-step-5": showStep(5),
    "show-step-6": showStep(6),
    "show-step-7": showStep(7),
    "toggle-appearance": () => setColorScheme(scheme === "dark" ? "light" : "dark"),
    "verify-file": () => navigate("/verify"),
    "explain-reply": () => navigate(engagement ? `/e/${engagement}/explain` : "/explain"),
    "export-copy": inEngagement("/hand-over"),
    "archive-engagement": () => {
      if (!engagement) return;
      act("The engagement was not archived", async () => {
        await client.engagements.archive({ engagement, archived: true });
        navigate("/");
      });
    },
  };
}

const hotkeysOf = (run: Commands["run"]): HotkeyItem[] =>
  commands.flatMap(({ id, accelerator }): HotkeyItem[] =>
    accelerator ? [[acceleratorToHotkey(accelerator), () => run(id)]] : [],
  );

export function CommandProvider({ children }: { children: ReactNode }) {
  const [, navigate] = useLocation();
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const acting = useMutation({
    mutationFn: ({ work }: { what: string; work: () => Promise<unknown> }) => work(),
  });
  const act = (what: string, work: () => Promise<unknown>) => acting.mutate({ what, work });
  const takeIn: Commands["takeIn"] = (choose) =>
    act("The copy was not opened", async () => {
      const copy = await choose();
      if (!copy) return;
      const { job } = await client.copies.examine({ source: copy.source });
      navigate(`/take-in/${job}`, { state: copy });
    });
  const table = useCommandTable({ act, takeIn }, () => setPaletteOpen(true));
  const engagement = useEngagementId();
  const run = (id: CommandId) => {
    if ("needs" in commandTable[id] && !engagement) return;
    table[id]?.();
  };

  const latest = useRef({ run, act, takeIn });
  latest.current = { run, act, takeIn };
  useEffect(
    () =>
      desktop()?.subscribe((message) => {
        if (message.kind === "command") latest.current.run(message.id);
        if (message.kind !== "take-in") return;
        const { name, token } = message;
        latest.current.takeIn(async () => ({ name, source: { kind: "token", token } }));
      }),
    [],
  );
  // In the desktop the menu hears the keys.
  useHotkeys(desktop() ? [] : hotkeysOf(run), []);

  const value = useMemo<Commands>(
    () => ({
      run: (id) => latest.current.run(id),
      act: (what, work) => latest.current.act(what, work),
      takeIn: (choose) => latest.current.takeIn(choose),
      failed: acting.error ? { what: acting.variables.what, error: acting.error } : null,
      dismiss: acting.reset,
      isBusy: acting.isPending,
      isPaletteOpen,
      setPaletteOpen,
    }),
    [acting.error, acting.variables, acting.reset, acting.isPending, isPaletteOpen],
  );
  return <CommandContext value={value}>{children}</CommandContext>;
}
