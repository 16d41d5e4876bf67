import { offerEnvelope } from "../smtp/offering.ts";
import { probeSmtp } from "../smtp/probe.ts";
import type { SmtpRecord } from "../smtp/record.ts";
import { isAccepted } from "../smtp/reply.ts";
import type { Probing } from "../types.ts";
import type { OpenRelayPlan } from "./plan.ts";

/** Offers each form and takes it back. The made-up recipient is asked about only where a hidden form was taken. */
export const probeOpenRelay = (plan: OpenRelayPlan, probing: Probing): Promise<SmtpRecord> =>
  probeSmtp(plan, "starttls", probing, {
    further: async (talk) => {
      let needsControl = false;
      for (const form of plan.forms) {
        const reply = await offerEnvelope(talk, form);
        if (form.isHidden && reply && isAccepted(reply)) needsControl = true;
      }
      if (needsControl) await offerEnvelope(talk, plan.control);
    },
  });
