import { describe, expect, test } from "vitest";
import type { Field } from "../../../src-main/contract/rfi/field.ts";
import { fieldsByPath, groupsById } from "../../../src-main/contract/rfi/form.ts";
import { readPastedList } from "../../../src-renderer/screens/rfi/pasting.ts";
import { answerToInput, findInputProblem, inputToAnswer } from "../../../src-renderer/screens/rfi/text.ts";

const column = (group: string, id: string) => groupsById.get(group)?.columns.find((one) => one.id === id) as Field;
const domain = column("domains", "name");
const network = column("outboundAddresses", "network");
const sender = column("senders", "name");
const count = fieldsByPath.get("organisation.mailboxes") as Field;
const yesNo = fieldsByPath.get("outbound.dynamic") as Field;

describe("a pasted list", () => {
  test("is separated by lines, commas, semicolons and blanks", () => {
    const { accepted, refused } = readPastedList(
      domain,
      " a.example\r\nB.example, c.example;d.example\te.example ",
      [],
    );
    expect(accepted).toEqual(["a.example", "b.example", "c.example", "d.example", "e.example"]);
    expect(refused).toEqual([]);
  });

  test("says of each part it does not take why", () => {
    const { accepted, refused } = readPastedList(domain, "a.example a.example known.example no_domain", [
      "known.example",
    ]);
    expect(accepted).toEqual(["a.example"]);
    expect(refused.map(({ text }) => text)).toEqual(["a.example", "known.example", "no_domain"]);
    for (const { problem } of refused) expect(problem).toMatch(/\.$/);
  });

  test("takes networks and refuses bits behind the prefix", () => {
    const { accepted, refused } = readPastedList(network, "192.0.2.0/24\n192.0.2.9/24\n2001:db8::1", []);
    expect(accepted).toEqual(["192.0.2.0/24", "2001:db8::1"]);
    expect(refused).toHaveLength(1);
  });

  test("keeps blanks inside free text", () => {
    expect(readPastedList(sender, "Payroll service\nTicket system", []).accepted).toEqual([
      "Payroll service",
      "Ticket system",
    ]);
  });

  test("adds at most 500 rows at once and says so", () => {
    const { accepted, refused } = readPastedList(
      domain,
      Array.from({ length: 502 }, (_one, index) => `d${index}.example`).join("\n"),
      [],
    );
    expect(accepted).toHaveLength(500);
    expect(refused).toHaveLength(2);
  });
});

describe("the text of an input", () => {
  test.each([
    [count, "420", 420],
    [count, " 7 ", 7],
    [count, "many", "many"],
    [count, "", null],
    [yesNo, "true", true],
    [yesNo, "false", false],
    [domain, "a.example", "a.example"],
  ] as const)("%# means an answer", (field, text, answer) => {
    expect(inputToAnswer(field, text)).toBe(answer);
  });

  test("comes back from the answer it gave", () => {
    for (const [field, text] of [
      [count, "420"],
      [yesNo, "false"],
      [domain, "a.example"],
    ] as const) {
      expect(answerToInput(inputToAnswer(field, text) ?? undefined)).toBe(text);
    }
  });

  test("is no mistake while it is empty, and named when it is wrong", () => {
    expect(findInputProblem(domain, "  ")).toBeNull();
    expect(findInputProblem(domain, "a.example")).toBeNull();
    expect(findInputProblem(domain, "http://a")).toContain("domain such as");
    expect(findInputProblem(count, "many")).toMatch(/\.$/);
  });
});
