import { describe, expect, it } from "vitest";
import type { Job } from "../../../src-main/contract/jobs.ts";
import { defaultSettings, networkSettings } from "../../../src-main/contract/settings.ts";
import { settingToText, textToSetting } from "../../../src-renderer/screens/settings/network-values.ts";
import { placeJob } from "../../../src-renderer/words/jobs.ts";
import { locationToPlace } from "../../../src-renderer/words/places.ts";

describe("locationToPlace", () => {
  it("keeps tabs and sections on one page, and steps apart", () => {
    expect(locationToPlace("/e/1/step/rfi/tasks")).toBe(locationToPlace("/e/1/step/rfi/checks"));
    expect(locationToPlace("/e/1/rfi/domains")).toBe(locationToPlace("/e/1/rfi"));
    expect(locationToPlace("/e/1/step/rfi")).not.toBe(locationToPlace("/e/1/step/account"));
    expect(locationToPlace("/e/1")).not.toBe(locationToPlace("/e/2"));
  });
});

describe("placeJob", () => {
  const job = (id: string, done: number): Job => ({
    job: id,
    kind: "report",
    title: id,
    engagement: "00000000-0000-0000-0000-000000000000",
    step: null,
    state: "running",
    done,
    total: 3,
    message: "",
    active: [],
    startedAt: "2026-11-23T10:00:00Z",
    finishedAt: null,
    failure: null,
    download: null,
  });
  it("replaces a known job in its place and puts a new one first", () => {
    const known = [job("b", 0), job("a", 0)];
    expect(placeJob(known, job("a", 2)).map((entry) => [entry.job, entry.done])).toEqual([
      ["b", 0],
      ["a", 2],
    ]);
    expect(placeJob(known, job("c", 0)).map((entry) => entry.job)).toEqual(["c", "b", "a"]);
  });
});

describe("network settings as typed", () => {
  it("go round unchanged", () => {
    for (const [field, value] of Object.entries(defaultSettings.network)) {
      const name = field as keyof typeof defaultSettings.network;
      expect(networkSettings.shape[name].parse(textToSetting(name, settingToText(name, value)))).toEqual(value);
    }
  });
  it("take seconds with a comma and refuse words", () => {
    expect(textToSetting("dnsTimeout", "0,5")).toBe(500);
    expect(networkSettings.shape.dnsTimeout.safeParse(textToSetting("dnsTimeout", "soon")).success).toBe(false);
    expect(networkSettings.shape.dnsTimeout.safeParse(textToSetting("dnsTimeout", "")).success).toBe(false);
    expect(networkSettings.shape.smtpPort.safeParse(textToSetting("smtpPort", "")).success).toBe(false);
    expect(textToSetting("resolver", "  ")).toBeNull();
  });
});
