import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Examination, HandOverSeal } from "../../contract/copies.ts";
import type { FileSource } from "../../contract/files.ts";
import { createFromEntries, type Journal, openJournal } from "../../journal/index.ts";
import { cells } from "../cells.ts";
import type { EngineContext } from "../context.ts";
import { readIdentity } from "../facts.ts";
import { hashBytes, toFileName } from "../files.ts";
import type { Implementer } from "../implementer.ts";
import type { Candidate } from "../incoming.ts";
import type { JobControl } from "../jobs.ts";
import { Refusal, refuse } from "../refusal.ts";
import { SEALED_ENDING, sealFile } from "../sealing.ts";

/** Copies of engagements: taken in, handed over, kept as snapshots. */
export function createCopyService(engine: EngineContext, os: Implementer) {
  const { workspace, incoming, snapshots } = engine;
  const examined = new Map<string, Examination>();
  const listSnapshots = (engagement: string) => ({
    snapshots: snapshots.list(workspace.journal(engagement).engagement),
  });
  return os.copies.router({
    examine: os.copies.examine.handler(({ input: { source, passphrase } }) => {
      const { job } = engine.jobs.start({
        kind: "examine",
        title: "Reading the copy",
        engagement: null,
        step: null,
        work: async (control) => {
          examined.set(job, await examineSource(engine, source, passphrase, control));
          return null;
        },
      });
      return { job };
    }),
    examined: os.copies.examined.handler(
      ({ input }) => examined.get(input.job) ?? refuse("NOT_FOUND", { happened: "That copy has not been read." }),
    ),
    accept: os.copies.accept.handler(({ input }) => accept(engine, incoming.get(input.candidate), input.admitRevoked)),
    look: os.copies.look.handler(({ input }) => {
      const { examination, path } = incoming.release(input.candidate);
      const { customer, name } = examination;
      return {
        engagement: workspace.openView(path, `the copy “${name}” of ${customer}`, incoming.folderOf(input.candidate)),
      };
    }),
    discard: os.copies.discard.handler(({ input }) => {
      incoming.discard(input.candidate);
      return {};
    }),
    closeView: os.copies.closeView.handler(({ input }) => {
      workspace.closeView(input.engagement);
      return {};
    }),
    handOver: os.copies.handOver.handler(({ input: { engagement, space, seal } }) => ({
      job: startHandOver(engine, workspace.journal(engagement), { space, seal }),
    })),
    snapshots: os.copies.snapshots.handler(({ input }) => listSnapshots(input.engagement)),
    takeSnapshot: os.copies.takeSnapshot.handler(({ input: { engagement } }) => {
      snapshots.take(requireOwn(engine, engagement), "by-hand");
      void engine.housekeeping.proveNewest(engagement);
      return listSnapshots(engagement);
    }),
    lookInto: os.copies.lookInto.handler(({ input: { engagement, snapshot } }) => {
      const path = snapshots.path(engagement, snapshot);
      const { customer } = readIdentity(workspace.journal(engagement).state());
      const taken = snapshots.list(engagement).find((known) => known.snapshot === snapshot);
      return { engagement: workspace.openView(path, `a snapshot of ${customer}, taken ${taken?.at ?? ""}`, null) };
    }),
    restore: os.copies.restore.handler(({ input: { engagement, snapshot } }) => ({
      job: startRestore(engine, engagement, snapshots.path(engagement, snapshot)),
    })),
  });
}

/** A copy that only wants a passphrase is not spent: the same choice is good for the next try. */
async function examineSource(
  engine: EngineContext,
  source: FileSource,
  passphrase: string | undefined,
  control: JobControl,
): Promise<Examination> {
  let giveBack: (() => void) | undefined;
  try {
    return await engine.incoming.examine(
      (target) => {
        const fetched = engine.files.fetch(source, target);
        giveBack = fetched.giveBack;
        return fetched;
      },
      passphrase,
      control,
    );
  } catch (error) {
    if (error instanceof Refusal && (error.code === "SEALED_FILE" || error.code === "WRONG_PASSPHRASE")) giveBack?.();
    throw error;
  }
}

function requireOwn(engine: EngineContext, engagement: string): Journal {
  const journal = engine.workspace.journal(engagement);
  return journal.mode === "write" ? journal : refuse("READ_ONLY");
}

