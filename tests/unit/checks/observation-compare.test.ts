import { describe, expect, test } from "vitest";
import { compareObservations, type Fact } from "../../../src-main/checks/index.ts";
import { normaliseGreeting } from "../../../src-main/checks/observation/greeting.ts";
import { growthOf, linear } from "../../support/growth.ts";

const fact = (value: string | null, detail = ""): Fact => ({
  key: "mx/acme.example/resolver",
  subject: "acme.example",
  what: "MX",
  value,
  detail,
});
const kindOf = (before: Fact[], after: Fact[]) => compareObservations(before, after).map(({ kind }) => kind);

describe("the difference of two observations", () => {
  test.each<[string, Fact[], Fact[], string[]]>([
    ["the same", [fact("10 a")], [fact("10 a")], ["same"]],
    ["another value", [fact("10 a")], [fact("10 b")], ["changed"]],
    ["something where nothing was", [fact("")], [fact("10 b")], ["added"]],
    ["nothing where something was", [fact("10 a")], [fact("")], ["removed"]],
    ["nothing, twice", [fact("")], [fact("")], ["same"]],
    ["silence afterwards is no removal", [fact("10 a")], [fact(null, "no answer")], ["not-seen"]],
    ["silence before is no addition", [fact(null, "no answer")], [fact("10 a")], ["not-seen"]],
    ["not looked at afterwards", [fact("10 a")], [], ["not-seen"]],
    ["not looked at before", [], [fact("10 a")], ["not-seen"]],
  ])("%s", (_, before, after, kinds) => expect(kindOf(before, after)).toEqual(kinds));

  test("what is left in a cache is no difference", () => {
    const [line] = compareObservations([{ ...fact("10 a"), ttl: 300 }], [{ ...fact("10 a"), ttl: 12 }]);
    expect(line?.kind).toBe("same");
  });

  test("of a host that says nothing there is one line", () => {
    const of = (what: string, value: string | null): Fact => ({
      key: what,
      subject: "mail:25",
      what,
      value,
      detail: "refused",
    });
    const lines = compareObservations(
      [of("Port", "open"), of("Greeting", "220 a"), of("STARTTLS", "")],
      [of("Port", "closed"), of("Greeting", null), of("STARTTLS", null)],
    );
    expect(lines.map(({ kind, what, before, after }) => [kind, what, before, after])).toEqual([
      ["changed", "Port", "open", "closed"],
      ["not-seen", "Greeting; STARTTLS", "Greeting: 220 a\nSTARTTLS: none", null],
    ]);
  });

  test("says why a thing was not seen", () => {
    expect(compareObservations([fact("10 a")], [fact(null, "no answer within the time allowed")])[0]?.detail).toBe(
      "after: no answer within the time allowed",
    );
    expect(compareObservations([fact(null, "silent")], [fact(null, "silent")])[0]?.detail).toBe("both times: silent");
    expect(compareObservations([], [fact("10 a")])[0]?.detail).toBe("before this was not looked at");
  });

  test("differences come first, what stayed the same last", () => {
    const other = (key: string, value: string | null) => ({ ...fact(value), key });
    const before = [other("a", "1"), other("b", "1"), other("c", ""), other("d", "1"), other("e", "1")];
    const after = [other("a", "1"), other("b", "2"), other("c", "1"), other("d", ""), other("e", null)];
    expect(compareObservations(before, after).map(({ kind, key }) => `${kind} ${key}`)).toEqual([
      "added c",
      "removed d",
      "changed b",
      "not-seen e",
      "same a",
    ]);
  });
});

describe("a greeting without what differs each time", () => {
  test.each([
    [
      "220 eu-smtp-outbound-1.mimecast.com ESMTP; Mon, 23 Nov 2026 12:00:01 +0000",
      "220 eu-smtp-outbound-1.mimecast.com ESMTP; …",
    ],
    ["220 mx.google.com ESMTP 5b1f17b1804b1-4778bb0f2b6si2161725e9.30 - gsmtp", "220 mx.google.com ESMTP … gsmtp"],
    [
      "220 AM0EUR02FT003.mail.protection.outlook.com Microsoft ESMTP MAIL Service ready at Mon, 23 Nov 2026 12:00:00 +0000 [08DE2A1F4B7C0D3E]",
      "220 ….mail.protection.outlook.com Microsoft ESMTP MAIL Service ready at …",
    ],
    ["220 mail.acme.example ESMTP Postfix (Debian/GNU)", "220 mail.acme.example ESMTP Postfix (Debian/GNU)"],
    [
      "220 mail.acme.example Sendmail 8.17.1/8.17.1; Mon Nov 23 12:00:00 2026",
      "220 mail.acme.example Sendmail 8.17.1/8.17.1; …",
    ],
    ["220 mail.acme.example 2026-11-23T12:00:00.123Z ready", "220 mail.acme.example … ready"],
    ["554 mail.acme.example not here", "554 mail.acme.example not here"],
    [
      "220 mail.acme.example ESMTP Exim 4.96 Mon, 23 Nov 2026 12:00:00 +0100",
      "220 mail.acme.example ESMTP Exim 4.96 …",
    ],
  ])("%s", (greeting, expected) => expect(normaliseGreeting(greeting)).toBe(expected));

  test("keeps the name of the host, so that another host is another greeting", () =>
    expect(normaliseGreeting("220 eu-smtp-inbound-1.vendor.example ESMTP")).not.toBe(
      normaliseGreeting("220 eu-smtp-inbound-2.vendor.example ESMTP"),
    ));

  test("costs by its length, whatever it says", () => {
    const make = (size: number) => `220 ${"1a-".repeat(size)} ${"12:".repeat(size)} ${"(".repeat(size)}`;
    expect(growthOf(make, 2_500, normaliseGreeting)).toBeLessThan(linear);
  });
});
