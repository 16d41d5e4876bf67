import { describe, expect, test } from "vitest";
import { defaultSettings, networkSettings } from "../../../src-main/contract/settings.ts";
import type { VantageFinding, VantageResult } from "../../../src-main/contract/vantage.ts";
import { settingToText, textToSetting } from "../../../src-renderer/screens/settings/network-values.ts";
import { vantageToWarning } from "../../../src-renderer/words/vantage.ts";

const finding = (verdict: VantageFinding["verdict"], word = ""): VantageFinding => ({
  subject: "port-25",
  verdict,
  word,
  text: "Seen.",
  meaning: "",
  todo: "",
});
const result = (findings: VantageFinding[], isStale = false): VantageResult => ({
  at: "2026-11-23T10:00:00.000Z",
  addresses: ["10.1.2.7"],
  resolvers: [],
  findings,
  transcript: "",
  isStale,
});

describe("the warning at the foot of the window", () => {
  test.each<[string, VantageResult | null, ReturnType<typeof vantageToWarning>]>([
    ["no look yet", null, null],
    ["nothing wrong", result([finding("pass")]), null],
    ["something that could not be seen is no warning", result([finding("not-measurable")]), null],
    [
      "one thing",
      result([finding("pass"), finding("warn", "port 25 blocked")]),
      { tone: "warn", words: "port 25 blocked" },
    ],
    [
      "the worst first, the others counted",
      result([finding("warn", "port 25 blocked"), finding("fail", "captive portal"), finding("warn", "clock wrong")]),
      { tone: "fail", words: "captive portal and 2 more" },
    ],
    [
      "a portal before what follows from it",
      result([finding("fail", "false addresses"), { ...finding("fail", "captive portal"), subject: "portal" }]),
      { tone: "fail", words: "captive portal and 1 more" },
    ],
    ["a fault without a word of its own", result([finding("error")]), { tone: "fail", words: "Mail servers" }],
    ["another network's", result([finding("fail", "captive portal")], true), null],
  ])("%s", (_, latest, warning) => {
    expect(vantageToWarning(latest)).toEqual(warning);
  });
});

describe("network settings as text", () => {
  test.each<["comparisonResolvers" | "dohResolver" | "selfTestPortal" | "submissionPort", string, unknown]>([
    ["comparisonResolvers", "1.1.1.1, 9.9.9.9", ["1.1.1.1", "9.9.9.9"]],
    ["comparisonResolvers", " 1.1.1.1;[2620:fe::fe]:53 ", ["1.1.1.1", "[2620:fe::fe]:53"]],
    ["comparisonResolvers", "", []],
    ["comparisonResolvers", "not an address!", undefined],
    ["dohResolver", "https://dns.example/dns-query", "https://dns.example/dns-query"],
    ["dohResolver", "", null],
    ["dohResolver", "http://dns.example/", undefined],
    ["selfTestPortal", "", null],
    ["selfTestPortal", "https://secure.example/", undefined],
    ["submissionPort", "2587", 2587],
    ["submissionPort", "x", undefined],
  ])("%s from %j", (field, typed, value) => {
    const parsed = networkSettings.shape[field].safeParse(textToSetting(field, typed));
    expect(parsed.success ? parsed.data : undefined).toEqual(value);
  });

  test("every setting that has a field comes back as it was typed", () => {
    for (const [field, value] of Object.entries(defaultSettings.network)) {
      const key = field as keyof typeof defaultSettings.network;
      expect(networkSettings.shape[key].parse(textToSetting(key, settingToText(key, value)))).toEqual(value);
    }
  });
});
