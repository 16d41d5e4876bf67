import { describe, expect, test } from "vitest";
import { readBounce } from "../../../src-main/checks/index.ts";
import type { RegionId, StepId } from "../../../src-main/contract/names.ts";
import { explainReplies } from "../../../src-main/guide/index.ts";
import { findReplyRow } from "../../../src-main/guide/replies.ts";
import { fc } from "../../support/fast-check.ts";
import { growthOf, linear } from "../../support/growth.ts";
import { bounces } from "./bounces.ts";
import { playbook } from "./playbook-files.ts";

const explain = (text: string, region: RegionId | null = "EU") => explainReplies(playbook, text, region);
const one = (text: string, region?: RegionId | null) => {
  const found = explain(text, region);
  expect(found, text).toHaveLength(1);
  return found[0] as (typeof found)[number];
};

/** Rows of the service's list, each with the step it belongs to and words of its meaning. */
const rows: [reply: string, step: StepId, meaning: RegExp, who: RegExp][] = [
  ["421 Sender address blocked", "inbound", /Blocked Senders policy/, /Policy administrator/],
  ["421 Unable to process connection at this time", "inbound", /busy/, /Nobody/],
  ["451 Unable to process connection at this time", "outbound", /busy/, /Nobody/],
  ["451 Internal resources are temporarily unavailable", "inbound", /[Gg]reylisting/, /Nobody/],
  ["451 Internal resource temporarily unavailable", "inbound", /[Gg]reylisting/, /Nobody/],
  ["451 IP temporarily blacklisted", "outbound", /bad connections/, /Customer/],
  ["451 Open relay not allowed", "outbound", /not an authorised outbound/, /Consultant/],
  ["451 Account outbounds disabled", "outbound", /switched off/, /Vendor/],
  ["451 Account inbounds disabled", "inbound", /switched off/, /Vendor/],
  ["451 Account service is temporarily unavailable", "outbound", /Too many connections/, /Customer/],
  ["451 Recipient temporarily unavailable", "recipients", /call forward/, /Customer/],
  ["451 Hostname is not authorized", "outbound", /host names/, /Vendor/],
  ["451 Message ended early", "outbound", /SMTP inspection/, /Customer/],
  ["452 Too many recipients", "outbound", /100 recipients/, /Customer/],
  ["501 Invalid address", "inbound", /not well formed/, /Sender/],
  ["503 User unknown", "inbound", /wrong order/, /Sender/],
  ["535 Incorrect authentication data", "outbound", /587/, /Customer/],
  ["550 Invalid Recipient", "recipients", /Recipient validation/, /customer/],
  [
    "550 Rejected by header based Anti-Spoofing policy: x@acme.example",
    "inbound",
    /looks internal/,
    /Policy administrator/,
  ],
  [
    "550 Rejected by header-based Anti-Spoofing policy: x@acme.example",
    "inbound",
    /looks internal/,
    /Policy administrator/,
  ],
  ["550 Anti-Spoofing policy – Inbound not allowed", "inbound", /looks internal/, /Policy administrator/],
  ["550 csi.mimecast.org Poor Reputation Sender", "inbound", /poor reputation/, /Sender/],
  ["550 Local CT IP reputation – (reject)", "inbound", /poor reputation/, /Sender/],
  ["550 SPF Sender Invalid – envelope rejected", "outbound", /SPF, DKIM and DMARC/, /Sender/],
  ["550 DKIM Sender Invalid – envelope rejected", "outbound", /SPF, DKIM and DMARC/, /Sender/],
  ["550 DMARC Sender Invalid – envelope rejected", "inbound", /SPF, DKIM and DMARC/, /Sender/],
  ["550 Administrative prohibition – envelope blocked", "inbound", /block list/, /Policy administrator/],
  ["550 Envelope blocked – User Entry", "inbound", /block list/, /Policy administrator/],
  ["550 Envelope blocked – User Domain Entry", "inbound", /block list/, /Policy administrator/],
  [
    "550 Rejected by header-based manually blocked senders: x@b.example",
    "inbound",
    /block list/,
    /Policy administrator/,
  ],
  ["550 Message bounced due to Content Examination policy", "inbound", /words or patterns/, /Policy administrator/],
  ["550 Exceeding outbound thread limit", "outbound", /same time/, /Customer/],
  ["550 Journal message past expiration", "recipients", /journal/, /Customer/],
  ["550 Submitter failed to disabled", "outbound", /submitting account/, /Vendor/],
  ["553 This route requires encryption (TLS)", "outbound", /TLS 1\.2/, /Customer/],
  ["553 This route requires TLS version 1.2 or greater", "inbound", /TLS 1\.2/, /Customer/],
  ["553 This route requires high-strength ciphers", "inbound", /strong ciphers/, /Customer/],
  ["554 Email rejected due to security policies", "inbound", /virus or of spam/, /Sender/],
  ["554 Maximum email size exceeded", "inbound", /100 MB/, /Sender/],
  ["554 Mail loop detected", "inbound", /25 hosts/, /Customer/],
  ["554 Host network not allowed", "inbound", /country/, /Policy administrator/],
  ["554 Configuration is invalid for this certificate", "outbound", /umbrella/, /Vendor/],
];

