import "@mantine/spotlight/styles.css";
import { createSpotlight, Spotlight } from "@mantine/spotlight";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { useLocation } from "wouter";
import { commandTable } from "../../src-main/contract/commands.ts";
import { stepIds } from "../../src-main/contract/names.ts";
import { desktop } from "../bridge.ts";
import { api } from "../client.ts";
import { useCommands } from "../commands/CommandProvider.tsx";
import { acceleratorToWords } from "../commands/hotkeys.ts";
import { filterPalette, listPaletteGroups, type PaletteContents, type PaletteEntry } from "./entries.ts";
import { focusWhenThere } from "./focusing.ts";
import classes from "./Palette.module.css";

/** Passed on to the list's scroll area: what scrolls can be reached by keyboard. */
const scrollingList = { viewportProps: { tabIndex: 0, role: "group", "aria-label": "Results" } };

const [store] = createSpotlight();
store.setState({ ...store.getState(), opened: true });

function usePaletteContents(engagement: string | null): PaletteContents {
  const enabled = engagement !== null;
  const input = { engagement: engagement ?? "" };
  const { data: list } = useQuery(api.engagements.list.queryOptions({ input: {} }));
  const { data: form } = useQuery(api.rfi.get.queryOptions({ input, enabled }));
  const { data: documents } = useQuery(api.reports.list.queryOptions({ input, enabled }));
  const steps = useQueries({
    queries: stepIds.map((step) => api.steps.get.queryOptions({ input: { ...input, step }, enabled })),
    combine: (results) => results.flatMap(({ data }) => data ?? []),
  });
  return useMemo(
    () => ({
      engagement,
      steps,
      engagements: list?.engagements ?? [],
      answers: form?.answers ?? null,
      reports: documents?.reports ?? [],
    }),
    [engagement, steps, list, form, documents],
  );
}

function acceleratorOf({ goal }: PaletteEntry): string | null {
  if (goal.kind !== "command") return null;
  const row = commandTable[goal.id];
  return "accelerator" in row ? acceleratorToWords(row.accelerator, desktop()?.platform.os === "mac") : null;
}

/** Search over steps, tasks, questions, documents, engagements and commands. */
export function Palette({ engagement }: { engagement: string | null }) {
  const { run, setPaletteOpen } = useCommands();
  const [location, navigate] = useLocation();
  const [query, setQuery] = useState("");
  const contents = usePaletteContents(engagement);
  const groups = useMemo(() => filterPalette(listPaletteGroups(contents), query), [contents, query]);
  const opened = useRef(location);
  useEffect(() => {
    if (location !== opened.current) setPaletteOpen(false);
  }, [location, setPaletteOpen]);
  const follow = ({ goal, label }: PaletteEntry) => {
    setPaletteOpen(false);
    if (goal.kind === "command") return run(goal.id);
    navigate(goal.href);
    if (goal.isInside) focusWhenThere(label);
  };
  return (
    <Spotlight.Root
      forceOpened
      store={store}
      query={query}
      onQueryChange={setQuery}
      onSpotlightClose={() => setPaletteOpen(false)}
      shortcut={null}
      scrollable
      maxHeight={440}
      size={600}
      lockScroll={false}
      transitionProps={{ duration: 0 }}
      overlayProps={{ blur: 0, backgroundOpacity: 0.35 }}
      classNames={{ content: classes.content ?? "" }}
      attributes={{ content: { "aria-label": "Search or do anything", "aria-modal": true } }}
    >
      <Spotlight.Search
        placeholder="A step, task, question, host, document or command"
        aria-label="Search or do anything"
      />
      <Spotlight.ActionsList {...scrollingList}>
        {groups.map(({ group, entries }) => (
          <Spotlight.ActionsGroup key={group} label={group}>
            {entries.map((entry) => (
              <Spotlight.Action key={entry.id} className={classes.action} onClick={() => follow(entry)}>
                <span className={classes.label}>{entry.label}</span>
                <span className={classes.description}>{acceleratorOf(entry) ?? entry.description}</span>
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 && <Spotlight.Empty>Nothing here holds “{query}”.</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
