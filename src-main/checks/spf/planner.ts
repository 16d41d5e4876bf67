import type { NetworkSettings } from "../../contract/settings.ts";
import type { SpfExamination, SpfProposal } from "../../contract/spf.ts";
import { toPrintable } from "../bytes.ts";
import { createDnsClient, listResolvers, serverToText } from "../dns/client.ts";
import type { Walk } from "../dns/walk.ts";
import { abortReason, nodeNet } from "../node-net.ts";
import type { Probing } from "../types.ts";
import type { DraftRequest } from "./draft.ts";
import { type ExamineRequest, walkExamination } from "./examine.ts";
import { walkProposal } from "./propose.ts";

type Asking = Pick<Probing, "signal"> & { net?: Probing["net"] };

/** Examines a record over the network. Rejects with an AbortError when the signal cancels; silence is part of the answer. */
export async function examineSpf(
  request: ExamineRequest,
  network: NetworkSettings,
  asking: Asking,
): Promise<SpfExamination> {
  const { value, resolver } = await askAll(walkExamination(request), network, asking);
  return { ...value, resolver };
}

/** Proposes a record over the network; see `walkProposal`. Rejects with an AbortError when the signal cancels. */
export async function proposeSpf(
  domain: string,
  request: DraftRequest,
  network: NetworkSettings,
  asking: Asking,
): Promise<SpfProposal> {
  const { value, resolver } = await askAll(walkProposal(domain, request), network, asking);
  const print = (texts: readonly string[]) => texts.map((text) => toPrintable(text, 4_000));
  const { before, after, removed, costs } = value;
  return {
    ...value,
    before: { ...before, record: before.record === null ? null : toPrintable(before.record, 4_000) },
    after,
    added: print(value.added),
    kept: print(value.kept),
    removed: removed.map(({ term, reason }) => ({ term: toPrintable(term, 600), reason })),
    warnings: print(value.warnings),
    refusal: value.refusal === null ? null : toPrintable(value.refusal, 4_000),
    costs: costs.map(({ term, lookups }) => ({ term: toPrintable(term, 600), lookups })),
    resolver,
  };
}

async function askAll<T>(walk: Walk<T>, network: NetworkSettings, { net = nodeNet, signal }: Asking) {
  if (signal.aborted) throw abortReason(signal);
  const { resolver, dohResolver, dnsTimeout, extraAuthorities } = network;
  const resolvers = await listResolvers(network, net, signal);
  const probing: Probing = { net, signal, secrets: {}, now: () => new Date(0), progress: () => undefined };
  const value = await createDnsClient({ resolver, dohResolver, dnsTimeout, extraAuthorities }, probing).drive(walk);
  return { value, resolver: resolvers.map(serverToText).join(", ") || "none" };
}
