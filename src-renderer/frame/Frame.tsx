import { lazy, type ReactNode, Suspense } from "react";
import { useLocation } from "wouter";
import { CommandProvider, useCommands, useEngagementId } from "../commands/CommandProvider.tsx";
import { FailureNotice } from "../components/FailureNotice.tsx";
import { EngagementMap } from "./EngagementMap.tsx";
import { FileDrop } from "./FileDrop.tsx";
import classes from "./Frame.module.css";
import { ToldNotice } from "./ToldNotice.tsx";
import { TopBar } from "./TopBar.tsx";
import { TruthBar } from "./TruthBar.tsx";
import { ViewingBar } from "./ViewingBar.tsx";

const Palette = lazy(() => import("../palette/Palette.tsx").then((module) => ({ default: module.Palette })));

/** Map on the left, truth bar below, the page in the middle. The customer's view of a sign-off stands alone. */
export function Frame({ children }: { children: ReactNode }) {
  return (
    <CommandProvider>
      <FrameBody>{children}</FrameBody>
    </CommandProvider>
  );
}

function FrameBody({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  const engagement = useEngagementId();
  const { failed, dismiss, isPaletteOpen } = useCommands();
  const isForCustomer = /^\/e\/[^/]+\/sign\//.test(location);
  const hasMap = engagement !== null && !isForCustomer;
  return (
    <div className={classes.frame} data-map={hasMap}>
      <TopBar engagement={engagement} isQuiet={isForCustomer} />
      {engagement && <ViewingBar engagement={engagement} />}
      {hasMap && <EngagementMap engagement={engagement} />}
      <main className={classes.main}>
        <div className={classes.content}>
          {failed && (
            <div className={classes.failed}>
              <FailureNotice title={`${failed.what}.`} error={failed.error} onDismiss={dismiss} />
            </div>
          )}
          <ToldNotice />
          {children}
        </div>
      </main>
      <TruthBar engagement={engagement} />
      <FileDrop />
      {isPaletteOpen && (
        <Suspense>
          <Palette engagement={engagement} />
        </Suspense>
      )}
    </div>
  );
}
