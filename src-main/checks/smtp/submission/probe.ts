import { mapWithWidth } from "../../concurrency.ts";
import { createDnsClient } from "../../dns/client.ts";
import type { Probing, Secrets } from "../../types.ts";
import type { SmartHostPlan } from "../plan.ts";
import { probeHost, probeSmtp } from "../probe.ts";
import type { SmartHostRecord } from "../record.ts";
import { readMechanisms } from "../reply.ts";
import type { SmtpCourse } from "../session.ts";

/** What is written in place of a secret. */
const hidden = "***";

/** The smart hosts, and where addresses are dynamic their submission port: looked at first, then, given credentials, logged on to. */
export async function probeSmartHost(plan: SmartHostPlan, probing: Probing): Promise<SmartHostRecord> {
  const hadCredentials = hasCredentials(probing.secrets);
  const record = await probeSmtp(plan, "starttls", probing);
  if (plan.submissionPort === null) return { ...record, submission: [], hadCredentials };
  const client = createDnsClient(plan.dns, probing);
  const submission = await mapWithWidth(plan.hosts, 2, ({ host }) =>
    probeSubmission(plan, { host, port: plan.submissionPort ?? 0 }, client, probing),
  );
  return { ...record, exchanges: [...record.exchanges, ...client.exchanges], submission, hadCredentials };
}

const hasCredentials = ({ smtpUser, smtpPassword }: Secrets): boolean =>
  (smtpUser ?? "") !== "" && (smtpPassword ?? "") !== "";

/** One address is enough: the hosts share their accounts, and wrong tries are counted. */
async function probeSubmission(
  plan: SmartHostPlan,
  target: { host: string; port: number },
  client: ReturnType<typeof createDnsClient>,
  probing: Probing,
): Promise<SmartHostRecord["submission"][number]> {
  const looked = await probeHost(plan, target, { depth: "starttls", mostAddresses: 1 }, client, probing);
  const isReady = looked.dialogues.at(-1)?.tls !== null && looked.dialogues.length > 0;
  if (!isReady || !hasCredentials(probing.secrets)) return { looked, loggedOn: null };
  probing.progress(`${target.host}:${target.port} - logging on`);
  const logOn = { ...createLogOn(probing.secrets), depth: "starttls" as const, mostAddresses: 1 };
  return { looked, loggedOn: await probeHost(plan, target, logOn, client, probing) };
}

/** AUTH by PLAIN (RFC 4616), else LOGIN, inside TLS whose certificate was verified and nowhere else. */
function createLogOn({ smtpUser = "", smtpPassword = "" }: Secrets): Omit<SmtpCourse, "depth"> {
  const encode = (text: string) => Buffer.from(text, "utf8").toString("base64");
  const plain = encode(`\0${smtpUser}\0${smtpPassword}`);
  const asBytes = (text: string) => Buffer.from(text, "utf8").toString("latin1");
  return {
    trust: "require",
    secrets: [plain, encode(smtpPassword), encode(smtpUser), asBytes(smtpPassword), asBytes(smtpUser)],
    further: async (talk) => {
      if (!talk.isVerified) return;
      const mechanisms = readMechanisms(talk.hello);
      if (mechanisms.includes("PLAIN")) await talk.say("auth", `AUTH PLAIN ${plain}`, `AUTH PLAIN ${hidden}`);
      else if (mechanisms.includes("LOGIN")) {
        const user = await talk.say("auth", "AUTH LOGIN");
        const password = user?.code === 334 ? await talk.say("auth", encode(smtpUser), hidden) : null;
        if (password?.code === 334) await talk.say("auth", encode(smtpPassword), hidden);
      }
    },
  };
}
