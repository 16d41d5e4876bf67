import type { Socket } from "node:net";
import { Client, ResultCodeError } from "ldapts";
import { NetFailure } from "../net-failure.ts";
import { abortReason } from "../node-net.ts";
import type { Channel, Probing } from "../types.ts";
import { ChannelStream } from "./channel-stream.ts";
import type { DirectoryPlan } from "./plan.ts";
import type { LdapOutcome, LdapSearch } from "./record.ts";

/** Entries asked for at most: enough to see that the search works. */
const mostEntries = 500;
/** Active Directory's users with an address first; any entry with an address for other directories. */
const filters = ["(&(objectClass=user)(mail=*))", "(mail=*)"];

/** Binds over an open channel and searches. Ends the channel in every case; rejects only with an AbortError. */
export async function bindAndSearch(
  plan: DirectoryPlan,
  password: string,
  channel: Channel,
  probing: Probing,
): Promise<{ bind: LdapOutcome; searches: LdapSearch[] }> {
  const stream = new ChannelStream(channel, plan.timeout);
  let failure: string | null = null;
  stream.on("error", (error) => {
    failure = error instanceof NetFailure ? error.code : "UNKNOWN";
  });
  const client = new Client({
    url: "ldap://directory.invalid",
    timeout: plan.timeout,
    connectTimeout: plan.timeout,
    createConnection: () => stream as unknown as Socket,
  });
  const read = (error: unknown) => toOutcome(error, failure, password, probing);
  try {
    const bind = await client.bind(plan.bindDn, password).then(() => success, read);
    if (!bind.done) return { bind, searches: [] };
    probing.progress("bound, searching");
    return { bind, searches: await searchInTurn(client, plan, read) };
  } finally {
    // Without unbind, the client's timers keep the process alive after a failed bind.
    await client.unbind().catch(() => undefined);
    stream.destroy();
  }
}

const success: LdapOutcome = { done: true, code: 0, detail: "" };

async function searchInTurn(client: Client, plan: DirectoryPlan, read: (error: unknown) => LdapOutcome) {
  const searches: LdapSearch[] = [];
  for (const filter of filters) {
    const search = await client
      .search(plan.rootDn, { scope: "sub", filter, attributes: ["1.1"], sizeLimit: mostEntries })
      .then(({ searchEntries: { length } }) => ({ ...success, count: length, hasMore: length >= mostEntries }))
      .catch((error: unknown) => ({ ...read(error), count: 0, hasMore: false }));
    searches.push({ ...search, filter });
    // An unknown attribute or class is no reason to give up; a missing base or a lost connection is.
    if (search.count > 0 || (!search.done && search.code !== 16 && search.code !== 17 && search.code !== 18)) break;
  }
  return searches;
}

/** How the library words a connection that ended under it. */
const endings = [
  ["timed out", "TIMEOUT"],
  ["Connection timeout", "TIMEOUT"],
  ["Connection closed", "CLOSED"],
] as const;

/** What went wrong, with the password cut out should a server or library repeat it. */
function toOutcome(error: unknown, failure: string | null, password: string, { signal }: Probing): LdapOutcome {
  if (signal.aborted) throw abortReason(signal);
  const message = error instanceof Error ? error.message : "unknown";
  const detail = message.replaceAll(password, "[password]").slice(0, 1_000);
  if (error instanceof ResultCodeError) return { done: false, code: error.code, detail };
  return { done: false, code: null, detail: failure ?? endings.find(([text]) => detail.includes(text))?.[1] ?? detail };
}
