import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dmarc } from "mailauth/lib/dmarc/index.js";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { evaluateDmarc } from "../../../src-main/checks/dmarc/evaluate.ts";
import { fc } from "../../support/fast-check.ts";
import {
  lookUpZone,
  readDmarcSuite,
  type SuiteCase,
  type SuiteZone,
  suiteFolder,
  walkSuiteZone,
} from "./dmarc-suite.ts";

const differences = z.strictObject({
  /** Sentences by key. */
  reasons: z.record(z.string(), z.string().min(20)),
  versions: z.record(
    z.string(),
    z.array(z.strictObject({ case: z.string(), expected: z.string(), mailauth: z.string(), reason: z.string() })),
  ),
});
const file = differences.parse(JSON.parse(readFileSync(new URL("differences-mailauth.json", suiteFolder), "utf8")));
const { version } = createRequire(import.meta.url)("mailauth/package.json") as { version: string };

const codes: Record<string, string> = {
  "no-such-name": "ENOTFOUND",
  "no-data": "ENODATA",
  silent: "ETIMEOUT",
  refused: "EREFUSED",
  "server-failure": "ESERVFAIL",
};

/** The zone as mailauth asks it: a function like that of node:dns, which rejects with a code. */
const createResolver = (zone: SuiteZone) => async (asked: string, type: string) => {
  const { status, texts, values } = lookUpZone(zone, asked.toLowerCase(), type);
  if (status !== "answered") throw Object.assign(new Error(`${type} ${asked}`), { code: codes[status] });
  return type === "TXT" ? texts : values;
};

/** Result and what is asked of the receiver, as “fail, reject”. mailauth takes only what passed, and gives false for no author. */
async function askMailauth({ zone, message }: Pick<SuiteCase, "zone" | "message">): Promise<string> {
  const passed = [message.spf, ...message.dkim].map((one) => (one?.result === "pass" ? [{ domain: one.domain }] : []));
  const [spfDomains = [], ...dkimDomains] = passed;
  try {
    const answer = await dmarc({
      headerFrom: message.from.map((domain) => `user@${domain}`),
      spfDomains,
      dkimDomains: dkimDomains.flat(),
      resolver: createResolver(zone),
    } as unknown as Parameters<typeof dmarc>[0]);
    if (!answer) return "none, none";
    const { result } = answer.status;
    return `${result}, ${result === "fail" ? String(answer.policy ?? "none").toLowerCase() : "none"}`;
  } catch {
    return "an exception";
  }
}

const chanceDomain = fc
  .tuple(fc.array(fc.constantFrom("a", "b"), { maxLength: 9 }), fc.constantFrom("example", "com.example"))
  .map(([labels, end]) => [...labels, end].join("."));
const chanceTag = fc.constantFrom(
  ...["p=none", "p=quarantine", "p=reject", "p=bad", "sp=none", "sp=reject", "sp=bad", "np=none", "np=reject", "junk"],
  ...["psd=y", "psd=n", "psd=u", "psd=bad", "t=y", "t=n", "adkim=s", "aspf=s", "rua=mailto:a@b.example", "rua=bad", ""],
);
const chanceRecord = fc
  .uniqueArray(chanceTag, { maxLength: 7, selector: (tag) => tag.split("=")[0] ?? "" })
  .map((tags) => ["v=DMARC1", ...tags].join("; "));
const chanceText = fc.oneof({ weight: 8, arbitrary: chanceRecord }, fc.constantFrom("v=spf1 -all", "v=dmarc1; p=none"));
const chanceEntry = fc.oneof(
  { weight: 8, arbitrary: fc.array(chanceText, { minLength: 1, maxLength: 2 }).map((TXT) => ({ TXT })) },
  fc.constantFrom("SERVFAIL" as const, "TIMEOUT" as const),
  fc.constant({ CNAME: "alias.example" }),
);
const chanceName = fc.tuple(fc.constantFrom("_dmarc.", "_dmarc.", ""), chanceDomain).map((parts) => parts.join(""));
const chanceZone = fc.dictionary(chanceName, chanceEntry, { minKeys: 1, maxKeys: 8 });
const chancePass = chanceDomain.map((domain) => ({ result: "pass" as const, domain }));
const chanceMessage = fc.record({
  from: fc.tuple(chanceDomain),
  spf: fc.option(chancePass),
  dkim: fc.array(chancePass, { maxLength: 4 }),
});

describe("mailauth", () => {
  test("differs from the suite exactly where the committed list says", async () => {
    const found: { case: string; expected: string; mailauth: string }[] = [];
    for (const one of readDmarcSuite()) {
      const { result, disposition } = one.expect;
      const [first, ...others] = [result].flat();
      const answer = await askMailauth(one);
      if (others.some((other) => answer.startsWith(`${other},`)) || answer === `${first}, ${disposition}`) continue;
      found.push({ case: one.id, expected: `${first}, ${disposition}`, mailauth: answer });
    }
    const listed = file.versions[version];
    expect(listed, `no differences are listed for mailauth ${version}`).toBeDefined();
    expect(found).toEqual((listed ?? []).map(({ reason: _, ...rest }) => rest));
  });

  test("every listed difference has a reason, and every reason is used", () => {
    const used = new Set(Object.values(file.versions).flatMap((list) => list.map(({ reason }) => reason)));
    expect([...used].sort()).toEqual(Object.keys(file.reasons).sort());
  });

  // Before version 7 it follows an older RFC, so chance zones would show nothing but that.
  test.runIf(Number.parseInt(version, 10) >= 7)("agrees with us on zones made by chance", async () => {
    const one = fc.record({ zone: chanceZone, message: chanceMessage });
    await fc.assert(
      fc.asyncProperty(one, async ({ zone, message }) => {
        const { value } = walkSuiteZone(evaluateDmarc(message), zone);
        expect(await askMailauth({ zone, message })).toBe(`${value.result}, ${value.disposition}`);
      }),
      { numRuns: 2_000 },
    );
  });
});
