import { describe, expect, test } from "vitest";
import { createContext, createSilentNet, findCheck, region, runToEnd } from "./context.ts";
import type { Script } from "./fake-smtp.ts";
import { judge, secure, serve, smart, vendorGreeting } from "./smtp-stage.ts";

describe("smart-host", () => {
  test.each<[string, Script | (() => Script), string, RegExp]>([
    [
      "a good host",
      () => ({ greeting: vendorGreeting, handshake: secure("good") }),
      "pass",
      /negotiated TLS 1.2 or newer/,
    ],
    [
      "a greeting of several lines",
      () => ({ greeting: `220-${smart} ESMTP\r\n220-no spam\r\n220 here\r\n`, handshake: secure("good") }),
      "pass",
      /negotiated/,
    ],
    [
      "a sibling of the region greets",
      () => ({ greeting: "220 eu-smtp-delivery-7.vendor.example\r\n", handshake: secure("good") }),
      "pass",
      /negotiated/,
    ],
    [
      "another region greets",
      () => ({ greeting: "220 us-smtp-outbound-1.vendor.example\r\n", handshake: secure("good") }),
      "fail",
      /another region/,
    ],
    [
      "a stranger greets",
      () => ({ greeting: "220 proxy.hotel.example\r\n", handshake: secure("good") }),
      "warn",
      /another server may answer/,
    ],
    [
      "a masked greeting",
      () => ({ greeting: "220 ********************0****\r\n", handshake: secure("good") }),
      "warn",
      /masked with asterisks/,
    ],
    ["no STARTTLS", { greeting: vendorGreeting, ehlo: "250 hello\r\n" }, "fail", /without STARTTLS/],
    [
      "a masked extension",
      { greeting: vendorGreeting, ehlo: "250-hello\r\n250 XXXXXXXA\r\n" },
      "fail",
      /overwritten with X/,
    ],
    [
      "STARTTLS refused",
      { greeting: vendorGreeting, startTls: "454 not now\r\n" },
      "fail",
      /refused with “454 not now”/,
    ],
    [
      "garbage after STARTTLS",
      { greeting: vendorGreeting, handshake: "garbage" },
      "fail",
      /handshake failed|unencrypted bytes/,
    ],
    [
      "silence after STARTTLS",
      { greeting: vendorGreeting, handshake: "silence" },
      "fail",
      /handshake failed: no answer within/,
    ],
    [
      "plain bytes in one piece with the answer to STARTTLS",
      { greeting: vendorGreeting, startTls: "220 ready\r\n250 injected\r\n" },
      "fail",
      /unencrypted bytes followed/,
    ],
    [
      "another name's certificate",
      () => ({ greeting: vendorGreeting, handshake: secure("other") }),
      "fail",
      /not for eu-smtp-outbound-1/,
    ],
    [
      "a self-signed certificate",
      () => ({ greeting: vendorGreeting, handshake: secure("self-signed") }),
      "fail",
      /self-signed/,
    ],
    ["421 at once", { greeting: "421 too busy\r\n" }, "warn", /put this address off with “421 too busy”/],
    ["451 at once", { greeting: "451 come back\r\n" }, "warn", /451 come back/],
    ["554 at once", { greeting: "554 go away\r\n" }, "fail", /refused this address with “554 go away”/],
    ["EHLO unknown", { greeting: vendorGreeting, ehlo: "502 what?\r\n" }, "fail", /EHLO was refused with “502 what\?”/],
    ["a web server", { greeting: "HTTP/1.1 400 Bad Request\r\n\r\n" }, "fail", /does not speak SMTP/],
    ["closing at once", { closes: true }, "fail", /other side closed/],
    ["an endless greeting", { flood: "220-more\r\n" }, "fail", /larger than any honest one/],
    ["an endless line", { flood: "220 more " }, "fail", /larger than any honest one/],
  ])("%s", async (_, script, verdict, text) => {
    const judgement = await judge("smart-host", typeof script === "function" ? script() : script);
    expect([judgement.verdict, judgement.findings.map((one) => one.text).join(" ") + judgement.reason]).toEqual([
      verdict,
      expect.stringMatching(text),
    ]);
  });

  test("slow is not dead: a greeting within the patience passes, and nothing is sent before it ends", async () => {
    const { server, network } = await serve({ greeting: vendorGreeting, delay: 700, handshake: secure("good") });
    const running = runToEnd("smart-host", createContext({ network }));
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(server.received).toEqual([]);
    expect((await running).judgement.verdict).toBe("pass");
    expect(server.received[0]).toMatch(/^EHLO/);
  });

  test("one character at a time is not dead either", async () => {
    const dribble = { greeting: vendorGreeting, dribble: 60, handshake: secure("good") };
    expect((await judge("smart-host", dribble, { greetingTimeout: 2_000 })).verdict).toBe("pass");
  });

  test.each<[string, Script, string[]]>([
    ["a refusal in the greeting", { greeting: "554 go away\r\n" }, ["QUIT"]],
    ["421 in the greeting", { greeting: "421 later\r\n" }, ["QUIT"]],
    ["silence after EHLO", { ehlo: "" }, ["EHLO fieldbook.invalid", "QUIT"]],
    ["421 after EHLO", { ehlo: "421 closing\r\n" }, ["EHLO fieldbook.invalid", "QUIT"]],
    ["no greeting", { greeting: null }, []],
    ["another protocol", { greeting: "HTTP/1.1 400 Bad Request\r\n" }, []],
  ])("after %s QUIT is the last word, or nothing is said", async (_, script, expected) => {
    const { received } = await judge("smart-host", script);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect.poll(() => received).toEqual(expected);
  });

  test("a greeting that never comes is said to be none", async () => {
    const judgement = await judge("smart-host", { greeting: null });
    expect(judgement.verdict).toBe("fail");
    expect(judgement.reason).toContain("no greeting came");
  });

  test("a refused port fails", async () => {
    const { server, network } = await serve({});
    server.stop();
    expect((await runToEnd("smart-host", createContext({ network }))).judgement).toMatchObject({ verdict: "fail" });
  });

  const two = { ...region, "smart-hosts": [smart, "eu-smtp-outbound-2.vendor.example"] };
  test("silence of every host is not measurable here, and says what to do", async () => {
    const { network } = await serve({}, two["smart-hosts"]);
    const net = createSilentNet(() => true);
    const { judgement } = await runToEnd("smart-host", createContext({ network, region: two }), { net });
    expect(judgement).toMatchObject({
      verdict: "not-measurable",
      todo: expect.stringContaining("network of the customer's mail server"),
    });
  });

  test("silence of one host while another answers is a failure", async () => {
    const { network } = await serve({ greeting: vendorGreeting, handshake: secure("good") }, two["smart-hosts"]);
    let connections = 0;
    const net = createSilentNet(({ port }) => port === network.smtpPort && ++connections === 2);
    const { judgement } = await runToEnd("smart-host", createContext({ network, region: two }), { net });
    expect(judgement).toMatchObject({
      verdict: "fail",
      reason: expect.stringContaining("another smart host answered"),
    });
  });

  test("without an address nothing is connected to", async () => {
    const { network } = await serve({}, []);
    const { judgement } = await runToEnd("smart-host", createContext({ network }));
    expect(judgement).toMatchObject({ verdict: "fail", reason: expect.stringContaining("has no address") });
  });

  test("Microsoft 365 has smart hosts of its own", () => {
    const planned = findCheck("smart-host").plan(createContext({ family: "microsoft-365", platform: "microsoft-365" }));
    expect(JSON.stringify(planned)).toContain('"host":"eu-smtp-o365-outbound-1.vendor.example"');
    expect(findCheck("smart-host").plan(createContext({ region: { "smart-hosts": null } })).kind).toBe("missing");
  });
});