/** Unites a copy with the one that is here, after a snapshot, or gives a new engagement its place. */
export function accept(engine: EngineContext, candidate: Candidate, admitRevoked: string | undefined) {
  const { workspace, incoming, snapshots } = engine;
  const { examination, path } = candidate;
  if (examination.revoked > 0 && !admitRevoked) refuse("REVOKED_DEVICE");
  const present = workspace.findPresent(examination.engagement);
  const journal = present ?? workspace.adopt(path, examination.reference);
  if (present) {
    if (present.mode === "read") refuse("READ_ONLY");
    snapshots.take(present, "before-merge");
    const copy = openJournal(path, workspace.deps(), { mode: "read" });
    try {
      const { isVerified } = present.uniteWith(copy);
      if (!isVerified) engine.housekeeping.verifySignatures(present);
    } finally {
      copy.close();
    }
  }
  if (examination.revoked > 0 && admitRevoked) {
    const value = { entries: examination.revoked, reason: admitRevoked };
    workspace.append(journal, [{ kind: "set", entity: cells.filing, field: "admittedRevoked", value }], []);
  }
  incoming.discard(candidate.id);
  workspace.announce(journal);
  const { conflicts, incoming: count } = examination;
  return { engagement: journal.engagement, incoming: count, conflicts };
}

/** Opens a file that a person named: takes in what is new, opens what is here, and leaves uniting to a decision of its own. */
export async function openFile(
  engine: EngineContext,
  fetch: (target: string) => { name: string; path: string | null },
  control: JobControl = { signal: new AbortController().signal, progress: () => undefined },
): Promise<string> {
  const examination = await engine.incoming.examine(fetch, undefined, control);
  const { candidate, engagement, relation, pause, revoked, problems } = examination;
  if (problems.length > 0) {
    engine.incoming.discard(candidate);
    refuse("DAMAGED", { details: problems.slice(0, 5) });
  }
  if (relation === "new" && pause === null && revoked === 0) {
    try {
      return accept(engine, engine.incoming.get(candidate), undefined).engagement;
    } catch (error) {
      engine.incoming.discard(candidate);
      throw error;
    }
  }
  engine.incoming.discard(candidate);
  if (relation !== "same") refuse(revoked > 0 ? "REVOKED_DEVICE" : "ENGAGEMENT_EXISTS");
  return engagement;
}

interface HandOver {
  space: "everything" | "shared";
  seal: HandOverSeal;
}

function startHandOver(engine: EngineContext, journal: Journal, handOver: HandOver): string {
  const { customer, reference } = readIdentity(journal.state());
  const suffix = handOver.space === "shared" ? "shared" : "hand-over";
  return engine.jobs.start({
    kind: "hand-over",
    title: `Hand-over copy of ${customer}`,
    engagement: engine.workspace.describeJournal(journal).id,
    step: null,
    work: (control) => offerCopy(engine, journal, `${toFileName(reference)}-${suffix}`, handOver, control),
  }).job;
}

function startRestore(engine: EngineContext, engagement: string, path: string): string {
  const { customer, reference } = readIdentity(engine.workspace.journal(engagement).state());
  return engine.jobs.start({
    kind: "restore",
    title: `Snapshot of ${customer}`,
    engagement,
    step: null,
    work: async (control) => {
      const snapshot = openJournal(path, engine.workspace.deps(), { mode: "read" });
      try {
        const handOver: HandOver = { space: "everything", seal: { kind: "open" } };
        return await offerCopy(engine, snapshot, `${toFileName(reference)}-restored`, handOver, control);
      } finally {
        snapshot.close();
      }
    },
  }).job;
}

/** Makes a verified copy in a folder of its own, seals it when asked, and offers it as a download. */
async function offerCopy(
  engine: EngineContext,
  journal: Journal,
  name: string,
  { space, seal }: HandOver,
  { signal, progress }: JobControl,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "fieldbook-"));
  try {
    progress(0, 2, "Copying and verifying");
    // Lets the answer with the job's number out before the disk is busy.
    await new Promise((resolve) => setImmediate(resolve));
    let file = join(folder, "copy.fieldbook");
    if (space === "everything") journal.exportCopy(file);
    else createFromEntries(file, engine.workspace.deps(), journal.entries("shared"), sharedBlobs(journal));
    signal.throwIfAborted();
    if (seal.kind !== "open") {
      progress(1, 2, "Sealing");
      const sealed = join(folder, "copy.age");
      await sealFile(file, sealed, seal, signal);
      file = sealed;
    }
    const bytes = readFileSync(file);
    return engine.files.offer({
      name: name + (seal.kind === "open" ? ".fieldbook" : SEALED_ENDING),
      type: "application/vnd.connect-fieldbook",
      sha256: hashBytes(bytes),
      size: bytes.length,
      replace: false,
      read: () => bytes,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Everything but what only internal entries name. */
function* sharedBlobs(journal: Journal): Generator<{ hash: string; bytes: Uint8Array }> {
  const isInternal = journal.blobsOfSpace("internal");
  const isShared = journal.blobsOfSpace("shared");
  for (const hash of journal.blobs()) {
    const bytes = isInternal.has(hash) && !isShared.has(hash) ? undefined : journal.getBlob(hash);
    if (bytes) yield { hash, bytes };
  }
}
