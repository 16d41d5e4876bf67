import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { judgeAgain } from "../../src-main/checks/index.ts";
import { type FirewallLab, startFirewallLab } from "./firewall-lab.ts";
import { findNamespaceObstacle } from "./namespaces.ts";
import { expectOutcome } from "./outcome.ts";
import { firewallSites } from "./sites/firewall.ts";

const obstacle = findNamespaceObstacle();
if (obstacle !== null) console.log(`the firewall sites are skipped: ${obstacle}`);

describe.skipIf(obstacle !== null)("sites behind a firewall", () => {
  let lab: FirewallLab;
  beforeAll(async () => {
    lab = await startFirewallLab();
  }, 60_000);
  afterAll(() => lab?.stop(), 30_000);

  for (const site of firewallSites)
    describe(site.name, () => {
      beforeAll(() => lab.enforce(site));
      test.each(site.run.map((one) => ({ ...one, label: `${one.check} from ${one.from}: ${one.verdict}` })))(
        "$label",
        async (expectation) => {
          const { from, check, answers = {}, password } = expectation;
          const outcome = await lab.runFrom(from, check, answers, password === "right");
          expect(judgeAgain(check, outcome.record)).toEqual(outcome.judgement);
          expect(JSON.stringify(outcome)).not.toContain(lab.password);
          expectOutcome(outcome.judgement, expectation);
        },
      );
    });
});
