import type { Socket } from "node:net";
import { Client, ResultCodeError, type SearchOptions } from "ldapts";
import { abortReason } from "../node-net.ts";
import type { Channel, Probing } from "../types.ts";
import { ChannelStream } from "./channel-stream.ts";
import type { DirectoryPlan } from "./plan.ts";
import type { LdapOutcome, LdapSearch } from "./record.ts";

/** Entries per page (RFC 2696), below the limit of 1,000 that Active Directory sets, and pages asked for at most. */
const pageSize = 500;
const mostPages = 20;

type Sought = LdapSearch["sought"];

/**
 * Active Directory's users first, without its computers, which are users too; any entry with an address, or person without one, for
 * other directories. What finds nothing is followed by the next.
 */
const filters: Record<Sought, readonly string[]> = {
  "with-mail": ["(&(objectClass=user)(mail=*))", "(mail=*)"],
  "without-mail": ["(&(objectClass=user)(!(objectClass=computer))(!(mail=*)))", "(&(objectClass=person)(!(mail=*)))"],
};

/** Binds over an open channel and searches. Ends the channel in every case; rejects only with an AbortError. */
export async function bindAndSearch(
  plan: DirectoryPlan,
  password: string,
  channel: Channel,
  probing: Probing,
): Promise<{ bind: LdapOutcome; searches: LdapSearch[] }> {
  const stream = new ChannelStream(channel, plan.timeout);
  stream.on("error", () => undefined);
  const client = new Client({
    url: "ldap://directory.invalid",
    timeout: plan.timeout,
    connectTimeout: plan.timeout,
    createConnection: () => stream as unknown as Socket,
  });
  const read = (error: unknown) => toOutcome(error, stream.failure, password, probing);
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

/** Counts the users with an address, and where there are any the users of the same kind without. */
async function searchInTurn(client: Client, plan: DirectoryPlan, read: (error: unknown) => LdapOutcome) {
  const searches: LdapSearch[] = [];
  for (const [index, filter] of filters["with-mail"].entries()) {
    const search = await count(client, plan, filter, "with-mail", read);
    searches.push(search);
    if (search.count > 0) {
      const opposite = filters["without-mail"][index] ?? "";
      return [...searches, await count(client, plan, opposite, "without-mail", read)];
    }
    // An unknown attribute or class is no reason to give up; a missing base or a lost connection is.
    if (!search.done && search.code !== 16 && search.code !== 17 && search.code !== 18) break;
  }
  return searches;
}

/**
 * Entries under the root DN, page by page; without pages for servers that know none (result 12, RFC 4511 4.1.11) or whose size limit
 * is below a page (result 4).
 */
async function count(
  client: Client,
  plan: DirectoryPlan,
  filter: string,
  sought: Sought,
  read: (error: unknown) => LdapOutcome,
): Promise<LdapSearch> {
  const options = { scope: "sub" as const, filter, attributes: ["1.1"] } satisfies SearchOptions;
  let found = 0;
  let pages = 0;
  try {
    for await (const { searchEntries } of client.searchPaginated(plan.rootDn, { ...options, paged: { pageSize } })) {
      found += searchEntries.length;
      if (++pages === mostPages) break;
    }
    return { ...success, filter, sought, count: found, hasMore: pages === mostPages };
  } catch (error) {
    const outcome = read(error);
    if (found > 0) return { ...success, filter, sought, count: found, hasMore: true };
    if (outcome.code !== 12 && outcome.code !== 4) return { ...outcome, filter, sought, count: 0, hasMore: false };
    const isLimited = outcome.code === 4;
    return client
      .search(plan.rootDn, { ...options, sizeLimit: pageSize })
      .then(({ searchEntries: { length } }) => ({
        ...success,
        count: length,
        hasMore: isLimited || length >= pageSize,
      }))
      .catch((again: unknown) => ({ ...read(again), count: 0, hasMore: false }))
      .then((search) => ({ ...search, filter, sought }));
  }
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
