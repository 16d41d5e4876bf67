import { describe, expect, test } from "vitest";
import { judgeAgain } from "../../../src-main/checks/index.ts";
import type { CheckContext } from "../../../src-main/checks/types.ts";
import type { StepId } from "../../../src-main/contract/names.ts";
import { createContext, findCheck, region, runToEnd } from "./context.ts";
import { inboundHeader, outboundHeader } from "./test-mail-headers.ts";

interface Situation {
  step?: StepId;
  family?: CheckContext["family"];
  region?: CheckContext["region"];
}

async function judge(text: string, { step = "outbound", ...changes }: Situation = {}) {
  const rows = { inboundHosts: [{ id: "1", values: { host: "mail.acme.example" } }] };
  const context = { ...createContext({ ...changes, answers: { rows } }), step };
  return runToEnd("test-mail", context, { message: { text, source: "pasted", by: "Ada Byron" } });
}
const tell = async (text: string, situation?: Situation) => {
  const { judgement } = await judge(text, situation);
  const told = judgement.findings.map((one) => `${one.verdict} ${one.subject}: ${one.text}`).join("\n");
  return { verdict: judgement.verdict, told, reason: judgement.reason };
};

const gmail = (host: string) =>
  `Received: from ${host} (${host}. [192.0.2.124])\n        by mx.google.com with ESMTPS id x; Mon, 23 Nov 2026 02:00:09 -0800 (PST)`;
const results = (text: string) => `Authentication-Results: mx.google.com; ${text}`;
const good = "spf=pass smtp.mailfrom=acme.example; dkim=pass header.d=acme.example; dmarc=pass";
const usb = { ...region, "mx-hosts": ["usb-smtp-inbound-1.vendor.example"], "smart-hosts": [], "smart-hosts-m365": [] };

