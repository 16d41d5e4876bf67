import { describe, expect, test } from "vitest";
import { readAuthentication, readSignatures } from "../../../src-main/checks/message/authentication.ts";
import { longestHeader, readAddress, readFields, takeHeader } from "../../../src-main/checks/message/headers.ts";
import { delayBetween, readDate, readPath, readReceived } from "../../../src-main/checks/message/received.ts";
import { decodeWords } from "../../../src-main/checks/message/words.ts";
import { fc } from "../../support/fast-check.ts";
import { growthOf, linear } from "../../support/growth.ts";
import { inboundHeader, outboundHeader } from "./test-mail-headers.ts";

const namesOf = (text: string, source: "pasted" | "file" = "pasted") =>
  readFields(takeHeader(text, source).header).map(({ name }) => name);
const block =
  "Received: from a.example\n by b.example; Mon, 23 Nov 2026 10:00:00 +0000\nFrom: x@a.example\nSubject: Hello";
const names = ["Received", "From", "Subject"];

describe("the header of what was given", () => {
  test.each([
    ["LF", block],
    ["CRLF", block.replaceAll("\n", "\r\n")],
    ["CR alone", block.replaceAll("\n", "\r")],
    ["a byte order mark", `\ufeff${block}`],
    ["leading blank lines", `\n\n${block}`],
    ["an mbox line", `From x@a.example Mon Nov 23 10:00:00 2026\n${block}`],
    ["a quotation", block.replace(/^/gm, "> ")],
    ["an indent", block.replace(/^/gm, "    ")],
    ["no-break spaces as folding", block.replace("\n by", "\n\u00a0by")],
    ["folding lost in copying", block.replace("\n by", "\nby")],
    ["a blank line behind each line", block.replaceAll("\n", "\n\n")],
    ["a page's title above", `Original message\nDownload\n${block}`],
    ["a page's summary above", `Created at: today\nSPF: PASS with IP 192.0.2.1\nDKIM: PASS\n\n${block}`],
  ])("pasted with %s", (_, text) => expect(namesOf(text).slice(-3)).toEqual(names));

  test("ends where the body begins, and the body is not kept", () => {
    const whole = `${block}\r\n\r\nReceived: from c.example\r\nSecret: body\r\n`;
    for (const source of ["file", "pasted"] as const) {
      const { header, isCut } = takeHeader(whole, source);
      expect(header).not.toContain("Secret");
      expect(isCut).toBe(false);
      expect(readFields(header)).toHaveLength(3);
    }
  });

  test("of a file is never looked for in its body", () => {
    expect(namesOf(`From: x@a.example\n\n${block}`, "file")).toEqual(["From"]);
    expect(namesOf(`Date: Mon, 23 Nov 2026 10:00:00 +0000\nFrom: x@a.example\n\n${block}`)).toEqual(["Date", "From"]);
  });

  test("is cut at its bound", () => {
    const { header, isCut } = takeHeader(`X: ${"a".repeat(5_000_000)}`, "file");
    expect([header.length, isCut]).toEqual([longestHeader, true]);
  });

  test("keeps order and unfolds", () => {
    expect(readFields(takeHeader(outboundHeader(), "pasted").header).map(({ name }) => name)).toEqual([
      "Delivered-To",
      "Received",
      "Return-Path",
      "Received",
      "Received-SPF",
      "Authentication-Results",
      "DKIM-Signature",
      "Received",
      "Received",
      "From",
      "To",
      "Subject",
      "Date",
      "Message-ID",
      "MIME-Version",
    ]);
    expect(readFields("A: one\n\ttwo\n  three\n")).toEqual([{ name: "A", value: "one two three" }]);
  });

  test.each([
    ["", "("],
    ["Received: ", "from ("],
    ["", "=?utf-8?q?"],
    ["", "Authentication-Results: a; "],
    ["Received: ", "; "],
    ["From: ", "<"],
    ["A: ", '"\\'],
  ])("“%s” and a flood of “%s” cost by their length", (start, flood) => {
    const read = (text: string) => {
      const fields = readFields(takeHeader(text, "pasted").header);
      readPath(fields);
      readAuthentication(fields);
      readSignatures(fields);
      for (const { value } of fields) [decodeWords(value), readAddress(value)];
    };
    const make = (size: number) => start + flood.repeat(size / flood.length);
    expect(growthOf(make, 30_000, read)).toBeLessThan(linear);
  });
});

