import { describe, expect, test } from "vitest";
import { checkCatalog } from "../../../src-main/checks/index.ts";
import { platformFamilies, stepIds } from "../../../src-main/contract/names.ts";
import { describeStep, type Playbook } from "../../../src-main/guide/index.ts";
import { contextOf, playbook } from "./playbook-files.ts";

type PlaybookStep = Playbook["steps"][number];
type Task = PlaybookStep["tasks"][number];
const everyTask = playbook.steps.flatMap(({ step, tasks }) => tasks.map((task) => ({ step, task })));
const blocksOf = ({ instructions }: Pick<Task, "instructions">) =>
  Object.values(instructions).flatMap((list) => list ?? []);
const proseOf = (blocks: ReturnType<typeof blocksOf>) => blocks.filter((block) => typeof block === "string");

/** Every sentence a person reads, with its place; commands and values are left out. */
const sentences = playbook.steps.flatMap((step) => [
  ...[step.purpose, step.who, step.duration, step.statement, ...step.notTested, ...step.prerequisites],
  ...step.mistakes.flatMap(({ mistake, symptom, remedy }) => [mistake, symptom, remedy]),
  ...proseOf(blocksOf({ instructions: step.rollback })),
  ...step.tasks.flatMap((task) => [
    ...proseOf(blocksOf(task)),
    ...[task.evidence, task.waiting, task.undo].filter((text) => text !== ""),
  ]),
]);

describe("the playbook", () => {
  test("has the two considerations and the seven steps, in order", () => {
    expect(playbook.steps.map(({ step }) => step)).toEqual([...stepIds]);
  });

  test("knows every check by the title of the catalogue, and uses every one of them", () => {
    expect(playbook.checks).toEqual(Object.fromEntries(checkCatalog.map(({ id, title }) => [id, title])));
    const named = new Set(playbook.steps.flatMap(({ checks }) => checks.map(({ check }) => check)));
    expect([...named].sort()).toEqual(Object.keys(playbook.checks).sort());
  });

  test("wants the outbound step signed before inbound, and inbound before lockdown", () => {
    const earlier = (step: string) => playbook.steps.find((known) => known.step === step)?.after;
    expect(earlier("account")).toEqual(["rfi"]);
    expect(earlier("inbound")).toEqual(["outbound", "recipients"]);
    expect(earlier("lockdown")).toEqual(["inbound"]);
  });

  test.each(platformFamilies)("tells %s what to do in every task of every step", (family) => {
    for (const step of stepIds) {
      const { tasks, rollback, statement, notTested } = describeStep(playbook, contextOf(family), step);
      expect(tasks.filter(({ required }) => required).length, step).toBeGreaterThan(0);
      for (const task of tasks) expect(task.instructions.length, `${step}/${task.task}`).toBeGreaterThan(0);
      expect(rollback.length, step).toBeGreaterThan(0);
      expect(statement).toMatch(/^I confirm .*\.$/);
      expect(notTested.length).toBeGreaterThan(0);
    }
  });

  test.each([
    ["exchange", "New-SendConnector", "New-ReceiveConnector"],
    ["microsoft-365", "New-OutboundConnector", "New-InboundConnector"],
    ["google-workspace", "Add route", "Inbound gateway"],
    ["postfix", "relayhost", "postscreen_access_list"],
    ["hybrid", "New-SendConnector", "New-InboundConnector"],
    ["domino", "Configuration document", "Configuration document"],
  ] as const)("gives %s the words of its own platform", (family, outbound, inbound) => {
    const textOf = (step: "outbound" | "inbound", task: string) =>
      describeStep(playbook, contextOf(family), step)
        .tasks.find((known) => known.task === task)
        ?.instructions.map(({ text }) => text)
        .join("\n");
    expect(textOf("outbound", "create-send-connector")).toContain(outbound);
    expect(textOf("inbound", "prepare-platform")).toContain(inbound);
  });

  test.each(["exchange", "microsoft-365", "postfix"] as const)("gives %s commands in every routing step", (family) => {
    for (const step of ["rfi", "outbound", "recipients", "inbound", "lockdown", "completion"] as const) {
      const kinds = describeStep(playbook, contextOf(family), step).tasks.flatMap(({ instructions }) =>
        instructions.map(({ kind }) => kind),
      );
      expect(kinds, step).toContain("command");
    }
  });

  test("asks for no evidence without saying which", () => {
    for (const { step, task } of everyTask)
      expect(task.evidenceRequired && task.evidence === "", `${step}/${task.task}`).toBe(false);
  });

  test("keeps secrets out: no task asks to write a password down", () => {
    for (const text of sentences.filter((sentence) => /password/i.test(sentence)))
      expect(text).not.toMatch(/\{\{[^}]*password/i);
  });
});

describe("the wording", () => {
  test("is whole sentences with a full stop", () => {
    for (const text of sentences) expect(text).toMatch(/(?:[.?]|\.”|“[^”]*\?”)$/);
  });

  test("has no exclamation marks, no straight double quotes, no double spaces", () => {
    for (const text of sentences) {
      expect(text).not.toContain("!");
      expect(text, text).not.toContain('"');
      expect(text, text).not.toMatch(/ {2}/);
    }
  });

  test("has titles without a full stop, in the imperative and short", () => {
    for (const { task } of everyTask) {
      expect(task.title).toMatch(/^[A-Z][^.!?]{5,70}$/);
      expect(task.title.split(" ").length, task.title).toBeGreaterThan(2);
    }
  });

  test("speaks of checks by the title people see", () => {
    const titles = Object.values(playbook.checks);
    const named = sentences.flatMap((text) => [...text.matchAll(/check “([^”]+)”/g)].map(([, title]) => title));
    expect(named.length).toBeGreaterThan(3);
    for (const title of named) expect(titles).toContain(title);
  });

  test("gives policies and replies a meaning in a sentence", () => {
    for (const { meaning } of [...playbook.policies.policies, ...playbook.replies.replies])
      expect(meaning).toMatch(/^[A-Z].*\.$/);
    const names = playbook.policies.policies.map(({ policy }) => policy);
    expect(new Set(names).size).toBe(names.length);
  });
});