describe("a mail on its way out", () => {
  test.each<[string, string, string, RegExp, Situation?]>([
    ["all in order", outboundHeader(), "pass", /pass DMARC: In the header mx\.google\.com gives DMARC “pass”/],
    [
      "a delivery host without a number of its own",
      outboundHeader({ gateway: gmail("eu-smtp-1.vendor.example") }),
      "pass",
      /named like the region's/,
    ],
    [
      "another region",
      outboundHeader({ gateway: gmail("us-smtp-delivery-1.vendor.example") }),
      "fail",
      /fail Gateway region: The header names us-smtp-delivery-1.* another region/,
    ],
    [
      "South Africa's own domain",
      outboundHeader({ gateway: gmail("za-smtp-delivery-1.vendor.co.example") }),
      "fail",
      /another region/,
      { region: { ...region, "mx-suffixes": ["vendor.example", "vendor.co.example"] } },
    ],
    [
      "US-B that greets as US",
      outboundHeader({ gateway: gmail("us-smtp-delivery-1.vendor.example") }),
      "warn",
      /the name does not tell the region/,
      { region: usb },
    ],
    [
      "a host whose name has no region",
      outboundHeader({ gateway: gmail("relay.vendor.example") }),
      "warn",
      /does not tell the region/,
    ],
    [
      "round the gateway",
      outboundHeader({ gateway: null }),
      "fail",
      /None of the 2 Received lines in the header names a host of the vendor/,
    ],
    [
      "SPF refused",
      outboundHeader({
        results: results("spf=softfail smtp.mailfrom=acme.example; dkim=pass header.d=acme.example; dmarc=pass"),
      }),
      "fail",
      /fail SPF: .*“softfail” for acme\.example/,
    ],
    [
      "no SPF record",
      outboundHeader({ results: results("spf=none; dkim=pass header.d=acme.example; dmarc=pass") }),
      "warn",
      /warn SPF: .*“none”/,
    ],
    [
      "SPF for another address",
      outboundHeader({
        results: results(
          "spf=pass (domain designates 192.0.2.99 as permitted sender); dkim=pass header.d=acme.example; dmarc=pass",
        ),
      }),
      "warn",
      /for the address 192\.0\.2\.99, not for the gateway's 192\.0\.2\.124/,
    ],
    [
      "signed by the vendor only",
      outboundHeader({ results: results("spf=pass; dkim=pass header.d=vendor.example; dmarc=pass") }),
      "warn",
      /warn DKIM: .*for vendor\.example only, which does not fit/,
    ],
    [
      "signed by a parent domain",
      outboundHeader({ from: "Ada <ada@news.acme.example>" }),
      "pass",
      /DKIM “pass” for acme\.example, which fits/,
    ],
    [
      "a broken signature",
      outboundHeader({ results: results("spf=pass; dkim=fail header.d=acme.example; dmarc=pass") }),
      "fail",
      /fail DKIM: .*“fail”/,
    ],
    [
      "not signed",
      outboundHeader({ results: results("spf=pass; dkim=none; dmarc=pass") }),
      "warn",
      /warn DKIM: .*“none”/,
    ],
    [
      "DMARC refused",
      outboundHeader({ results: results(good.replace("dmarc=pass", "dmarc=fail")) }),
      "fail",
      /fail DMARC/,
    ],
    [
      "DMARC not mentioned",
      outboundHeader({ results: results("spf=pass; dkim=pass header.d=acme.example") }),
      "warn",
      /do not mention DMARC/,
    ],
    [
      "Received-SPF alone",
      outboundHeader({ results: "Received-SPF: pass (x) client-ip=192.0.2.124; receiver=mx.google.com" }),
      "warn",
      /pass SPF: In the header mx\.google\.com gives SPF “pass”/,
    ],
    ["no results", outboundHeader({ results: null }), "not-measurable", /holds no result of mx\.google\.com/],
    [
      "a stranger's mail",
      outboundHeader({ from: "x@other.example" }),
      "not-measurable",
      /says nothing about the way out/,
    ],
    [
      "the sender's own copy",
      "From: ada@acme.example\nSubject: x\nDate: Mon, 23 Nov 2026 10:00:00 +0000",
      "not-measurable",
      /holds no Received line/,
    ],
    ["no From", "Subject: x\nReceived: from a by b; x", "not-measurable", /no From address/],
    ["no header at all", "Hello,\nthis is not a header.", "not-measurable", /no header field/],
    [
      "a path that ends at the gateway",
      "Received: from mail.acme.example by relay.vendor.example; x\nFrom: ada@acme.example",
      "not-measurable",
      /ends at relay\.vendor\.example/,
    ],
    [
      "a greeting that look-up denies",
      outboundHeader({
        gateway:
          "Received: from eu-smtp-1.vendor.example (host-9.isp.example [192.0.2.124]) by mx.google.com; Mon, 23 Nov 2026 10:00:09 +0000",
      }),
      "warn",
      /called itself eu-smtp-1\.vendor\.example is named host-9\.isp\.example/,
    ],
  ])("%s", async (_, header, verdict, text, situation) => {
    const told = await tell(header, situation);
    expect([told.verdict, told.told]).toEqual([verdict, expect.stringMatching(text)]);
  });

  test("results written before the gateway do not count", async () => {
    const forged = `Received: from mail.acme.example by relay.vendor.example; Mon, 23 Nov 2026 10:00:05 +0000\nAuthentication-Results: mx.google.com; ${good}`;
    const header = outboundHeader({ results: null }).replace(
      /Received: from mail\.acme[\s\S]*?\+0000\n/,
      `${forged}\n`,
    );
    expect(header).toContain(forged);
    expect((await tell(header)).verdict).toBe("not-measurable");
  });

  test("the selectors of the customer's signatures are named", async () => {
    const { judgement } = await judge(outboundHeader());
    const named = judgement.findings.find(({ subject }) => subject === "DKIM selectors");
    expect(named?.text).toContain("name the selector “mc20260101” for acme.example");
    expect(named?.todo).toMatch(/^Enter “mc20260101” for acme\.example in the domains/);
    const rows = { domains: [{ id: "1", values: { name: "acme.example", selector: "mc20260101, s1" } }] };
    const message = { text: outboundHeader(), source: "file", by: "" } as const;
    const known = await runToEnd("test-mail", createContext({ answers: { rows } }), { message });
    expect(known.judgement.findings.find(({ subject }) => subject === "DKIM selectors")?.todo).toBe("");
  });
});

