import { describe, expect, test } from "vitest";
import { regionIds } from "../../../src-main/contract/names.ts";
import { isDomain, isNetwork } from "../../../src-main/contract/rfi/field.ts";
import {
  regionOfAccountCode,
  regionTitle,
  regionValuesFor,
  usableRegionValues,
} from "../../../src-main/guide/index.ts";
import { contextOf, playbook } from "./playbook-files.ts";

const valuesOf = (region: (typeof regionIds)[number], key: string) => {
  const found = regionValuesFor(playbook, contextOf("exchange", { region })).find((value) => value.key === key);
  if (!found) throw new Error(`There is no ${key}.`);
  return found;
};

/** Every fact of every region, with its place. */
const facts = regionIds.flatMap((region) =>
  regionValuesFor(playbook, contextOf("exchange", { region })).map((fact) => ({
    ...fact,
    region,
    where: `${region} ${fact.key}`,
    all: [...(fact.value ?? []), ...(fact.suggestion ?? [])],
  })),
);

describe("the region table", () => {
  test("has every region, with a title", () => {
    expect(playbook.regions.regions.map(({ region }) => region)).toEqual([...regionIds]);
    for (const region of regionIds) expect(regionTitle(playbook, region)).not.toBe(region);
  });

  test("names a source and a day for every fact", () => {
    for (const { source, asOf, where } of facts) {
      expect(source.length, where).toBeGreaterThan(10);
      expect(source, where).not.toMatch(/\.$/);
      expect(asOf, where).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });

  test("pre-fills what is confirmed and offers what is suggested, never the other way round", () => {
    for (const { where, confidence, value, suggestion } of facts) {
      expect(value !== null, where).toBe(confidence === "C" || confidence === "O");
      if (confidence === "S") expect(suggestion, where).not.toBeNull();
      if (confidence === "U") expect(suggestion, where).toBeNull();
      if (value && suggestion) expect(suggestion, where).toEqual(expect.arrayContaining(value));
    }
  });

  test("gives checks and instructions no value that waits for a tick, least of all a firewall list", () => {
    for (const region of regionIds) {
      const usable = usableRegionValues(playbook, contextOf("exchange", { region }));
      const known = facts.filter((fact) => fact.region === region);
      expect(usable).toEqual(Object.fromEntries(known.map(({ key, value }) => [key, value])));
      expect(usable["firewall-ranges"], region).toBeNull();
    }
  });

  test("splits pairs honestly: the confirmed host is used, the pair is offered", () => {
    expect(valuesOf("EU", "smart-hosts")).toMatchObject({
      confidence: "C",
      value: ["eu-smtp-outbound-1.mimecast.com"],
      suggestion: ["eu-smtp-outbound-1.mimecast.com", "eu-smtp-outbound-2.mimecast.com"],
    });
    expect(valuesOf("USB", "mx-hosts").value).toEqual(["usb-smtp-inbound-2.mimecast.com"]);
    expect(valuesOf("DE", "smart-hosts")).toMatchObject({ confidence: "S", value: null });
    expect(valuesOf("CA", "mx-hosts")).toMatchObject({ confidence: "U", value: null, suggestion: null });
  });

  test("keeps South Africa's two domains apart", () => {
    expect(valuesOf("ZA", "mx-hosts").value?.[0]).toBe("za-smtp-inbound-1.mimecast.co.za");
    expect(valuesOf("ZA", "spf-include").value).toEqual(["za._netblocks.mimecast.com"]);
    expect(valuesOf("ZA", "tls-subject").value).toEqual(["*.mimecast.co.za"]);
    expect(valuesOf("JE", "tls-subject").value).toBeNull();
  });

  test("holds well-formed hosts of the region below the known domains", () => {
    const suffixes = valuesOf("EU", "mx-suffixes").value ?? [];
    for (const { region, where, all } of facts.filter(({ key }) => key.includes("hosts"))) {
      for (const host of all) {
        expect(isDomain(host), `${where} ${host}`).toBe(true);
        expect(suffixes).toContain(host.split(".").slice(1).join("."));
        expect(host).toMatch(new RegExp(`^${region.toLowerCase()}-smtp-`));
      }
    }
  });

  test("holds networks without stray bits, each once", () => {
    for (const { where, all, value, suggestion } of facts.filter(({ key }) => /netblocks|ranges/.test(key))) {
      for (const network of all) expect(isNetwork(network), `${where} ${network}`).toBe(true);
      for (const list of [value ?? [], suggestion ?? []]) expect(new Set(list).size, where).toBe(list.length);
    }
  });

  test("lets a confirmed value win", () => {
    const confirmed = { "firewall-ranges": ["192.0.2.0/24"] };
    expect(usableRegionValues(playbook, contextOf("exchange", { confirmed }))["firewall-ranges"]).toEqual([
      "192.0.2.0/24",
    ]);
  });

  test("shows a step the values it uses, by platform", () => {
    const keys = (family: "exchange" | "microsoft-365") =>
      regionValuesFor(playbook, contextOf(family), "outbound").map(({ key }) => key);
    expect(keys("exchange")).toEqual(["smart-hosts", "spf-include", "spf-global-include"]);
    expect(keys("microsoft-365")).toEqual(["smart-hosts-m365", "spf-include", "spf-global-include"]);
  });
});

describe("the account code", () => {
  test.each([
    ["CUK00A1", "EU"],
    ["CUSA12", "US"],
    [" cusb9 ", "USB"],
    ["CCA1", "CA"],
    ["CDE7", "DE"],
    ["CAU1", "AU"],
    ["CSA55", "ZA"],
    ["CUS1", null],
    ["XYZ", null],
    ["", null],
  ])("%j means %s", (code, region) => expect(regionOfAccountCode(playbook, code)).toBe(region));
});
