import { describe, expect, test } from "vitest";
import type { ServiceId } from "../../../src-main/contract/names.ts";
import {
  fieldPaths,
  fieldsByPath,
  groupsById,
  isAsked,
  rowGroupIds,
  sections,
} from "../../../src-main/contract/rfi/form.ts";
import { findPlaceholders } from "../../../src-main/guide/fill.ts";
import { describeStep, findMissing, type GuideContext, planSteps } from "../../../src-main/guide/index.ts";
import { contextOf, playbook } from "./playbook-files.ts";

describe("which steps apply (vendor article 34000376433811)", () => {
  const applying = (services: ServiceId[]) =>
    planSteps(playbook, contextOf("exchange", { services }))
      .filter(({ applicable, number }) => applicable && number !== null)
      .map(({ step }) => step);
  const always = ["rfi", "account", "recipients", "completion"];
  const routed = ["rfi", "account", "outbound", "recipients", "inbound", "lockdown", "completion"];

  test.each([
    [["archiving"], always],
    [["email-security"], routed],
    [["email-security", "archiving"], routed],
    [["continuity"], routed],
    [["dmarc-analyzer"], always],
    [["awareness-training"], always],
  ] as [ServiceId[], string[]][])("%j: %j", (services, steps) => expect(applying(services)).toEqual(steps));

  test("a step that does not apply says why in a sentence", () => {
    for (const { applicable, reason } of planSteps(playbook, contextOf("exchange", { services: ["archiving"] })))
      expect(reason).toMatch(applicable ? /^$/ : /^[A-Z].*\.$/);
  });

  test("numbers the seven steps and not the considerations", () => {
    expect(planSteps(playbook, contextOf("exchange")).map(({ number }) => number)).toEqual([
      null,
      null,
      1,
      2,
      3,
      4,
      5,
      6,
      7,
    ]);
  });
});

describe("which tasks apply", () => {
  const tasksOf = (context: GuideContext, step: "recipients" | "account" | "archived-data" = "recipients") =>
    describeStep(playbook, context, step).tasks.map(({ task }) => task);
  const answered = (fields: GuideContext["answers"]["fields"]) => ({ answers: { fields, rows: {} } });

  test("journaling comes with archiving only, validation always", () => {
    const push = answered({ "journaling.transport": "smtp" });
    const journaling = ["journal-address", "journal-route", "start-journaling", "watch-journal"];
    expect(tasksOf(contextOf("exchange", { ...push, services: ["email-security"] }))).toEqual([
      "choose-validation",
      "test-recipients",
    ]);
    expect(tasksOf(contextOf("exchange", { ...push, services: ["archiving"] }))).toEqual([
      "choose-validation",
      "test-recipients",
      ...journaling,
    ]);
    const pull = contextOf("exchange", answered({ "journaling.transport": "pop3" }));
    expect(tasksOf(pull)).toContain("journal-pull");
    expect(tasksOf(pull)).not.toContain("journal-route");
  });

  test.each([
    ["ldap", "enter-directory"],
    ["domino", "open-directory"],
    ["mse", "install-synchronisation"],
    ["entra", "connect-cloud-directory"],
    ["google", "connect-cloud-directory"],
    ["none", "import-recipients"],
  ])("a directory of kind %s brings %s", (directory, task) => {
    expect(tasksOf(contextOf("exchange", answered({ "recipients.directory": directory })))).toContain(task);
  });

  test("own servers have their addresses authorised, shared platforms their tenant", () => {
    expect(tasksOf(contextOf("postfix"), "account")).toContain("authorise-outbounds");
    expect(tasksOf(contextOf("microsoft-365"), "account")).not.toContain("authorise-outbounds");
    expect(tasksOf(contextOf("microsoft-365"), "account")).toContain("shared-senders");
  });

  test("without an archive there is nothing to count", () => {
    expect(tasksOf(contextOf("exchange", answered({ "archive.exists": false })), "archived-data")).toEqual([
      "decide-import",
    ]);
  });
});

describe("answers and values of a step", () => {
  test("are those that feed it, as far as they are asked", () => {
    const { answerFields, answerGroups, plannedDateField } = describeStep(playbook, contextOf("exchange"), "outbound");
    expect(answerFields).toContain("organisation.primaryDomain");
    expect(answerFields).not.toContain("domains.tenantDomain");
    expect(answerGroups).toContain("outboundAddresses");
    expect(plannedDateField).toBe("dates.outbound");
    for (const field of answerFields) expect(fieldPaths).toContain(field);
    for (const group of answerGroups) expect(rowGroupIds).toContain(group);
    expect(describeStep(playbook, contextOf("microsoft-365"), "outbound").answerGroups).not.toContain(
      "outboundAddresses",
    );
  });

  test("include every answer that the step's texts use, so that the signature covers what was read", () => {
    for (const { step, ...written } of playbook.steps.filter(({ step: id }) => id !== "rfi")) {
      const used = findPlaceholders(JSON.stringify(written)).filter(({ kind }) => kind === "rfi" || kind === "rows");
      for (const { path, kind } of used) {
        const question = kind === "rfi" ? fieldsByPath.get(path) : groupsById.get(path.split(".")[0] ?? "");
        expect(question?.feeds, `${step} ${path}`).toContain(step);
      }
    }
  });

  test("are all that is asked for the step in which the RFI itself is signed", () => {
    const context = contextOf("exchange");
    const { answerFields, answerGroups } = describeStep(playbook, context, "rfi");
    const asked = <Question extends { when?: Parameters<typeof isAsked>[0] }>(questions: readonly Question[]) =>
      questions.filter(({ when }) => isAsked(when, context, context.answers)).length;
    expect(answerFields).toHaveLength(asked(sections.flatMap(({ fields }) => fields)));
    expect(answerGroups).toHaveLength(asked(sections.flatMap(({ groups }) => groups)));
  });

  test("a value that is needed and not known keeps the gate shut until somebody confirms it", () => {
    const record = { tasks: {}, checks: {}, evidence: [], conflicts: [], opaque: 0, gaps: [], clock: null };
    const missing = (context: GuideContext) =>
      findMissing(describeStep(playbook, context, "inbound"), record).filter(({ kind }) => kind === "value");
    expect(missing(contextOf("exchange")).map(({ id }) => id)).toEqual(["firewall-ranges"]);
    expect(missing(contextOf("exchange"))[0]?.text).toBe(
      "Networks to allow on port 25: not known yet. Confirm or enter it on this page.",
    );
    expect(missing(contextOf("exchange", { confirmed: { "firewall-ranges": ["192.0.2.0/24"] } }))).toEqual([]);
    expect(missing(contextOf("microsoft-365"))).toEqual([]);
    expect(missing(contextOf("exchange", { region: "CA" })).map(({ id }) => id)).toEqual([
      "mx-hosts",
      "firewall-ranges",
    ]);
  });
});
