import * as z from "zod";
import { yesNoAnswer } from "../answers.ts";
import { dnsSettings, toDnsSettings } from "../dns/plan.ts";
import type { CheckContext, Planned } from "../types.ts";
import { firstAddresses, isAddressValid } from "./addresses.ts";

/** Addresses asked in one run. */
const mostAddresses = 64;

export const reverseDnsPlan = z.strictObject({
  dns: dnsSettings,
  /** Addresses asked, each with the line of the form it comes from. */
  addresses: z
    .array(z.strictObject({ address: z.string().max(80).refine(isAddressValid), network: z.string().max(80) }))
    .max(mostAddresses),
  /** Networks of the form that were left out: too large, or behind the limit. */
  unasked: z.array(z.string().max(80)).max(1_000),
});
export type ReverseDnsPlan = z.infer<typeof reverseDnsPlan>;

/** Single outbound addresses of the Request for Information, and the first addresses of its small networks. */
export function planReverseDns(context: CheckContext): Planned<ReverseDnsPlan> {
  const { family } = context;
  if (family === "microsoft-365" || family === "google-workspace")
    return {
      kind: "not-applicable",
      sentence: "Mail leaves from the provider's addresses, whose names are the provider's.",
    };
  if (yesNoAnswer(context, "outbound.dynamic") === true)
    return {
      kind: "not-applicable",
      sentence: "The outbound addresses are dynamic; their names are the access provider's.",
    };
  const rows = context.answers.rows.outboundAddresses ?? [];
  const networks = [...new Set(rows.map(({ values }) => String(values.network ?? "").trim()))].filter(
    (one) => one !== "",
  );
  if (networks.length === 0)
    return {
      kind: "missing",
      sentence: "No outbound address is known yet: fill in the outbound addresses of the Request for Information.",
    };
  const listed = networks.map((network) => ({ network, addresses: firstAddresses(network) ?? [] }));
  const all = listed.flatMap(({ network, addresses }) => addresses.map((address) => ({ address, network })));
  const addresses = all.filter(({ address }, index) => all.findIndex((one) => one.address === address) === index);
  const asked = addresses.slice(0, mostAddresses);
  if (asked.length === 0)
    return {
      kind: "missing",
      sentence:
        "The outbound networks are too large to ask for each address: add the mail servers' own addresses to the outbound addresses.",
    };
  const unasked = networks.filter((network) => !asked.some((one) => one.network === network)).slice(0, 1_000);
  return { kind: "ready", plan: { dns: toDnsSettings(context), addresses: asked, unasked } };
}