describe("encoded words", () => {
  test.each([
    ["=?UTF-8?Q?Test_mail_=E2=80=93_step_3?=", "Test mail – step 3"],
    ["=?utf-8?B?R3LDvMOfZQ==?=", "Grüße"],
    ["=?iso-8859-1?q?Gr=FC=DFe?= and =?windows-1252?Q?=80=20?=", "Grüße and € "],
    ["=?utf-8?q?one?= =?utf-8?q?two?=", "onetwo"],
    ["=?koi8-r?q?=C1?=", "=?koi8-r?q?=C1?="],
    ["=?utf-8?q?=C3?= broken", "=?utf-8?q?=C3?= broken"],
    ["=?utf-8?b?!!!?=", "=?utf-8?b?!!!?="],
    ["plain", "plain"],
  ])("%s", (value, text) => expect(decodeWords(value)).toBe(text));
});

describe("a Received line", () => {
  test.each<[string, string, Partial<ReturnType<typeof readReceived>>]>([
    [
      "of Postfix",
      "from desk.acme.example (unknown [10.0.0.7]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) (No client certificate requested) by mail.acme.example (Postfix) with ESMTPSA id 4F2 for <a@b.example>; Mon, 23 Nov 2026 11:00:01 +0100 (CET)",
      {
        from: "desk.acme.example",
        fromReverse: null,
        fromAddress: "10.0.0.7",
        by: "mail.acme.example",
        with: "ESMTPSA",
        id: "4F2",
        for: "a@b.example",
        at: "2026-11-23T10:00:01.000Z",
        tls: "TLS 1.3 TLS_AES_256_GCM_SHA384",
      },
    ],
    [
      "of Exchange",
      "from eu-smtp-delivery-1.vendor.example (192.0.2.1) by AM0.mail.protection.outlook.com (10.1.1.1) with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE_RSA) id 15.20.1 via Frontend Transport; Mon, 23 Nov 2026 10:00:09 +0000",
      {
        from: "eu-smtp-delivery-1.vendor.example",
        fromAddress: "192.0.2.1",
        by: "am0.mail.protection.outlook.com",
        with: "Microsoft SMTP Server",
        id: "15.20.1",
        tls: "TLS 1.2 TLS_ECDHE_RSA",
      },
    ],
    [
      "of Exchange with IPv6",
      "from A.prod.outlook.com (2603:10a6:208:1::5) by B.prod.outlook.com with HTTPS; Mon, 23 Nov 2026 10:00:09 +0000",
      { fromAddress: "2603:10a6:208:1::5", with: "HTTPS" },
    ],
    [
      "of Google",
      "from eu-smtp-delivery-124.vendor.example (eu-smtp-delivery-124.vendor.example. [192.0.2.124]) by mx.google.com with ESMTPS id x for <t@o.example> (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256); Mon, 23 Nov 2026 02:00:09 -0800 (PST)",
      {
        fromReverse: "eu-smtp-delivery-124.vendor.example",
        fromAddress: "192.0.2.124",
        at: "2026-11-23T10:00:09.000Z",
        for: "t@o.example",
      },
    ],
    [
      "of Google inside",
      "by 2002:a05:6402:34cd:b0:67a:1234:5678 with SMTP id w13csp; Mon, 23 Nov 2026 02:00:10 -0800 (PST)",
      { from: null, by: "2002:a05:6402:34cd:b0:67a:1234:5678", with: "SMTP" },
    ],
    [
      "of the gateway",
      "from mail.acme.example (mail.acme.example [198.51.100.5]) by relay.vendor.example with ESMTP with STARTTLS (version=TLSv1.2, cipher=TLS_ECDHE) id uk-mta-91-AbC-1; Mon, 23 Nov 2026 10:00:05 +0000",
      { by: "relay.vendor.example", with: "ESMTP STARTTLS", id: "uk-mta-91-AbC-1", tls: "TLS 1.2 TLS_ECDHE" },
    ],
    [
      "of Exim",
      "from [192.0.2.7] (helo=pc) by mx.b.example with esmtpsa (TLS1.3) tls TLS_AES (Exim 4.96) id 1a; Mon, 23 Nov 26 10:00 GMT",
      { from: "192.0.2.7", fromAddress: "192.0.2.7", at: "2026-11-23T10:00:00.000Z", tls: "TLS 1.3" },
    ],
    ["without anything", "", { from: null, by: null, at: null, tls: null }],
    ["with a broken date", "from a by b; yesterday", { from: "a", by: "b", at: null }],
  ])("%s", (_, value, wanted) => expect(readReceived(value)).toMatchObject(wanted));

  test("makes a path from the oldest hop, with delays", () => {
    const path = readPath(readFields(outboundHeader()));
    expect(path.map(({ by }) => by)).toEqual([
      "mail.acme.example",
      "relay.vendor.example",
      "mx.google.com",
      "2002:a05:6402:34cd:b0:67a:1234:5678",
    ]);
    expect(path.map((hop, index) => delayBetween(path[index - 1], hop))).toEqual([null, 4, 4, 1]);
  });

  test("has a date or none, never a wrong one", () => {
    for (const text of ["Mon, 99 Foo 2026 10:00:00 +0000", "1 Jan 99999 10:00", "", "23 Nov"])
      expect(readDate(text)).toBeNull();
    expect(readDate("23 Nov 2026 10:00:00 EST")).toBe("2026-11-23T15:00:00.000Z");
  });

  test("can be anything", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const fields = readFields(takeHeader(`Received: ${text}\nFrom: ${text}`, "pasted").header);
        for (const { at } of readPath(fields)) expect(at === null || !Number.isNaN(Date.parse(at))).toBe(true);
        readAuthentication([
          { name: "Authentication-Results", value: text },
          { name: "Received-SPF", value: text },
        ]);
        readSignatures([{ name: "DKIM-Signature", value: text }]);
      }),
      { numRuns: 500 },
    );
  });
});

