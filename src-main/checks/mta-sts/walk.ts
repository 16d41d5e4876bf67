import { type Answer, ask } from "../dns/exchange.ts";
import { exchangeHosts } from "../dns/mx-walk.ts";
import { type Walk, walkTogether } from "../dns/walk.ts";
import { parseTagged, selectLookalikes, selectTagged } from "../tagged-text.ts";

/** What DNS says of one domain. */
export interface StsNotice {
  domain: string;
  txt: Answer;
  /** TXT records that begin as an MTA-STS record does. */
  records: string[];
  /** TXT records that were meant to, but do not. */
  lookalikes: string[];
  /** Id of the only record; null when there is not exactly one, or it has no usable id. */
  id: string | null;
  mx: Answer;
  /** MX hosts published now. */
  hosts: string[];
}

export const walkNotices = (domains: readonly string[]): Walk<StsNotice[]> => walkTogether(domains.map(walkDomain));

function* walkDomain(domain: string): Walk<StsNotice> {
  const [txt, mx] = (yield [ask(`_mta-sts.${domain}`, "TXT"), ask(domain, "MX")]) as [Answer, Answer];
  const texts = txt.records.flatMap(({ data }) => (data.type === "TXT" ? [data.text] : []));
  const records = selectTagged(texts, "STSv1");
  const hosts = exchangeHosts(mx).filter((host) => host !== "");
  return { domain, txt, records, lookalikes: selectLookalikes(texts, "STSv1"), id: readId(records), mx, hosts };
}

/** RFC 8461 3.1: 1 to 32 letters and digits; with several records, or without an id, senders act as if there were none. */
function readId(records: string[]): string | null {
  const [only, ...more] = records;
  if (only === undefined || more.length > 0) return null;
  const id = parseTagged(only).fields.get("id") ?? "";
  return /^[A-Za-z0-9]{1,32}$/.test(id) ? id : null;
}