describe("inbound-host", () => {
  test.each<[string, () => Script, boolean, string, RegExp]>([
    ["a good host", () => ({ handshake: secure("good") }), false, "pass", /trusted only because its authority/],
    [
      "a private authority where a public one was promised",
      () => ({ handshake: secure("good") }),
      true,
      "fail",
      /says that a publicly issued/,
    ],
    ["self-signed", () => ({ handshake: secure("self-signed") }), false, "warn", /strict encryption needs/],
    ["self-signed although promised", () => ({ handshake: secure("self-signed") }), true, "fail", /self-signed/],
    ["another name", () => ({ handshake: secure("other") }), false, "warn", /not for mail.acme.example/],
    ["expiring", () => ({ handshake: secure("expiring") }), false, "warn", /expires in 9 days/],
    ["no STARTTLS", () => ({ ehlo: "250 hello\r\n" }), false, "warn", /hand mail over unencrypted only/],
    ["no STARTTLS although promised", () => ({ ehlo: "250 hello\r\n" }), true, "fail", /without STARTTLS/],
  ])("%s", async (_, script, promised, verdict, text) => {
    const judgement = await judge("inbound-host", script(), {}, promised);
    expect([judgement.verdict, judgement.findings.map((one) => one.text).join(" ")]).toEqual([
      verdict,
      expect.stringMatching(text),
    ]);
  });
});