describe("every reply of the service", () => {
  test.each(rows)("%s", (reply, step, meaning, who) => {
    const code = Number(reply.slice(0, 3));
    const full = `${reply} - https://community.vendor.example/docs/DOC-1369#${code} [Ao7yzLKXPK6Cb5Wq9fXg5A.uk91]`;
    const logged = `Nov 23 10:00:01 mail postfix/smtp[4711]: 4F2: to=<x@b.example>, relay=eu-smtp-outbound-1.vendor.example[192.0.2.1]:25, delay=2.1, delays=0.1/0/1/1, dsn=${reply[0]}.0.0, status=${code < 500 ? "deferred" : "bounced"} (host eu-smtp-outbound-1.vendor.example[192.0.2.1] said: ${full} (in reply to RCPT TO command))`;
    for (const text of [
      full,
      full.toUpperCase().replace(".UK91", ".uk91"),
      logged,
      full.replace(" ", "-"),
      `  ${full}\r\n`,
    ]) {
      const explained = one(text);
      expect(explained).toMatchObject({
        known: "vendor",
        code,
        lasting: code < 500 ? "temporary" : "permanent",
        meaning: expect.stringMatching(meaning),
        who: expect.stringMatching(who),
        grid: { region: "EU", isOther: false },
      });
      expect(explained.steps).toContain(step);
    }
    expect(one(logged)).toMatchObject({ recipient: "x@b.example", host: "eu-smtp-outbound-1.vendor.example" });
    expect(one(logged).quoted).not.toContain("in reply to");
  });

  test("of the table is among them", () => {
    const seen = new Set(rows.map(([reply]) => findReplyRow(playbook, reply)));
    expect(playbook.replies.replies.filter((row) => !seen.has(row))).toEqual([]);
  });

  test("says how well it is known: only what independent sources agree on is confirmed", () => {
    const confirmed = playbook.replies.replies.filter(({ confidence }) => confidence === "C");
    expect(confirmed).toHaveLength(7);
    for (const { confidence } of playbook.replies.replies) expect(["C", "S"]).toContain(confidence);
  });

  test("is found by each text it lists, and not by its code or its text alone", () => {
    for (const row of playbook.replies.replies)
      for (const part of row.text) expect(findReplyRow(playbook, `${row.code[0]} ${part}`)).toBe(row);
    for (const reply of [
      "250 OK",
      "",
      "451 4.7.1 Try again later",
      "Open relay not allowed",
      "4510 Open relay not allowed",
    ])
      expect(findReplyRow(playbook, reply), reply).toBeNull();
  });
});

describe("the grid of a reply", () => {
  test.each<[string, RegionId, RegionId | null, boolean]>([
    ["us31", "US", "EU", true],
    ["us516", "US", "US", false],
    ["usb72", "USB", "US", true],
    ["uk246", "EU", "EU", false],
    ["uk91", "EU", null, false],
    ["uk91", "EU", "CUSTOM", false],
  ])("%s is %s for an engagement in %s", (part, region, expected, isOther) => {
    const { grid } = one(`451 Open relay not allowed [abc-DEF_1.${part}]`, expected);
    expect(grid).toMatchObject({ region, isOther, sentence: expect.stringContaining(`abc-DEF_1.${part}`) });
    if (isOther) expect(grid?.sentence).toContain("another grid than the account's");
  });

  test("is said to be unknown where the table does not have it, and absent without a reference", () => {
    expect(one("550 Invalid Recipient [abc.de5]").grid).toMatchObject({ region: null, isOther: false });
    expect(one("550 Invalid Recipient").grid).toBeNull();
    expect(one("550 Invalid Recipient (host a.example[192.0.2.1])").grid).toBeNull();
  });
});

