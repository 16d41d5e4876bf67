import { lazy, Suspense } from "react";
import { Route, Switch } from "wouter";
import { Loading } from "./components/Loading.tsx";
import { useEngineEvents } from "./events.ts";
import { Frame } from "./frame/Frame.tsx";
import { NotFound } from "./frame/NotFound.tsx";
import { useLock } from "./lock.ts";
import { EngagementsScreen } from "./screens/engagements/EngagementsScreen.tsx";

const LockScreen = lazy(() =>
  import("./screens/lock/LockScreen.tsx").then((module) => ({ default: module.LockScreen })),
);
const OverviewScreen = lazy(() =>
  import("./screens/overview/OverviewScreen.tsx").then((module) => ({ default: module.OverviewScreen })),
);
const RfiScreen = lazy(() => import("./screens/rfi/RfiScreen.tsx").then((module) => ({ default: module.RfiScreen })));
const StepScreen = lazy(() =>
  import("./screens/step/StepScreen.tsx").then((module) => ({ default: module.StepScreen })),
);
const SignOffScreen = lazy(() =>
  import("./screens/signoff/SignOffScreen.tsx").then((module) => ({ default: module.SignOffScreen })),
);
const DocumentsScreen = lazy(() =>
  import("./screens/documents/DocumentsScreen.tsx").then((module) => ({ default: module.DocumentsScreen })),
);
const VerifyScreen = lazy(() =>
  import("./screens/documents/VerifyScreen.tsx").then((module) => ({ default: module.VerifyScreen })),
);
const ExplainScreen = lazy(() =>
  import("./screens/reading/ExplainScreen.tsx").then((module) => ({ default: module.ExplainScreen })),
);
const HistoryScreen = lazy(() =>
  import("./screens/history/HistoryScreen.tsx").then((module) => ({ default: module.HistoryScreen })),
);
const SettingsScreen = lazy(() =>
  import("./screens/settings/SettingsScreen.tsx").then((module) => ({ default: module.SettingsScreen })),
);
const TakeInScreen = lazy(() =>
  import("./screens/copies/TakeInScreen.tsx").then((module) => ({ default: module.TakeInScreen })),
);
const HandOverScreen = lazy(() =>
  import("./screens/copies/HandOverScreen.tsx").then((module) => ({ default: module.HandOverScreen })),
);
const SnapshotsScreen = lazy(() =>
  import("./screens/copies/SnapshotsScreen.tsx").then((module) => ({ default: module.SnapshotsScreen })),
);
const RehearsalScreen = lazy(() =>
  import("./screens/rehearsal/RehearsalScreen.tsx").then((module) => ({ default: module.RehearsalScreen })),
);
const ConflictsScreen = lazy(() =>
  import("./screens/conflicts/ConflictsScreen.tsx").then((module) => ({ default: module.ConflictsScreen })),
);
const SpfScreen = lazy(() => import("./screens/spf/SpfScreen.tsx").then((module) => ({ default: module.SpfScreen })));

/** One address per screen; screens read their parameters with `useParams`. */
export function App() {
  useEngineEvents();
  const lock = useLock();
  // Nothing is asked of a program that may be locked; this takes one answer of the engine.
  if (lock.isPending) return null;
  if (lock.data && lock.data.state !== "unlocked")
    return (
      <Suspense>
        <LockScreen state={lock.data.state} />
      </Suspense>
    );
  return (
    <Frame>
      <Suspense fallback={<Loading />}>
        <Switch>
          <Route path="/" component={EngagementsScreen} />
          <Route path="/new" component={EngagementsScreen} />
          <Route path="/verify" component={VerifyScreen} />
          <Route path="/take-in/:job?" component={TakeInScreen} />
          <Route path="/explain" component={ExplainScreen} />
          <Route path="/settings" component={SettingsScreen} />
          <Route path="/rehearsal" component={RehearsalScreen} />
          <Route path="/e/:id" component={OverviewScreen} />
          <Route path="/e/:id/rfi/:section?" component={RfiScreen} />
          <Route path="/e/:id/step/:step/:tab?" component={StepScreen} />
          <Route path="/e/:id/sign/:step" component={SignOffScreen} />
          <Route path="/e/:id/documents" component={DocumentsScreen} />
          <Route path="/e/:id/conflicts" component={ConflictsScreen} />
          <Route path="/e/:id/copies" component={SnapshotsScreen} />
          <Route path="/e/:id/hand-over" component={HandOverScreen} />
          <Route path="/e/:id/spf" component={SpfScreen} />
          <Route path="/e/:id/explain" component={ExplainScreen} />
          <Route path="/e/:id/history" component={HistoryScreen} />
          <Route component={NotFound} />
        </Switch>
      </Suspense>
    </Frame>
  );
}
