import { IconSearch, IconSettings } from "@tabler/icons-react";
import { Link, useLocation } from "wouter";
import { commandTable } from "../../src-main/contract/commands.ts";
import { desktop } from "../bridge.ts";
import { useCommands } from "../commands/CommandProvider.tsx";
import { acceleratorToWords } from "../commands/hotkeys.ts";
import { useEngagement } from "../queries.ts";
import classes from "./TopBar.module.css";

const isMac = () => desktop()?.platform.os === "mac" || /Mac/.test(navigator.userAgent);

/** Where one is, the way back, and the search over everything. `isQuiet` while a customer is looking. */
export function TopBar({ engagement, isQuiet }: { engagement: string | null; isQuiet: boolean }) {
  const { setPaletteOpen } = useCommands();
  const [location] = useLocation();
  return (
    <header className={classes.top}>
      <nav aria-label="Breadcrumbs" style={{ flex: 1, minWidth: 0 }}>
        <ol className={classes.crumbs}>
          <li>
            <Link href="/" aria-current={location === "/" ? "page" : undefined}>
              Engagements
            </Link>
          </li>
          {engagement && <EngagementCrumb engagement={engagement} />}
          {location === "/settings" && <PlainCrumb>Settings</PlainCrumb>}
          {location === "/explain" && <PlainCrumb>Explain a reply</PlainCrumb>}
          {location === "/verify" && <PlainCrumb>Verify a file</PlainCrumb>}
          {location.startsWith("/take-in") && <PlainCrumb>Take in a copy</PlainCrumb>}
          {location === "/new" && <PlainCrumb>New engagement</PlainCrumb>}
        </ol>
      </nav>
      {!isQuiet && (
        <button type="button" className={classes.search} onClick={() => setPaletteOpen(true)}>
          <IconSearch size={14} aria-hidden="true" />
          {commandTable["show-palette"].title}
          <kbd>{acceleratorToWords(commandTable["show-palette"].accelerator, isMac())}</kbd>
        </button>
      )}
      {!isQuiet && (
        <Link
          href="/settings"
          className={classes.iconLink}
          aria-label="Settings"
          aria-current={location === "/settings" ? "page" : undefined}
        >
          <IconSettings size={18} aria-hidden="true" />
        </Link>
      )}
    </header>
  );
}

function PlainCrumb({ children }: { children: string }) {
  return (
    <li>
      <span aria-hidden="true">›</span>
      <span aria-current="page">{children}</span>
    </li>
  );
}

function EngagementCrumb({ engagement }: { engagement: string }) {
  const { data } = useEngagement(engagement);
  if (!data) return null;
  return (
    <li>
      <span aria-hidden="true">›</span>
      <Link href={`/e/${engagement}`} className={classes.crumbHere} title={data.customer}>
        {data.customer}
      </Link>
      <span className={classes.crumbReference}>{data.reference}</span>
    </li>
  );
}
