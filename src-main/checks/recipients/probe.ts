import { randomBytes } from "node:crypto";
import { offerEnvelope } from "../smtp/offering.ts";
import { probeSmtp, type SmtpProbeOptions } from "../smtp/probe.ts";
import type { Probing } from "../types.ts";
import type { RecipientPairPlan } from "./plan.ts";
import type { RecipientPairRecord } from "./record.ts";

/**
 * Asks for the real and for a made-up recipient, each in a transaction that is taken back. The sender is empty, as it is for bounces:
 * every server has to take it (RFC 5321 6.1), and no rule about a sender's domain gets in the way.
 */
export async function probeRecipientPair(plan: RecipientPairPlan, probing: Probing): Promise<RecipientPairRecord> {
  const domain = plan.known.slice(plan.known.lastIndexOf("@") + 1);
  const nonsense = `no-such-recipient-${randomBytes(6).toString("hex")}@${domain}`;
  const options: SmtpProbeOptions = {
    further: async (talk) => {
      for (const to of [plan.known, nonsense]) await offerEnvelope(talk, { from: "", to });
    },
  };
  const [server, gateway] = await Promise.all([
    probeSmtp(plan, "starttls", probing, options),
    probeSmtp({ ...plan, hosts: plan.gateway }, "starttls", probing, { ...options, mostAddresses: 1 }),
  ]);
  return { nonsense, server, gateway };
}
