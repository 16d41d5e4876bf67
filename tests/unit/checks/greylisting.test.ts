import { describe, expect, test } from "vitest";
import { greylistWait, isGreylisting } from "../../../src-main/checks/smtp/greylisting.ts";
import { readRecipientAnswer } from "../../../src-main/checks/smtp/recipient-replies.ts";
import { parseReply, readMechanisms, type SmtpReply } from "../../../src-main/checks/smtp/reply.ts";

const reply = (text: string): SmtpReply => {
  const parsed = parseReply(`${text}\r\n`);
  if (parsed === null || parsed === "foreign") throw new Error(text);
  return parsed;
};

describe("greylisting", () => {
  test.each([
    [
      "451 Internal resources are temporarily unavailable - https://community.mimecast.com/docs/DOC-1369#451 [x.us31]",
      true,
    ],
    ["451 Internal resource temporarily unavailable", true],
    [
      "450 4.2.0 <a@b.example>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/b.html",
      true,
    ],
    ["451 4.7.1 Greylisting in action, please come back in 00:05:00", true],
    ["451 4.7.1 Try again later", true],
    ["450 4.3.2 Service currently unavailable", true],
    ["451 You are gray-listed, wait 300 seconds", true],
    ["550 5.7.1 Greylisting is not for you", false],
    ["250 greylisted no more", false],
    ["451 Open relay not allowed", false],
    // The link names the page of all replies with 451, so the text decides.
    ["451 Open relay not allowed - https://community.mimecast.com/docs/DOC-1369#451 [x.uk91]", false],
    ["451 4.3.0 <a@b.example>: Account inbounds disabled - https://community.mimecast.com/docs/DOC-1369#451", false],
    ["451 Recipient temporarily unavailable - https://community.mimecast.com/docs/DOC-1369#451", false],
    ["451 come back", false],
    ["421 too busy", false],
    ["452 4.3.1 Insufficient system storage", false],
  ])("%s", (text, expected) => expect(isGreylisting(reply(text))).toBe(expected));

  test.each([
    ["451 greylisted", 61_000],
    ["451 greylisted for 5 minutes", 301_000],
    ["451 greylisted, wait 90 seconds", 91_000],
    ["451 greylisted, wait 10 s", 61_000],
    ["451 come back in 00:05:00", 301_000],
    ["451 greylisted for 600 minutes", 361_000],
    ["451 greylisted for 9999 seconds", 361_000],
  ])("%s waits %d ms", (text, wait) => expect(greylistWait(reply(text), 61_000)).toBe(wait));
});

test.each([
  ["250 ok", "accepted"],
  ["251 will forward", "accepted"],
  ["450 4.2.0 mailbox busy", "put-off"],
  ["550 5.1.1 <a@b.example>: Recipient address rejected: User unknown in virtual mailbox table", "unknown"],
  ["550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550 [x.uk91]", "unknown"],
  ["550 5.4.1 Recipient address rejected: Access denied. [x.prod.outlook.com]", "unknown"],
  ["550-5.1.1 The email account that you tried to reach does not exist.", "unknown"],
  ["550", "unknown"],
  ["554 5.7.1 <a@b.example>: Relay access denied", "other-refusal"],
  ["550 5.7.1 Service unavailable, Client host [192.0.2.1] blocked using zen.spamhaus.org", "other-refusal"],
  ["550 SPF Sender Invalid - envelope rejected", "other-refusal"],
  ["503 bad sequence", "other-refusal"],
])("RCPT answered by “%s” is %s", (text, expected) => {
  expect(readRecipientAnswer(reply(text.replace("550-", "550 ")))).toBe(expected);
});

test.each([
  ["250-x\r\n250-AUTH PLAIN login\r\n250 SIZE", ["PLAIN", "LOGIN"]],
  ["250-x\r\n250-AUTH=LOGIN\r\n250 AUTH LOGIN XOAUTH2", ["LOGIN", "XOAUTH2"]],
  ["250-AUTH PLAIN\r\n250 SIZE", []],
  ["250-x\r\n250 AUTHORITY PLAIN", []],
])("ways to log on of %j", (text, expected) => expect(readMechanisms(reply(text))).toEqual(expected));