describe("replies of other servers", () => {
  test.each<[string, string | null, number | null, RegExp]>([
    ["550 5.1.1 <x@b.example>: Recipient address rejected", "5.1.1", 550, /mailbox is not known/],
    [
      "550-5.7.26 This mail is unauthenticated\n550-5.7.26 more words\n550 5.7.26 the end",
      "5.7.26",
      550,
      /More than one authentication/,
    ],
    ["554 5.7.1 Relay access denied", "5.7.1", 554, /not allowed to send this here/],
    ["452 4.2.2 Mailbox full", "4.2.2", 452, /mailbox is full/],
    ["550 5.1.99 odd", "5.1.99", 550, /The mailbox cannot be used/],
    ["421 Service not available", null, 421, /closes the connection/],
    ["250 2.0.0 OK", "2.0.0", 250, /took the command/],
    ["dsn=4.4.1", "4.4.1", null, /does not answer/],
    ["smtp;550 5.4.310 DNS domain does not exist", "5.4.310", 550, /mailbox cannot be used/],
  ])("%s", (text, enhanced, code, meaning) =>
    expect(one(text)).toMatchObject({
      known: "generic",
      enhanced,
      code,
      steps: [],
      meaning: expect.stringMatching(meaning),
    }),
  );

  test("name the standards as their source, and no step", () => {
    expect(one("550 5.1.1 x").source).toContain("RFC 3463");
  });

  test.each(["", "Hello", "We have 450 users on 192.168.5.5.", "Version 5.1.1 of the program", "10:00:45 it rained"])(
    "are not seen in %j",
    (text) => expect(explain(text)).toEqual([]),
  );

  test("stand together, each once", () => {
    const log = [
      "451 Open relay not allowed [a.uk91]",
      "550 5.1.1 no such user",
      "451 Open relay not allowed [a.uk91]",
    ];
    expect(explain(log.join("\n")).map(({ code }) => code)).toEqual([451, 550]);
  });

  const check = (text: string) => {
    const found = explain(text);
    expect(found.length).toBeLessThanOrEqual(20);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
    for (const { quoted } of found) expect(quoted).not.toMatch(/[\x00-\x1f\x7f]/);
  };

  test("are bounded and printable whatever is pasted", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 400 }), check), { numRuns: 300 });
  });

  test.each<[string, (size: number) => string]>([
    ["a code again and again", (size) => "550 ".repeat(size)],
    ["a reply of very many lines", (size) => `${"550-a\n".repeat(size)}550 b`],
    ["parentheses that are never closed", (size) => `Diagnostic-Code: ${"(".repeat(size)}`],
    ["very many bounces", (size) => "Final-Recipient: x\n\n".repeat(size)],
    ["a bracket that is never closed", (size) => `550 [${"a".repeat(size)}`],
    ["a status of very many numbers", (size) => "4.7.1.".repeat(size)],
    ["very many replies", (size) => Array.from({ length: size }, (_, index) => `550 ${index}`).join("\n")],
  ])("%s is bounded, and costs by its length", (_, make) => {
    check(make(40_000));
    expect(growthOf(make, 6_000, explain)).toBeLessThan(linear);
  });
});

describe("bounces", () => {
  const read = async (name: keyof typeof bounces, region: RegionId = "EU") => {
    const text = bounces[name];
    const bounce = await readBounce(new TextEncoder().encode(text), text);
    if (!bounce) throw new Error("That is a bounce.");
    const told = explain(bounce.status, region);
    return told.length > 0 ? told : explain(bounce.text, region);
  };
  const shared = { recipient: "x@partner.example" };

  test.each<[keyof typeof bounces, object]>([
    [
      "postfix",
      { ...shared, code: 550, known: "vendor", host: "eu-smtp-inbound-1.vendor.example", grid: { region: "EU" } },
    ],
    ["delayed", { ...shared, code: 451, known: "vendor", lasting: "temporary", grid: { region: "US", isOther: true } }],
    ["exchange", { ...shared, code: 554, known: "vendor", host: "eu-smtp-inbound-2.vendor.example" }],
    ["microsoft365", { code: 550, enhanced: "5.4.1", known: "generic" }],
    ["gmail", { ...shared, code: 550, enhanced: "5.1.1", known: "generic", host: "mx.partner.example." }],
    ["exim", { code: 550, known: "vendor", grid: { region: "USB", isOther: true } }],
  ])("of %s", async (name, wanted) => {
    const told = await read(name);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject(wanted);
    expect(JSON.stringify(told)).not.toContain("private");
  });

  test("pasted in parts are read too", () => {
    const group = /Final-Recipient[\s\S]*?uk91\]/.exec(bounces.postfix)?.[0] ?? "";
    expect(one(group)).toMatchObject({ ...shared, code: 550, known: "vendor", grid: { region: "EU" } });
    const words = /<x@partner[\s\S]*?command\)/.exec(bounces.postfix)?.[0] ?? "";
    expect(one(words)).toMatchObject({ ...shared, code: 550, known: "vendor" });
    const quoted = /x@partner\.example\neu-smtp[\s\S]*?uk246\]'/.exec(bounces.exchange)?.[0] ?? "";
    expect(one(quoted)).toMatchObject({ code: 554, known: "vendor" });
  });

  test("of a sender that gave up say so", () => {
    const group =
      "Final-Recipient: rfc822; x@b.example\nAction: failed\nStatus: 4.4.7\nDiagnostic-Code: smtp; 451 4.4.7 too long";
    expect(one(group).outlook).toContain("gave up");
  });

  test("broken or deep ones give nothing and end", async () => {
    const deep = `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n${"--a\nContent-Type: multipart/mixed; boundary=a\n\n".repeat(3_000)}`;
    expect(await readBounce(new TextEncoder().encode(deep), deep)).toBeNull();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (bytes) => {
        const text = `MIME-Version: 1.0\nContent-Type: multipart/report; boundary=a\n\n--a\n${Buffer.from(bytes).toString("latin1")}`;
        expect(await readBounce(Buffer.from(text, "latin1"), text)).toBeDefined();
      }),
      { numRuns: 100 },
    );
  });
});
