import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { judgeAgain } from "../../src-main/checks/index.ts";
import type { CheckOutcome } from "../../src-main/checks/run.ts";
import { smtpHost } from "../../src-main/checks/smtp/record.ts";
import { parseReply, readExtensions } from "../../src-main/checks/smtp/reply.ts";
import { explainReplies } from "../../src-main/guide/replies.ts";
import { runToEnd } from "../unit/checks/context.ts";
import { playbook } from "../unit/guide/playbook-files.ts";
import { expectOutcome } from "./outcome.ts";
import { askDig, askSwaks, listExchanges, ownOpinion, sendBySwaks } from "./second-opinion.ts";
import { type Expectation, fullName, type Site } from "./site.ts";
import { findDirectoryObstacle } from "./site-directory.ts";
import { findSiteLabObstacle, type SiteLab, startSiteLab } from "./site-lab.ts";
import { sites } from "./sites/index.ts";

const obstacle = findSiteLabObstacle();
if (obstacle !== null) console.log(`the lab's sites are skipped: ${obstacle}`);
for (const site of sites) {
  const reason = findDirectoryObstacle(site);
  if (reason !== null) console.log(`the site ${site.name} is skipped: ${reason}`);
}

describe.skipIf(obstacle !== null)("sites", () => {
  let lab: SiteLab;
  const outcomes: { site: Site; outcome: CheckOutcome }[] = [];
  beforeAll(async () => {
    lab = await startSiteLab(sites);
  }, 120_000);
  afterAll(() => lab?.stop(), 60_000);

  /** Runs, and judges the record again as it comes back from a file. */
  async function run(site: Site, expectation: Expectation): Promise<CheckOutcome> {
    const { password, hasAccount } = expectation;
    const secrets = {
      ...(password ? { directoryPassword: password === "right" ? lab.password : `${lab.password}x` } : {}),
      ...(hasAccount ? { smtpUser: "fieldbook@acme.example", smtpPassword: lab.password } : {}),
    };
    const outcome = await runToEnd(expectation.check, lab.contextOf(site, expectation), { secrets });
    expect(judgeAgain(expectation.check, JSON.parse(JSON.stringify(outcome.record)))).toEqual(outcome.judgement);
    expect(JSON.stringify(outcome)).not.toContain(lab.password);
    outcomes.push({ site, outcome });
    return outcome;
  }

  for (const site of sites)
    describe.skipIf(findDirectoryObstacle(site) !== null)(site.name, () => {
      test.each(site.run.map((one, index) => ({ ...one, label: `${index + 1}. ${one.check}: ${one.verdict}` })))(
        "$label",
        async (expectation) => {
          expectOutcome((await run(site, expectation)).judgement, expectation);
        },
      );
    });

  const refusals = sites.flatMap((site) => (site.refusals ?? []).map((one) => ({ site, ...one, name: site.name })));
  test.each(refusals)("what swaks hears at $name is explained", async ({ site, host, means, lasting }) => {
    const listener = lab.listeners.find(({ name }) => name === fullName(site, host));
    if (!listener) throw new Error(`There is no ${host}.`);
    const heard = await sendBySwaks(listener, lab.smtpPort, "ada@acme.example", "bob@elsewhere.example");
    const [explained, ...more] = explainReplies(playbook, heard, "EU").filter((one) => one.known === "vendor");
    expect(more, heard).toEqual([]);
    expect(explained).toMatchObject({ lasting, code: 451, grid: { isOther: false } });
    expect(explained?.meaning).toMatch(means);
  });

  test("dig hears from the same servers what was recorded", async () => {
    const all = outcomes.flatMap(({ outcome }) => listExchanges(outcome.record.record));
    const answered = all.filter(({ reply }) => reply !== null);
    const unique = [...new Map(answered.map((one) => [`${one.server} ${one.type} ${one.name}`, one])).values()];
    expect(unique.length).toBeGreaterThan(100);
    const opinions = await askDig(unique);
    const told = (list: string[]) => list.map((text, index) => `${unique[index]?.type} ${unique[index]?.name} ${text}`);
    expect(told(unique.map(ownOpinion))).toEqual(told(opinions));
  });

  test("swaks hears the same extensions from Postfix, with TLS, without it, and from a script", async () => {
    const wanted = sites.filter(({ name }) => ["healthy", "without-tls", "smtp-fixup"].includes(name));
    const hello = "fieldbook.elsewhere.example";
    const own = outcomes
      .filter(({ site }) => wanted.includes(site))
      .flatMap(({ outcome }) => listDialogues(outcome.record.record));
    expect(own.length).toBeGreaterThanOrEqual(4);
    for (const { address, port, extensions } of own)
      expect([address, ...(await askSwaks(address, port, hello))]).toEqual([address, ...extensions]);
  });
});

/** Every conversation of a record that came to EHLO, wherever the check keeps it. */
function listDialogues(record: unknown): { address: string; port: number; extensions: string[] }[] {
  const parsed = smtpHost.safeParse(record);
  if (!parsed.success)
    return typeof record === "object" && record !== null ? Object.values(record).flatMap(listDialogues) : [];
  return parsed.data.dialogues.flatMap(({ address, turns }) => {
    const hello = parseReply(turns.find(({ phase }) => phase === "ehlo")?.received ?? "");
    if (hello === null || hello === "foreign") return [];
    return [{ address, port: parsed.data.port, extensions: readExtensions(hello) }];
  });
}
