import * as z from "zod";
import { listResolvers, serverToText } from "../dns/client.ts";
import { abortReason, nodeNet } from "../node-net.ts";
import type { CheckContext, Json, Net, Planned, Probing, Vantage } from "../types.ts";
import type { Fact } from "./fact.ts";
import { readFacts, readPictureFacts } from "./facts.ts";
import { readPicture, type ServerAnswer } from "./picture.ts";
import {
  type ObservedStep,
  observationPlan,
  type PicturePlan,
  picturePlan,
  planObservation,
  planPicture,
} from "./plan.ts";
import { probeObservation, probePicture } from "./probe.ts";
import { observationRecord, type PictureRecord, pictureRecord } from "./record.ts";

const recordedObservation = z.strictObject({ plan: observationPlan, record: observationRecord });
const recordedPicture = z.strictObject({ plan: picturePlan, record: pictureRecord });

/** One look at the outside: what came back, from where, and what each server says of the domains. */
export interface Observation {
  at: string;
  finishedAt: string;
  vantage: Vantage;
  answers: ServerAnswer[];
  /** Plan and recorded answers as JSON; holds no secret. */
  record: { plan: Json; record: Json };
}

type Observing = Omit<Probing, "net" | "secrets"> & { net?: Net };

/** Looks at everything outside that the step's change can move. Rejects only with an AbortError. */
export const observe = (step: ObservedStep, context: CheckContext, probing: Observing) =>
  look(planObservation(context, step), probeObservation, context, probing);

/** Asks every server for the records of the domains only: what the watch does again and again. */
export const observePicture = (context: CheckContext, probing: Observing) =>
  look(planPicture(context), probePicture, context, probing);

async function look<P extends PicturePlan, R extends PictureRecord>(
  planned: Planned<P>,
  probe: (plan: P, probing: Probing) => Promise<R>,
  context: CheckContext,
  { net = nodeNet, ...probing }: Observing,
): Promise<Observation | { blocked: string }> {
  if (planned.kind !== "ready") return { blocked: planned.sentence };
  const { signal } = probing;
  if (signal.aborted) throw abortReason(signal);
  const at = probing.now().toISOString();
  const resolvers = await listResolvers(context.network, net, signal);
  const record = await probe(planned.plan, { ...probing, secrets: {}, net });
  if (signal.aborted) throw abortReason(signal);
  return {
    at,
    finishedAt: probing.now().toISOString(),
    vantage: { ...net.machine(), resolver: resolvers.map(serverToText).join(", ") || "none" },
    answers: readPicture(planned.plan, record),
    record: { plan: planned.plan, record },
  };
}

/** The facts of a recorded observation, by today's rules; null when the record is damaged or of another version. */
export function readObservation(recordJson: unknown): Fact[] | null {
  const whole = recordedObservation.safeParse(recordJson);
  if (whole.success) return readFacts(whole.data.plan, whole.data.record);
  const picture = recordedPicture.safeParse(recordJson);
  if (!picture.success) return null;
  return readPictureFacts(picture.data.plan, picture.data.record);
}
