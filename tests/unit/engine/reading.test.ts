import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { largestMessage } from "../../../src-main/contract/checks.ts";
import { codeOf, newDraft, startTestEngine, type TestEngine } from "../../support/engine.ts";

let running: TestEngine;
let engagement: string;
beforeAll(async () => {
  running = startTestEngine();
  running.engine.context.settings.update({ person: { name: "Ada Byron" } });
  engagement = (await running.client.engagements.create(newDraft())).engagement;
  await running.client.rfi.answer({ engagement, field: "organisation.primaryDomain", value: "acme.example" });
});
afterAll(() => running.close());

const header = (gateway = "eu-smtp-delivery-124.mimecast.com") => `Received: from ${gateway} (${gateway}. [192.0.2.1])
 by mx.google.com with ESMTPS id x; Mon, 23 Nov 2026 10:00:09 +0000
Authentication-Results: mx.google.com; spf=pass smtp.mailfrom=acme.example; dkim=pass header.d=acme.example; dmarc=pass
From: Ada <ada@acme.example>
Subject: Test`;
const text = (value: string) => ({ kind: "text" as const, text: value });
const file = (name: string, bytes: string | Uint8Array) => {
  const path = join(running.home, name);
  writeFileSync(path, bytes);
  return { kind: "token" as const, token: running.engine.context.files.grant(path, "open") };
};
const read = (message: ReturnType<typeof text> | ReturnType<typeof file>, step: "outbound" | "rfi" = "outbound") =>
  running.client.checks.read({ engagement, step, check: "test-mail", message });

describe("a test mail that somebody gives", () => {
  test("is judged, kept with its header only, and shown as the latest run", async () => {
    const result = await read(text(`${header()}\n\nThe body is private.`));
    expect(result).toMatchObject({
      verdict: "pass",
      author: "Ada Byron",
      vantage: { host: expect.stringContaining("headers pasted by Ada Byron"), addresses: [], resolver: "" },
    });
    const { checks } = await running.client.checks.list({ engagement, step: "outbound" });
    const view = checks.find(({ check }) => check === "test-mail");
    expect(view).toMatchObject({ needsInput: "message", sees: ["header"], state: "judged", required: false });
    expect(view?.latest?.run).toBe(result.run);
    const journal = running.engine.context.workspace.journal(engagement);
    const kept = Buffer.from(journal.getBlob(result.record) ?? []).toString();
    expect(kept).toContain("mx.google.com");
    expect(kept).not.toContain("private");
  });

  test("may be a file in any of the encodings mail programs write", async () => {
    const whole = `${header("us-smtp-delivery-1.mimecast.com")}\r\n\r\nbody`;
    for (const bytes of [
      Buffer.from(whole),
      Buffer.from(`\ufeff${whole}`, "utf16le"),
      Buffer.from(whole.replace("Test", "Gr\u00fc\u00dfe"), "latin1"),
    ]) {
      const result = await read(file("mail.eml", bytes));
      expect([result.verdict, result.reason]).toEqual(["fail", expect.stringContaining("another region")]);
      expect(result.vantage.host).toContain("read from a file by Ada Byron");
    }
  });

  test("is refused when it is too large, Outlook's own format, or of a step that does not read mail", async () => {
    expect(await codeOf(read(file("large.eml", Buffer.alloc(largestMessage + 1, 65))))).toBe("TOO_LARGE");
    const outlook = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]);
    await expect(read(file("mail.msg", outlook))).rejects.toThrow(/Outlook's own format/);
    expect(await codeOf(read(text(header()), "rfi"))).toBe("NOT_FOUND");
    expect(await codeOf(read(text("  \n ")))).toBe("INVALID_INPUT");
    const network = { engagement, step: "outbound" as const, check: "spf-record", message: text(header()) };
    expect(await codeOf(running.client.checks.read(network))).toBe("NOT_FOUND");
  });

  test("cannot be run as a network check", async () => {
    const run = running.client.checks.run({ engagement, step: "outbound", only: ["test-mail"] });
    await expect(run).rejects.toThrow(/reads a message/);
  });

  test("says what is missing before it can be judged", async () => {
    const other = (await running.client.engagements.create(newDraft())).engagement;
    const given = { engagement: other, step: "outbound" as const, check: "test-mail", message: text(header()) };
    await expect(running.client.checks.read(given)).rejects.toThrow(/No domain of the customer/);
  });
});

describe("replies", () => {
  const reply = "451 Open relay not allowed - https://community.mimecast.com/docs/DOC-1369#451 [abc.us31]";

  test("are explained against the engagement's region, and without one", async () => {
    const { replies } = await running.client.replies.explain({ engagement, message: text(reply) });
    expect(replies).toMatchObject([{ code: 451, known: "vendor", grid: { region: "US", isOther: true } }]);
    const alone = await running.client.replies.explain({ message: text(reply) });
    expect(alone.replies[0]?.grid?.isOther).toBe(false);
  });

  test("of a bounce come from its delivery status, not from the mail it returns", async () => {
    const bounce = `MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.acme.example

Final-Recipient: rfc822; x@b.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; ${reply}
--b
Content-Type: message/rfc822

Subject: 550 private

550 5.2.2 private
--b--
`;
    const found = await running.client.replies.explain({ engagement, message: file("bounce.eml", bounce) });
    expect(found).toMatchObject({ isBounce: true, replies: [{ code: 451, recipient: "x@b.example" }] });
    expect(JSON.stringify(found)).not.toContain("private");
  });

  test("leave nothing in the engagement", async () => {
    const before = (await running.client.engagements.get({ engagement })).entries;
    await running.client.replies.explain({ engagement, message: text(reply) });
    expect((await running.client.engagements.get({ engagement })).entries).toBe(before);
  });
});
