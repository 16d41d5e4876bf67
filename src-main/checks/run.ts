import { checkCatalog } from "./catalog.ts";
import { listResolvers, serverToText } from "./dns/client.ts";
import { abortReason, nodeNet } from "./node-net.ts";
import type { CheckContext, CheckDefinition, GivenMessage, Json, Judgement, Net, Probing, Vantage } from "./types.ts";

export interface CheckOutcome {
  judgement: Judgement;
  /** Plan and recorded answers as JSON: all that judging needs. Holds no secret. */
  record: { plan: Json; record: Json };
  vantage: Vantage;
  startedAt: string;
  finishedAt: string;
}

/**
 * Plans, probes and judges one check. The network's failures are part of the record; the promise rejects with an AbortError
 * when the signal cancels, within a fifth of a second, with every socket destroyed.
 */
export async function runCheck(
  definition: CheckDefinition,
  context: CheckContext,
  probing: Omit<Probing, "net"> & { net?: Net },
): Promise<CheckOutcome | { blocked: string }> {
  const planned = definition.plan(context);
  if (planned.kind !== "ready") return { blocked: planned.sentence };
  const { net = nodeNet, signal } = probing;
  if (signal.aborted) throw abortReason(signal);
  const startedAt = probing.now().toISOString();
  const isRead = definition.needsInput === "message";
  const resolvers = isRead ? [] : await listResolvers(context.network, net, signal);
  const record = await definition.probe(planned.plan, { ...probing, net });
  if (signal.aborted) throw abortReason(signal);
  const judgement = definition.judge(planned.plan, record);
  const vantage = isRead
    ? vantageOfMessage(probing.message)
    : { ...net.machine(), resolver: resolvers.map(serverToText).join(", ") || "none" };
  return {
    judgement,
    record: { plan: planned.plan, record },
    vantage,
    startedAt,
    finishedAt: probing.now().toISOString(),
  };
}

/** A message that a person gave was seen from nowhere: the vantage says whose word it is. */
const vantageOfMessage = (message: GivenMessage | undefined): Vantage => ({
  host: `headers ${message?.source === "file" ? "read from a file" : "pasted"} by ${message?.by || "somebody"}; the program did not see the mail itself`,
  addresses: [],
  resolver: "",
});

/**
 * The verdict over a recorded run, by today's rules. A record that is damaged, or of a check this version does not know, gives the
 * verdict "error" with the reason; nothing throws.
 */
export const judgeAgain = (checkId: string, recordJson: unknown): Judgement =>
  judgeRecorded(checkId, recordJson).judgement;

/** The same, and whether the record could be read at all: an "error" of an unreadable one says nothing about the network. */
export function judgeRecorded(checkId: string, recordJson: unknown): { isReadable: boolean; judgement: Judgement } {
  const definition = checkCatalog.find(({ id }) => id === checkId);
  if (!definition)
    return unreadable(`There is no check “${checkId}” in this version.`, "Open the engagement with a newer version.");
  const parsed = definition.schema.safeParse(recordJson);
  if (!parsed.success)
    return unreadable(
      "The recorded answers are damaged or of another version.",
      "Keep the recorded verdict, or run the check again.",
    );
  return { isReadable: true, judgement: definition.judge(parsed.data.plan, parsed.data.record) };
}

const unreadable = (reason: string, todo: string) => ({
  isReadable: false,
  judgement: { verdict: "error" as const, reason, todo, findings: [], transcript: "" },
});
