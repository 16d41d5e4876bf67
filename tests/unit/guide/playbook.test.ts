import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { checkCatalog } from "../../../src-main/checks/index.ts";
import {
  type PlatformFamily,
  platformFamilies,
  platforms,
  type ServiceId,
  type StepId,
  stepIds,
} from "../../../src-main/contract/names.ts";
import {
  describeStep,
  explainReply,
  type GuideContext,
  parsePlaybook,
  planSteps,
  regionOfAccountCode,
  regionValuesFor,
  usableRegionValues,
} from "../../../src-main/guide/index.ts";

const folder = fileURLToPath(new URL("../../../assets/playbook", import.meta.url));
const texts = Object.fromEntries(
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => [name.replaceAll("\\", "/"), readFileSync(join(folder, name), "utf8")]),
);
const parsed = parsePlaybook(texts);
if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
const { playbook } = parsed;

const platformOf = (family: PlatformFamily) =>
  Object.entries(platforms).find(([, platform]) => platform.family === family)?.[0] as GuideContext["platform"];
const contextOf = (
  family: PlatformFamily,
  services: ServiceId[] = ["email-security", "archiving"],
  more: Partial<GuideContext> = {},
): GuideContext => ({
  customer: "Acme Ltd",
  reference: "ENG-104",
  region: "EU",
  services,
  platform: platformOf(family),
  family,
  answers: { fields: {}, rows: {} },
  confirmed: {},
  ...more,
});

