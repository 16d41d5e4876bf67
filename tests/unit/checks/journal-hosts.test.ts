import { describe, expect, test } from "vitest";
import { createContext, createSilentNet, findCheck, region, runToEnd } from "./context.ts";
import type { Script } from "./fake-smtp.ts";
import { secure, serve, smart } from "./smtp-stage.ts";

// The certificate of the stage is for the smart host's name; a journal host of the same name serves as well.
const journal = { ...region, "journal-hosts": [smart] };
const fields = { "journaling.transport": "smtp" };
const contextFor = (network: object = {}, more: object = {}) => ({
  ...createContext({ answers: { fields: { ...fields, ...more } }, region: journal, network }),
  services: ["archiving" as const],
});

describe("journal-hosts", () => {
  test.each<[string, () => Script, string, RegExp]>([
    [
      "a journal host of the region",
      () => ({ greeting: "220 eu-smtp-journal-1.vendor.example ESMTP\r\n", handshake: secure("good") }),
      "pass",
      /1 journal host|the journal host greeted.*not part of this probe; the console's journal status shows it/,
    ],
    [
      "another region",
      () => ({ greeting: "220 us-smtp-journal-1.vendor.example ESMTP\r\n", handshake: secure("good") }),
      "fail",
      /another region/,
    ],
    [
      "no STARTTLS",
      () => ({ greeting: "220 eu-smtp-journal-1.vendor.example\r\n", ehlo: "250 x\r\n" }),
      "fail",
      /without STARTTLS/,
    ],
  ])("%s", async (_, script, verdict, text) => {
    const { network } = await serve(script());
    const { judgement } = await runToEnd("journal-hosts", contextFor(network));
    expect([judgement.verdict, judgement.reason]).toEqual([verdict, expect.stringMatching(text)]);
    expect(judgement.todo).not.toContain("smart host");
  });

  test("the journal domain is not looked up: it need not exist outside", async () => {
    const { network } = await serve({
      greeting: "220 eu-smtp-journal-1.vendor.example\r\n",
      handshake: secure("good"),
    });
    const { judgement } = await runToEnd("journal-hosts", contextFor(network));
    expect(judgement.reason).toContain("journal mail to journal.acme.example");
    expect(judgement.transcript).not.toContain("journal.acme.example");
  });

  test("silence is not measurable here", async () => {
    const { network } = await serve({});
    const { judgement } = await runToEnd("journal-hosts", contextFor(network), { net: createSilentNet(() => true) });
    expect(judgement.verdict).toBe("not-measurable");
  });

  test("plan: only with archiving, by SMTP, and with confirmed hosts", () => {
    const { plan } = findCheck("journal-hosts");
    expect(plan(createContext({ answers: { fields } })).kind).toBe("not-applicable");
    expect(plan(contextFor({}, { "journaling.transport": "pop3" })).kind).toBe("not-applicable");
    expect(plan(contextFor({}, { "journaling.transport": "" })).kind).toBe("missing");
    expect(plan({ ...contextFor(), region: {} }).kind).toBe("missing");
    expect(plan(contextFor()).kind).toBe("ready");
  });
});
