import type { EngineContext } from "./context.ts";
import { createImplementer } from "./implementer.ts";
import { createCheckService } from "./services/checks.ts";
import { createConflictService } from "./services/conflicts.ts";
import { createCopyService } from "./services/copies.ts";
import { createEngagementService } from "./services/engagements.ts";
import { createEvidenceService } from "./services/evidence.ts";
import { createFileService } from "./services/files.ts";
import { createHistoryService } from "./services/history.ts";
import { createJobService } from "./services/jobs.ts";
import { createLockService } from "./services/lock.ts";
import { createObservationService } from "./services/observations.ts";
import { createRehearsalService } from "./services/rehearsal.ts";
import { createReplyService } from "./services/replies.ts";
import { createReportService } from "./services/reports.ts";
import { createRfiService } from "./services/rfi.ts";
import { createSettingsService } from "./services/settings.ts";
import { createSignOffService } from "./services/signoffs.ts";
import { createSpfService } from "./services/spf.ts";
import { createStepService } from "./services/steps.ts";
import { createTrustService } from "./services/trust.ts";
import { createVantageService } from "./services/vantage.ts";

/** The contract, implemented: what every transport serves. */
export function createRouter(engine: EngineContext) {
  const os = createImplementer((command) => engine.lock.guard(command));
  return os.router({
    engagements: createEngagementService(engine, os),
    rfi: createRfiService(engine, os),
    steps: createStepService(engine, os),
    checks: createCheckService(engine, os),
    spf: createSpfService(engine, os),
    evidence: createEvidenceService(engine, os),
    signoffs: createSignOffService(engine, os),
    replies: createReplyService(engine, os),
    reports: createReportService(engine, os),
    conflicts: createConflictService(engine, os),
    copies: createCopyService(engine, os),
    history: createHistoryService(engine, os),
    files: createFileService(engine, os),
    jobs: createJobService(engine, os),
    rehearsal: createRehearsalService(engine, os),
    settings: createSettingsService(engine, os),
    trust: createTrustService(engine, os),
    lock: createLockService(engine, os),
    observations: createObservationService(engine, os),
    vantage: createVantageService(engine, os),
  });
}
export type Router = ReturnType<typeof createRouter>;
