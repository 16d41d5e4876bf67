import { describe, expect, test } from "vitest";
import { parsePlaybook } from "../../../src-main/guide/index.ts";
import { texts } from "./playbook-files.ts";

const problemsOf = (change: Record<string, string>): string => {
  const result = parsePlaybook({ ...texts, ...change });
  return result.ok ? "" : result.problems.join("\n");
};
const change = (name: string, from: string, to: string) => {
  const text = texts[name] ?? "";
  expect(text, `${name} has ${from}`).toContain(from);
  return { [name]: text.replaceAll(from, to) };
};
const outbound = "steps/outbound.yaml";

describe("a playbook that does not fit", () => {
  test("names a missing file", () => {
    const result = parsePlaybook({});
    expect(result.ok ? [] : result.problems).toContain("connect.yaml: the file is missing.");
    const { [outbound]: _left, ...rest } = texts;
    expect(parsePlaybook(rest)).toMatchObject({ ok: false, problems: ["steps/outbound.yaml: the file is missing."] });
  });

  test.each([
    ["broken YAML", { "connect.yaml": "title: [" }, /^connect\.yaml: /],
    ["a key written twice", { "services.yaml": "source: a\nsource: b\n" }, /^services\.yaml: .*unique/],
    ["aliases", { [outbound]: "a: &a [1]\nb: *a\n" }, /^steps\/outbound\.yaml: aliases are not used/],
    ["an unknown key", change(outbound, "duration:", "length:"), /^steps\/outbound\.yaml, .*length/m],
    [
      "a wrong party",
      change(outbound, "party: both", "party: nobody"),
      /outbound\.yaml, tasks › send-test-mail › party: /,
    ],
    [
      "an instruction that is none",
      change(outbound, "- command: tell router show", "- run: tell router show"),
      /tasks › send-test-mail › instructions › domino › 2: Write a sentence, or “command:” or “values:” with a text\./,
    ],
    [
      "an unknown service",
      change("services.yaml", "[archiving]", "[archives]"),
      /conditional › archived-data › needs › 1: /,
    ],
    [
      "a task named twice",
      change(outbound, "task: legacy-devices", "task: spf-include"),
      /“spf-include” stands there twice\./,
    ],
    ["an unknown region key", change(outbound, "region.smart-hosts |", "region.smart-hots |"), /no “smart-hots”/],
    [
      "an unknown RFI field",
      change(outbound, "rfi.outbound.dynamic", "rfi.outbound.dynamics"),
      /the RFI has no field “outbound\.dynamics”/,
    ],
    [
      "an unknown column",
      change(outbound, "rows.servers.name", "rows.servers.names"),
      /the RFI has no rows “servers\.names”/,
    ],
    ["an unknown filter", change(outbound, "| quoted", "| quotes"), /there is no filter “quotes”/],
    ["an unknown source", change(outbound, "{{rows.domains.name}}", "{{answers.domains}}"), /there is no “answers”/],
    [
      "braces that are no placeholder",
      change(outbound, "{{rows.domains.name}}", "{{ domains }}"),
      /a pair of braces is no placeholder/,
    ],
    [
      "a later step before an earlier one",
      change(outbound, "after: [account]", "after: [lockdown]"),
      /lockdown is no earlier step/,
    ],
    ["an unknown check", change(outbound, "check: spf-record", "check: spf"), /connect\.yaml names no check “spf”/],
    [
      "a task's check that the step lacks",
      change(outbound, "checks: [smart-host]", "checks: [lockdown]"),
      /create-send-connector: the step has no check “lockdown”/,
    ],
    ["an unknown value", change(outbound, "key: spf-include", "key: spf"), /values: the region table has no “spf”/],
  ])("names %s with file and place", (_name, files, expected) => {
    expect(problemsOf(files as Record<string, string>)).toMatch(expected);
  });

  test("names a platform that a task leaves without instructions", () => {
    const files = change(
      "steps/completion.yaml",
      "      default:\n        - Note the result of each.",
      "      exchange:\n        - Note the result of each.",
    );
    const only = {
      "steps/completion.yaml": (files["steps/completion.yaml"] ?? "").replace(
        / {6}last:\n {8}- Before a policy[^\n]+\n/,
        "",
      ),
    };
    expect(problemsOf(only)).toContain("test-connections: there are no instructions for google-workspace.");
    expect(problemsOf(only)).not.toContain("no instructions for hybrid");
  });
});