describe("results of the receiving server", () => {
  const read = (value: string, name = "Authentication-Results") => readAuthentication([{ name, value }])[0];
  const pairs = (value: string, name?: string) =>
    read(value, name)?.results.map(({ method, result, properties }) => [
      method,
      result,
      Object.fromEntries(properties),
    ]);

  test("as RFC 8601 writes them", () => {
    const value =
      'mx.b.example 1; spf=pass (a; b) smtp.mailfrom="x@a.example"; dkim=fail reason="bad; key" header.d=a.example; dmarc/1 = pass';
    expect(read(value)?.server).toBe("mx.b.example");
    expect(pairs(value)).toEqual([
      ["spf", "pass", { "smtp.mailfrom": "x@a.example" }],
      ["dkim", "fail", expect.objectContaining({ "header.d": "a.example" })],
      ["dmarc", "pass", {}],
    ]);
  });

  test("as Microsoft writes them, without a server's name", () => {
    const value =
      "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a.example; dkim=none (message not signed) header.d=none;dmarc=bestguesspass action=none header.from=a.example;compauth=pass reason=109";
    expect(read(value)?.server).toBeNull();
    expect(pairs(value)?.map(([method, result]) => `${method}=${result}`)).toEqual([
      "spf=pass",
      "dkim=none",
      "dmarc=bestguesspass",
      "compauth=pass",
    ]);
    expect(read(value)?.results[0]?.comment).toBe("sender IP is 192.0.2.1");
  });

  test("of ARC, and none", () => {
    expect(read("i=1; mx.b.example; arc=pass", "ARC-Authentication-Results")).toMatchObject({
      server: "mx.b.example",
      results: [{ method: "arc", result: "pass" }],
    });
    expect(read("mx.b.example; none")?.results).toEqual([]);
  });

  test("of Received-SPF", () => {
    const value = "SoftFail (mx: x) client-ip=192.0.2.1; envelope-from=<x@a.example>; receiver=mx.b.example;";
    expect(pairs(value, "Received-SPF")).toEqual([
      ["spf", "softfail", { "client-ip": "192.0.2.1", "envelope-from": "x@a.example", receiver: "mx.b.example" }],
    ]);
  });

  test("and the selectors of signatures", () => {
    expect(
      readSignatures(readFields(`${outboundHeader()}\nDKIM-Signature: d=../x; s=a\nDKIM-Signature: nothing`)),
    ).toEqual([{ domain: "acme.example", selector: "mc20260101", algorithm: "rsa-sha256" }]);
    expect(readFields(inboundHeader()).length).toBeGreaterThan(8);
  });
});
