import * as z from "zod";
import { numberAnswer, regionValues, textAnswer, yesNoAnswer } from "../answers.ts";
import { toDnsSettings } from "../dns/plan.ts";
import { hostAndPort, smartHostKey, smtpProbePlan, toSmtpSettings } from "../smtp/plan.ts";
import type { CheckContext, Planned } from "../types.ts";

const tcpTarget = z.strictObject({ ...hostAndPort.shape, purpose: z.enum(["https", "directory"]) });
export type TcpTarget = z.infer<typeof tcpTarget>;

export const egressPlan = z.strictObject({
  /** `hosts` greet first: smart hosts on the ports for relay and for submission. */
  ...smtpProbePlan.shape,
  /** Port of mail between servers. Networks for people often refuse it, so a refusal there is no host's word. */
  relayPort: z.number().int(),
  /** Whether the customer's server logs on to the smart host, which it does on the submission port. */
  needsSubmission: z.boolean(),
  /** Hosts whose name a greeting may carry. */
  expected: z.array(z.string()),
  /** Ports that are opened and closed again, because the client speaks first there. */
  tcp: z.array(tcpTarget).max(200),
});
export type EgressPlan = z.infer<typeof egressPlan>;

/** Ways out that the project needs: to the smart hosts, to the region's web addresses, to the directory. */
export function planEgress(context: CheckContext): Planned<EgressPlan> {
  const { smtpPort, submissionPort, httpsPort } = context.network;
  const smartHosts = regionValues(context, smartHostKey(context)) ?? regionValues(context, "smart-hosts") ?? [];
  const hosts = smartHosts.flatMap((host) => [smtpPort, submissionPort].map((port) => ({ host, port })));
  const addresses = ["api", "console"].flatMap((key) => regionValues(context, key) ?? []);
  const web = addresses.flatMap((address) => webTarget(address, httpsPort) ?? []);
  const tcp = unique([...web, ...listDirectoryTargets(context)]).slice(0, 200);
  if (hosts.length === 0 && tcp.length === 0)
    return {
      kind: "missing",
      sentence: "No host of the region is confirmed yet: confirm or enter the smart hosts and the console's address.",
    };
  const dns = toDnsSettings(context);
  const smtp = toSmtpSettings(context);
  const needsSubmission = yesNoAnswer(context, "outbound.dynamic") === true;
  return {
    kind: "ready",
    plan: { dns, smtp, hosts, relayPort: smtpPort, needsSubmission, expected: smartHosts, tcp },
  };
}

/** `https://host`, `https://host:port/path` or a bare host name. */
function webTarget(address: string, standard: number): TcpTarget | null {
  const [, host, port] = /^(?:https:\/\/)?([a-z0-9.-]{1,253})(?::(\d{1,5}))?(?:\/.*)?$/i.exec(address) ?? [];
  const number = port === undefined ? standard : Number(port);
  if (host === undefined || number < 1 || number > 65_535) return null;
  return { host, port: number, purpose: "https" };
}

/** The directory's port as answered; else both of the usual ones. */
function listDirectoryTargets(context: CheckContext): TcpTarget[] {
  const kind = textAnswer(context, "recipients.directory");
  if (kind !== "ldap" && kind !== "domino") return [];
  const named = [textAnswer(context, "recipients.ldapHost"), textAnswer(context, "recipients.ldapAlternateHost")];
  const port = numberAnswer(context, "recipients.ldapPort");
  return named
    .filter((host) => host !== "")
    .flatMap((host) =>
      (port === null ? [389, 636] : [port]).map((one) => ({
        host: host.toLowerCase(),
        port: one,
        purpose: "directory" as const,
      })),
    );
}

const unique = (targets: TcpTarget[]): TcpTarget[] =>
  targets.filter(
    (one, index) => targets.findIndex(({ host, port }) => host === one.host && port === one.port) === index,
  );