describe("a mail on its way in", () => {
  const hosted = { step: "inbound", family: "microsoft-365" } as const;
  test.each<[string, string, string, RegExp, Situation]>([
    ["all in order", inboundHeader(), "pass", /pass Original sender: .*takes 203\.0\.113\.9/, hosted],
    [
      "round the gateway",
      inboundHeader({ through: "direct" }),
      "fail",
      /mx\.outside\.example \[203\.0\.113\.9\] to am0pr01mb1234.* took the mail\. By this header it came round/,
      hosted,
    ],
    [
      "without skip listing",
      inboundHeader({ original: null }),
      "warn",
      /does not show that Microsoft 365 looks behind/,
      hosted,
    ],
    [
      "with the gateway as sender",
      inboundHeader({ original: "192.0.2.124" }),
      "warn",
      /takes the gateway's address/,
      hosted,
    ],
    [
      "from the customer",
      inboundHeader({ from: "ada@acme.example" }),
      "not-measurable",
      /one of the customer's own domains/,
      hosted,
    ],
    [
      "to an unknown server",
      inboundHeader(),
      "warn",
      /is not among the customer's inbound hosts/,
      { step: "inbound", family: "postfix" },
    ],
    [
      "through the customer first",
      inboundHeader({
        more: "Received: from mx.outside.example by mail.acme.example; Mon, 23 Nov 2026 10:00:01 +0000",
      }),
      "warn",
      /stands before the gateway: a server of the customer/,
      hosted,
    ],
    [
      "ending at the gateway",
      "Received: from mx.outside.example by eu-smtp-inbound-1.vendor.example; x\nFrom: t@outside.example",
      "not-measurable",
      /the customer's server is not in it/,
      hosted,
    ],
  ])("%s", async (_, header, verdict, text, situation) => {
    const told = await tell(header, situation);
    expect([told.verdict, told.told]).toEqual([verdict, expect.stringMatching(text)]);
  });

  test("an own server that judges the gateway's address is told", async () => {
    const header = `Authentication-Results: mail.acme.example; spf=fail smtp.mailfrom=outside.example
Received: from eu-smtp-delivery-1.vendor.example ([192.0.2.1]) by mail.acme.example; Mon, 23 Nov 2026 10:00:09 +0000
From: t@outside.example`;
    expect((await tell(header, { step: "inbound" })).told).toMatch(
      /judges the gateway's address instead of the sender's/,
    );
  });
});

describe("the test mail of completion", () => {
  test("is read by who sent it", async () => {
    expect((await tell(outboundHeader(), { step: "completion" })).reason).toMatch(
      /^In the header the mail left through/,
    );
    const situation = { step: "completion", family: "microsoft-365" } as const;
    expect((await tell(inboundHeader(), situation)).reason).toMatch(/^In the header the mail came in through/);
  });
});

describe("the record of a test mail", () => {
  test("holds the header and not the body, and is judged again without it", async () => {
    const { record, judgement, vantage } = await judge(`${outboundHeader()}\n\nThe body is private.`);
    expect(JSON.stringify(record)).not.toContain("private");
    expect(judgement.transcript).not.toContain("private");
    expect(judgeAgain("test-mail", JSON.parse(JSON.stringify(record)))).toEqual(judgement);
    expect(vantage).toEqual({
      host: "headers pasted by Ada Byron; the program did not see the mail itself",
      addresses: [],
      resolver: "",
    });
    expect(judgement.reason).toContain("These are claims in a header");
    expect(judgement.transcript).toContain("Subject Test mail – step 3");
  });

  test("says what is missing before anything can be read", () => {
    expect(findCheck("test-mail").plan(createContext({ region: {} }))).toMatchObject({ kind: "missing" });
    const answers = { fields: { "organisation.primaryDomain": "" } };
    expect(findCheck("test-mail").plan(createContext({ answers }))).toMatchObject({ kind: "missing" });
  });
});
