import * as z from "zod";
import { listInboundHosts, rowAnswers, textAnswer } from "../answers.ts";
import { toDnsSettings } from "../dns/plan.ts";
import { smtpProbePlan, toNeutralDomain, toSmtpSettings } from "../smtp/plan.ts";
import type { CheckContext, Planned } from "../types.ts";

const envelope = z.strictObject({ from: z.string().max(400), to: z.string().max(400) });

/** Ways to ask for relaying that open relays have fallen for. `hidden` names a foreign recipient inside one of the customer's own. */
const relayForm = z.strictObject({
  ...envelope.shape,
  title: z.string().max(100),
  isHidden: z.boolean(),
});
export type RelayForm = z.infer<typeof relayForm>;

export const openRelayPlan = z.strictObject({
  ...smtpProbePlan.shape,
  forms: z.array(relayForm).max(4),
  /** A made-up recipient of the customer's own domain: who takes that, takes hidden forms without relaying them. */
  control: envelope,
  /** The customer's own networks; a client inside them may be allowed to relay. */
  ownNetworks: z.array(z.string().max(80)).max(500),
});
export type OpenRelayPlan = z.infer<typeof openRelayPlan>;

/** Domain of RFC 2606 that nobody's mail is in. */
const foreign = "relay-test@example.org";

/** Four classic forms (plain, as a bounce, percent hack of RFC 1123 5.2.16, quoted local part), in their order of likelihood. */
function listForms(domain: string, sender: string): RelayForm[] {
  return [
    { title: "a foreign recipient", from: sender, to: foreign, isHidden: false },
    { title: "a foreign recipient with an empty sender", from: "", to: foreign, isHidden: false },
    {
      title: "a foreign recipient behind a percent sign",
      from: sender,
      to: `${foreign.replace("@", "%")}@${domain}`,
      isHidden: true,
    },
    { title: "a foreign recipient in quotes", from: sender, to: `"${foreign}"@${domain}`, isHidden: true },
  ];
}

export function planOpenRelay(context: CheckContext): Planned<OpenRelayPlan> {
  const hosts = listInboundHosts(context);
  if (hosts.length === 0)
    return {
      kind: "missing",
      sentence: "No inbound host is known yet: fill in the inbound hosts of the Request for Information.",
    };
  const domain = textAnswer(context, "organisation.primaryDomain").toLowerCase();
  if (domain === "") return { kind: "missing", sentence: "The primary domain is not answered yet." };
  const sender = `fieldbook@${toNeutralDomain(context)}`;
  return {
    kind: "ready",
    plan: {
      dns: toDnsSettings(context),
      smtp: toSmtpSettings(context),
      hosts,
      forms: listForms(domain, sender),
      control: { from: sender, to: `fieldbook-no-such-person@${domain}` },
      ownNetworks: [
        ...rowAnswers(context, "outboundAddresses", "network"),
        ...rowAnswers(context, "journalSources", "network"),
      ].slice(0, 500),
    },
  };
}
