import type { NetworkSettings } from "../../contract/settings.ts";
import type { Net, Probing } from "../types.ts";
import { judgeVantage, type VantageJudgement } from "./judge.ts";
import { planVantage } from "./plan.ts";
import { probeVantage } from "./probe.ts";

export interface VantageOutcome extends VantageJudgement {
  /** Own addresses and resolvers, for which the findings are true. */
  addresses: string[];
  resolvers: string[];
  at: string;
}

/** Plans, probes and judges the network once, as seen from the machine given. Rejects only with an AbortError. */
export async function lookAtNetwork(
  network: NetworkSettings,
  smartHosts: readonly string[],
  probing: Pick<Probing, "signal" | "now"> & { net: Net; machine: Net["machine"] },
): Promise<VantageOutcome> {
  const plan = planVantage(network, smartHosts);
  const { signal, now, machine } = probing;
  const net = { ...probing.net, machine };
  const record = await probeVantage(plan, { signal, now, net, secrets: {}, progress: () => undefined });
  const { addresses, resolvers, at } = record;
  return { ...judgeVantage(plan, record), addresses, resolvers, at };
}
