import { mapWithWidth } from "../concurrency.ts";
import { createDnsClient } from "../dns/client.ts";
import { exchangeHosts } from "../dns/mx-walk.ts";
import { probeDns } from "../dns/probe.ts";
import { replayWalk } from "../dns/walk.ts";
import { resolveHost } from "../hosts.ts";
import { NetFailure } from "../net-failure.ts";
import type { HostAndPort } from "../smtp/plan.ts";
import { probeSmtp } from "../smtp/probe.ts";
import type { Probing } from "../types.ts";
import type { ObservationPlan, PicturePlan } from "./plan.ts";
import type { ObservationRecord, PictureRecord, PortAttempt } from "./record.ts";
import { walkComparison, walkPicture } from "./walk.ts";

/** MX targets greeted besides the hosts of the answers. */
const mostTargets = 8;
/** Attempts to open ports that run at once. */
const width = 4;

/** Asks the own resolver, every authoritative server and each comparison resolver. */
export async function probePicture(plan: PicturePlan, probing: Probing): Promise<PictureRecord> {
  const [domains, ...comparison] = await Promise.all([
    probeDns(walkPicture(plan), plan.dns, probing),
    ...plan.comparison.map(async (server) => {
      const dns = { ...plan.dns, resolver: server };
      return { server, answers: await probeDns(walkComparison(plan), dns, probing) };
    }),
  ]);
  return { domains, comparison };
}

/** One look at the outside. Failures of the network are part of the record; it rejects only with an AbortError. */
export async function probeObservation(plan: ObservationPlan, probing: Probing): Promise<ObservationRecord> {
  const picture = await probePicture(plan, probing);
  const hosts = listHosts(plan, picture);
  const smtp = await probeSmtp({ ...plan, hosts }, "starttls", probing);
  const greeting = plan.ports.filter(({ greets }) => greets).map(({ host, port }) => ({ host, port }));
  const greeted = await probeSmtp({ ...plan, hosts: greeting }, "greeting", probing);
  const opened = await openPorts(plan, probing);
  return { ...picture, smtp, greeted, opened };
}

/** The hosts of the answers, and the MX targets that DNS names today. */
function listHosts(plan: ObservationPlan, picture: PictureRecord): HostAndPort[] {
  if (!plan.targets.wanted) return plan.hosts;
  const views = replayWalk(walkPicture(plan), picture.domains.exchanges);
  const named = views.flatMap(({ mx, authorities }) =>
    [mx, ...authorities.map((one) => one.mx)].flatMap(exchangeHosts),
  );
  const targets = [...new Set(named)].filter((host) => host !== "").sort();
  const fresh = targets.filter((host) => !plan.hosts.some((known) => known.host === host));
  return [...plan.hosts, ...fresh.slice(0, mostTargets).map((host) => ({ host, port: plan.targets.port }))];
}

async function openPorts(plan: ObservationPlan, probing: Probing): Promise<PortAttempt[]> {
  const client = createDnsClient(plan.dns, probing);
  const silent = plan.ports.filter(({ greets }) => !greets);
  const attempts = await mapWithWidth(silent, width, async ({ host, port }) => {
    const { addresses } = await resolveHost(host, client, plan.dns.resolver, probing);
    return mapWithWidth(addresses, 1, (address) => openPort({ host, port }, address, plan, probing));
  });
  return attempts.flat();
}

/** Opens and closes a port that waits for the client to speak first, such as HTTPS; nothing is sent. */
async function openPort(
  { host, port }: HostAndPort,
  address: string,
  { smtp }: ObservationPlan,
  { net, signal }: Probing,
): Promise<PortAttempt> {
  try {
    const channel = await net.connect({ address, port }, { timeout: smtp.connectTimeout, signal });
    channel.close();
    return { host, port, address, failure: null };
  } catch (error) {
    if (!(error instanceof NetFailure)) throw error;
    return { host, port, address, failure: error.code.slice(0, 80) };
  }
}
