import { implement } from "@orpc/server";
import { contract } from "../contract/index.ts";
import type { EngineContext } from "./context.ts";
import { Refusal, refusalToError, toRefusal } from "./refusal.ts";
import { createCheckService } from "./services/checks.ts";
import { createEngagementService } from "./services/engagements.ts";
import { createEvidenceService } from "./services/evidence.ts";
import { createFileService } from "./services/files.ts";
import { createHistoryService } from "./services/history.ts";
import { createJobService } from "./services/jobs.ts";
import { createReportService } from "./services/reports.ts";
import { createRfiService } from "./services/rfi.ts";
import { createSettingsService } from "./services/settings.ts";
import { createSignOffService } from "./services/signoffs.ts";
import { createStepService } from "./services/steps.ts";

/** Every thrown value leaves the engine as a failure of the closed table; a fault of the program is reported to its host and named INTERNAL. */
function createImplementer() {
  return implement(contract).use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      const refusal = toRefusal(error);
      if (!refusal) process.emitWarning(error instanceof Error ? error : String(error));
      throw refusalToError(refusal ?? new Refusal("INTERNAL"));
    }
  });
}
export type Implementer = ReturnType<typeof createImplementer>;

/** The contract, implemented: what every transport serves. */
export function createRouter(engine: EngineContext) {
  const os = createImplementer();
  return os.router({
    engagements: createEngagementService(engine, os),
    rfi: createRfiService(engine, os),
    steps: createStepService(engine, os),
    checks: createCheckService(engine, os),
    evidence: createEvidenceService(engine, os),
    signoffs: createSignOffService(engine, os),
    reports: createReportService(engine, os),
    history: createHistoryService(engine, os),
    files: createFileService(engine, os),
    jobs: createJobService(engine, os),
    settings: createSettingsService(engine, os),
  });
}
export type Router = ReturnType<typeof createRouter>;
