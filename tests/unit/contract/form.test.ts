import { describe, expect, test } from "vitest";
import { type Field, isDomain, isNetwork } from "../../../src-main/contract/rfi/field.ts";
import {
  answersToDocument,
  checkAnswer,
  documentToAnswers,
  type FieldPath,
  fieldsByPath,
  groupsById,
  isAsked,
  measureCompleteness,
  type RfiAnswers,
  rfiDocument,
  sections,
} from "../../../src-main/contract/rfi/form.ts";
import { fc } from "../../support/fast-check.ts";

const context = { family: "exchange", services: ["email-security", "archiving"] } as const;
const empty: RfiAnswers = { fields: {}, rows: {} };

describe("the RFI table", () => {
  test("names every field, row group and option once", () => {
    for (const section of sections) {
      const ids = [...section.fields, ...section.groups].map(({ id }) => id);
      expect(new Set(ids).size, section.id).toBe(ids.length);
    }
    expect(groupsById.size).toBe(sections.flatMap(({ groups }) => groups).length);
    for (const field of fieldsByPath.values()) {
      const values = (field.options ?? []).map(({ value }) => value);
      expect(new Set(values).size).toBe(values.length);
      expect(values.length > 0, field.id).toBe(field.kind === "choice" || field.kind === "choices");
    }
  });

  test("has conditions that look at fields and options that exist", () => {
    const conditions = sections
      .flatMap(({ fields, groups }) => [...fields, ...groups])
      .flatMap(({ when }) => (when?.answer ? [when.answer] : []));
    for (const { field, is } of conditions) {
      const known = fieldsByPath.get(field);
      expect(known, field).toBeDefined();
      for (const value of is) expect(checkAnswer(known as Field, value).ok, `${field} = ${value}`).toBe(true);
    }
  });

  test("asks for the tenant domain on Microsoft 365 only", () => {
    const field = fieldsByPath.get("domains.tenantDomain");
    expect(isAsked(field?.when, { ...context, family: "microsoft-365" }, empty)).toBe(true);
    expect(isAsked(field?.when, context, empty)).toBe(false);
  });

  test("asks for LDAP details only when the directory is reached by LDAP", () => {
    const when = fieldsByPath.get("recipients.rootDn")?.when;
    expect(isAsked(when, context, empty)).toBe(false);
    expect(isAsked(when, context, { fields: { "recipients.directory": "ldap" }, rows: {} })).toBe(true);
  });
});

describe("checking one answer", () => {
  const table: [FieldPath, unknown, boolean][] = [
    ["organisation.primaryDomain", "Example.COM", true],
    ["organisation.primaryDomain", "https://example.com", false],
    ["organisation.primaryDomain", "localhost", false],
    ["organisation.mailboxes", 420, true],
    ["organisation.mailboxes", 4.5, false],
    ["organisation.mailboxes", "420", false],
    ["contacts.emergencyEmail", "someone@example.com", true],
    ["contacts.emergencyEmail", "someone@", false],
    ["contacts.emergencyMobile", "+44 7700 900123", true],
    ["contacts.emergencyMobile", "call me", false],
    ["recipients.ldapPort", 636, true],
    ["recipients.ldapPort", 70_000, false],
    ["recipients.rootDn", "OU=Staff, DC=example, DC=com", true],
    ["recipients.rootDn", "example.com", false],
    ["dates.mx", "2026-12-08", true],
    ["dates.mx", "2026-13-08", false],
    ["recipients.validation", "directory", true],
    ["recipients.validation", "whatever", false],
    ["outbound.dynamic", false, true],
    ["outbound.dynamic", "no", false],
  ];
  test.each(table)("%s = %j is accepted: %s", (path, value, ok) => {
    const result = checkAnswer(fieldsByPath.get(path) as Field, value as string);
    expect(result.ok).toBe(ok);
    if (!result.ok) expect(result.problem).toMatch(/\.$/);
  });

  test("cleans what it accepts", () => {
    expect(checkAnswer(fieldsByPath.get("organisation.primaryDomain") as Field, "  Example.COM ")).toEqual({
      ok: true,
      value: "example.com",
    });
  });

  test("takes networks without host bits only (RFC 4632 3.1)", () => {
    for (const good of ["192.0.2.0/24", "192.0.2.1", "192.0.2.1/32", "0.0.0.0/0", "2001:db8::/32", "2001:db8::1"])
      expect(isNetwork(good), good).toBe(true);
    for (const bad of [
      "192.0.2.1/24",
      "192.0.2.0/33",
      "192.0.2",
      "192.0.2.0/",
      "192.0.2.0/24/1",
      "300.0.0.0/8",
      "2001:db8::/129",
      "",
    ])
      expect(isNetwork(bad), bad).toBe(false);
  });

  test("never takes a domain with a space, a slash or an at sign", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom(" ", "/", "@", "_"),
        fc.string(),
        (before, mark, after) => !isDomain(before + mark + after),
      ),
    );
  });
});

describe("completeness", () => {
  test("of an empty form names every required question, with a sentence", () => {
    const { asked, answered, gaps } = measureCompleteness(context, empty);
    expect(answered).toBe(0);
    expect(gaps).toHaveLength(asked);
    for (const gap of gaps) expect(gap.problem).toMatch(/\.$/);
  });

  test("counts a wrong value as missing and says what is wrong", () => {
    const { gaps } = measureCompleteness(context, {
      fields: { "organisation.primaryDomain": "not a domain" },
      rows: {},
    });
    expect(gaps.find(({ at }) => at === "organisation.primaryDomain")?.problem).toContain("domain such as");
  });

  test("points into the row that is incomplete", () => {
    const { gaps } = measureCompleteness(context, {
      fields: {},
      rows: { people: [{ id: "p1", values: { name: "A", role: "tpoc" } }] },
    });
    expect(gaps.find(({ at }) => at === "people/p1/email")).toBeDefined();
  });
});

describe("the JSON document", () => {
  test("carries answers there and back unchanged", () => {
    const answers: RfiAnswers = {
      fields: { "organisation.legalName": "Acme", "organisation.mailboxes": 3, "outbound.dynamic": false },
      rows: {
        domains: [{ id: "a", values: { name: "acme.example", use: "send-receive" } }],
        outboundAddresses: [{ id: "b", values: { network: "192.0.2.1" } }],
      },
    };
    const document = answersToDocument(answers);
    const parsed = rfiDocument.parse(JSON.parse(JSON.stringify(document)));
    let next = 0;
    const back = documentToAnswers(parsed as typeof document, () => ["a", "b"][next++] ?? "");
    expect(back).toEqual(answers);
  });

  test("refuses unknown sections, fields and columns", () => {
    const base = { format: "connect-fieldbook-rfi", version: 1 };
    for (const sectionsGiven of [
      { nonsense: {} },
      { organisation: { nonsense: 1 } },
      { domains: { rows: [{ name: "a.example", nonsense: 1 }] } },
      { domains: { rows: [{}] } },
    ]) {
      expect(rfiDocument.safeParse({ ...base, sections: sectionsGiven }).success).toBe(false);
    }
  });
});