describe("the playbook", () => {
  test("has the two considerations and the seven steps, in order", () => {
    expect(playbook.steps.map(({ step }) => step)).toEqual([...stepIds]);
  });

  test("names only checks that exist, and uses every one of them", () => {
    const known = checkCatalog.map(({ id }) => id);
    const named = playbook.steps.flatMap(({ checks }) => checks.map(({ check }) => check));
    for (const check of named) expect(known).toContain(check);
    for (const check of known) expect(named).toContain(check);
  });

  test.each(["exchange", "microsoft-365", "google-workspace", "postfix", "hybrid", "domino"] as const)(
    "tells %s what to do in every task of every step",
    (family) => {
      expect(platformFamilies).toContain(family);
      for (const step of stepIds) {
        const { tasks, rollback, statement, notTested } = describeStep(playbook, contextOf(family), step);
        expect(tasks.length, step).toBeGreaterThan(0);
        for (const task of tasks) expect(task.instructions.length, `${step}/${task.task}`).toBeGreaterThan(0);
        expect(rollback.length, step).toBeGreaterThan(0);
        expect(statement).toMatch(/^I confirm .*\.$/);
        expect(notTested.length).toBeGreaterThan(0);
      }
    },
  );

  test.each(["exchange", "microsoft-365", "google-workspace", "postfix"] as const)(
    "has instructions of its own for %s where routing changes",
    (family) => {
      for (const [step, task] of [
        ["outbound", "create-send-connector"],
        ["inbound", "prepare-platform"],
        ["lockdown", "lock"],
      ] as const) {
        const written = playbook.steps
          .find((known) => known.step === step)
          ?.tasks.find((known) => known.task === task)?.instructions;
        expect(written?.[family], `${step}/${task}`).toBeDefined();
      }
    },
  );

  test("is written in whole sentences, without exclamation marks", () => {
    for (const step of playbook.steps) {
      for (const sentence of [
        step.purpose,
        step.who,
        step.duration,
        step.statement,
        ...step.notTested,
        ...step.prerequisites,
        ...step.mistakes.flatMap(({ mistake, symptom, remedy }) => [mistake, symptom, remedy]),
      ]) {
        expect(sentence, sentence).toMatch(/[.”]$/);
        expect(sentence).not.toContain("!");
      }
    }
  });

  test("leaves no placeholder unfilled without naming it", () => {
    for (const family of platformFamilies) {
      for (const step of stepIds) {
        for (const { instructions, task } of describeStep(playbook, contextOf(family), step).tasks) {
          for (const { text, unresolved } of instructions) {
            expect(text, task).not.toMatch(/\{\{|undefined/);
            expect(text.includes("‹")).toBe(unresolved.length > 0);
          }
        }
      }
    }
  });
});

describe("filling in", () => {
  const answers: GuideContext["answers"] = {
    fields: { "organisation.primaryDomain": "acme.example" },
    rows: {
      servers: [
        { id: "1", values: { name: "EX01" } },
        { id: "2", values: { name: "O'Brien" } },
      ],
    },
  };
  const textOf = (context: GuideContext, step: StepId, task: string) =>
    describeStep(playbook, context, step)
      .tasks.find((known) => known.task === task)
      ?.instructions.map(({ text }) => text)
      .join("\n") ?? "";

  test("writes PowerShell with the customer's own values, quotes doubled", () => {
    const script = textOf(
      contextOf("exchange", undefined, { answers, confirmed: { "smart-hosts": ["a.example", "b.example"] } }),
      "outbound",
      "create-send-connector",
    );
    expect(script).toContain("-SmartHosts 'a.example','b.example'");
    expect(script).toContain("-SourceTransportServers 'EX01','O''Brien'");
  });

  test("writes Postfix hosts in brackets, so that no MX record is looked up", () => {
    const script = textOf(
      contextOf("postfix", undefined, { confirmed: { "smart-hosts": ["a.example", "b.example"] } }),
      "outbound",
      "create-send-connector",
    );
    expect(script).toContain("relayhost = [a.example]:25");
    expect(script).toContain("smtp_fallback_relay = [b.example]:25");
  });

  test("splits South Africa's networks into thirteen /24s for Microsoft 365", () => {
    const networks =
      regionValuesFor(playbook, contextOf("microsoft-365", undefined, { region: "ZA" })).find(
        ({ key }) => key === "spf-netblocks",
      )?.value ?? [];
    const script = textOf(
      contextOf("microsoft-365", undefined, { region: "ZA", confirmed: { "firewall-ranges": networks } }),
      "lockdown",
      "lock",
    );
    const split = /-SenderIPAddresses (\S+)/.exec(script)?.[1]?.split(",") ?? [];
    expect(split).toHaveLength(13);
    expect(split[0]).toBe("'41.74.192.0/24'");
    expect(split.at(-1)).toBe("'41.74.206.0/24'");
    expect(script).toContain("*.mimecast.co.za");
  });

  test("names in words what nobody has told yet", () => {
    const instructions =
      describeStep(playbook, contextOf("exchange"), "lockdown").tasks.find(({ task }) => task === "lock")
        ?.instructions ?? [];
    expect(instructions.flatMap(({ unresolved }) => unresolved)).toEqual(
      expect.arrayContaining(["Firewall product", "Networks to allow on port 25"]),
    );
  });
});

describe("which steps apply (vendor article 34000376433811)", () => {
  const applying = (services: ServiceId[]) =>
    planSteps(playbook, contextOf("exchange", services))
      .filter(({ applicable, number }) => applicable && number !== null)
      .map(({ step }) => step);
  test("archiving only", () => expect(applying(["archiving"])).toEqual(["rfi", "account", "recipients", "completion"]));
  test("e-mail security only", () =>
    expect(applying(["email-security"])).toEqual([
      "rfi",
      "account",
      "outbound",
      "recipients",
      "inbound",
      "lockdown",
      "completion",
    ]));
  test("both", () => expect(applying(["email-security", "archiving"])).toHaveLength(7));
  test("a step that does not apply says why", () => {
    for (const { applicable, reason } of planSteps(playbook, contextOf("exchange", ["archiving"])))
      expect(reason === "").toBe(applicable);
  });
  test("journaling tasks come with archiving only, validation always", () => {
    const tasks = (services: ServiceId[]) =>
      describeStep(playbook, contextOf("exchange", services), "recipients").tasks.map(({ task }) => task);
    expect(tasks(["email-security"])).not.toContain("journal-route");
    expect(tasks(["archiving"])).toContain("journal-route");
    expect(tasks(["email-security"])).toContain("choose-validation");
  });
});

describe("regions", () => {
  test.each([
    ["CUK00A1", "EU"],
    ["CUSA12", "US"],
    ["cusb9", "USB"],
    ["CCA1", "CA"],
    ["CDE7", "DE"],
    ["CAU1", "AU"],
    ["CSA55", "ZA"],
    ["XYZ", null],
    ["", null],
  ])("account code %s means %s", (code, region) => {
    expect(regionOfAccountCode(playbook, code)).toBe(region);
  });

  test("suggestions and unknown values are never used without a tick", () => {
    for (const { region } of playbook.regions.regions) {
      const context = contextOf("exchange", undefined, { region });
      const usable = usableRegionValues(playbook, context);
      for (const { key, confidence, value } of regionValuesFor(playbook, context)) {
        if (confidence === "S" || confidence === "U" || confidence === "I")
          expect(usable[key], `${region} ${key}`).toBeNull();
        else expect(value, `${region} ${key}`).not.toBeNull();
      }
      expect(usable["firewall-ranges"], region).toBeNull();
    }
  });

  test("a confirmed value wins", () => {
    expect(
      usableRegionValues(
        playbook,
        contextOf("exchange", undefined, { confirmed: { "firewall-ranges": ["192.0.2.0/24"] } }),
      )["firewall-ranges"],
    ).toEqual(["192.0.2.0/24"]);
  });
});

describe("replies", () => {
  test.each([
    ["451 Open relay not allowed - https://community.example/docs/DOC-1369#451 [abc.uk91]", "outbound"],
    ["550 INVALID RECIPIENT", "recipients"],
    ["550 Rejected by header-based Anti-Spoofing policy: x@example.com", "inbound"],
    ["451 Internal resource temporarily unavailable", "inbound"],
  ])("%s", (reply, step) => expect(explainReply(playbook, reply)?.steps).toContain(step));
  test("unknown ones are not explained", () => {
    expect(explainReply(playbook, "250 OK")).toBeNull();
    expect(explainReply(playbook, "")).toBeNull();
  });
});

describe("a playbook that does not fit", () => {
  const broken = (change: Record<string, string>) => {
    const result = parsePlaybook({ ...texts, ...change });
    return result.ok ? [] : result.problems;
  };
  test.each([["a missing file", () => parsePlaybook({}), /connect\.yaml: the file is missing/]])(
    "names %s",
    (_name, parse, expected) => {
      const result = parse();
      expect(result.ok ? "" : result.problems.join("\n")).toMatch(expected);
    },
  );
  test("names file and place of every slip", () => {
    const outbound = texts["steps/outbound.yaml"] ?? "";
    expect(broken({ "connect.yaml": "title: [" }).join("\n")).toMatch(/^connect\.yaml: /m);
    expect(
      broken({ "steps/outbound.yaml": outbound.replace("task: create-send-connector", "task: spf-include") }).join(),
    ).toContain("“spf-include” stands there twice");
    expect(
      broken({ "steps/outbound.yaml": outbound.replaceAll("region.smart-hosts |", "region.smart-hots |") }).join(),
    ).toContain("the region table has no “smart-hots”");
    expect(
      broken({ "steps/outbound.yaml": outbound.replace("after: [account]", "after: [lockdown]") }).join(),
    ).toContain("lockdown is no earlier step");
    expect(broken({ "steps/outbound.yaml": `${outbound}\nextra: 1\n` }).join()).toContain("steps/outbound.yaml");
    expect(broken({ "steps/outbound.yaml": "a: &a [1]\nb: *a\n" }).length).toBeGreaterThan(0);
  });
});
