const report = (boundary: string, text: string, status: string) => `MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"

--${boundary}
Content-Type: text/plain; charset=utf-8

${text}

--${boundary}
Content-Type: message/delivery-status

${status}

--${boundary}
Content-Type: message/rfc822

From: ada@acme.example
Subject: private

The body is private: 550 5.2.2 not a reply.
--${boundary}--
`;

/** Bounces as five kinds of servers write them, with names and addresses of our own. */
export const bounces = {
  postfix: `Return-Path: <>
From: MAILER-DAEMON@mail.acme.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
${report(
  "4F2A1.1/mail.acme.example",
  `This is the mail system at host mail.acme.example.

<x@partner.example>: host eu-smtp-inbound-1.vendor.example[192.0.2.1] said: 550
    Invalid Recipient - https://community.vendor.example/docs/DOC-1369#550
    [Ao7yzLKXPK6Cb5Wq9fXg5A.uk91] (in reply to RCPT TO command)`,
  `Reporting-MTA: dns; mail.acme.example
X-Postfix-Queue-ID: 4F2A11234
Arrival-Date: Mon, 23 Nov 2026 11:00:01 +0100 (CET)

Final-Recipient: rfc822; x@partner.example
Original-Recipient: rfc822;x@partner.example
Action: failed
Status: 5.0.0
Remote-MTA: dns; eu-smtp-inbound-1.vendor.example
Diagnostic-Code: smtp; 550 Invalid Recipient -
    https://community.vendor.example/docs/DOC-1369#550
    [Ao7yzLKXPK6Cb5Wq9fXg5A.uk91]`,
)}`,
  delayed: `From: MAILER-DAEMON@mail.acme.example
Subject: Delayed Mail (still being retried)
${report(
  "d",
  "####################################################################\n# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #",
  `Reporting-MTA: dns; mail.acme.example

Final-Recipient: rfc822; x@partner.example
Action: delayed
Status: 4.0.0
Remote-MTA: dns; us-smtp-outbound-1.vendor.example
Diagnostic-Code: smtp; 451 Open relay not allowed - https://community.vendor.example/docs/DOC-1369#451 [abcDEF-gh_1.us166]
Will-Retry-Until: Sat, 28 Nov 2026 11:00:01 +0100 (CET)`,
)}`,
  exchange: `From: postmaster@acme.example
Subject: Undeliverable: Hello
${report(
  "_x_",
  `Delivery has failed to these recipients or groups:

x@partner.example
Your message wasn't delivered because of security policies.

Diagnostic information for administrators:

Generating server: EX01.acme.example

x@partner.example
eu-smtp-inbound-2.vendor.example
Remote Server returned '554 Email rejected due to security policies - https://community.vendor.example/docs/DOC-1369#554 [q1W2e3R4t5Y6u7I8o9P0aA.uk246]'`,
  `Reporting-MTA: dns;EX01.acme.example
Received-From-MTA: dns;EX01.acme.example
Arrival-Date: Mon, 23 Nov 2026 10:00:01 +0000

Final-Recipient: rfc822;x@partner.example
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp;554 Email rejected due to security policies - https://community.vendor.example/docs/DOC-1369#554 [q1W2e3R4t5Y6u7I8o9P0aA.uk246]
Remote-MTA: dns;eu-smtp-inbound-2.vendor.example`,
)}`,
  microsoft365: `From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@acme.example>
Subject: Undeliverable: Hello
MIME-Version: 1.0
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

<html><body><h2>Your message to x@partner.example couldn't be delivered.</h2>
<p>Error Details</p><table><tr><td>Error:</td><td>550 5.4.1 Recipient address rejected: Ac=
cess denied. [AM0EUR02FT012.eop-EUR02.prod.protection.outlook.com]</td></tr>
<tr><td>Message rejected by:</td><td>mx.partner.example</td></tr></table></body></html>
`,
  gmail: `From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
Subject: Delivery Status Notification (Failure)
${report(
  "000000000000g",
  `** Address not found **

Your message wasn't delivered to x@partner.example because the address couldn't be found.

The response from the remote server was:
550 5.1.1 <x@partner.example>: Recipient address rejected: User unknown in virtual mailbox table`,
  `Reporting-MTA: dns; googlemail.com
Arrival-Date: Mon, 23 Nov 2026 02:00:01 -0800 (PST)

Final-Recipient: rfc822; x@partner.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.partner.example. (192.0.2.9, the server for the domain partner.example.)
Diagnostic-Code: smtp; 550 5.1.1 <x@partner.example>: Recipient address rejected: User unknown in virtual mailbox table
Last-Attempt-Date: Mon, 23 Nov 2026 02:00:02 -0800 (PST)`,
)}`,
  exim: `From: Mail Delivery System <Mailer-Daemon@mail.acme.example>
Subject: Mail delivery failed: returning message to sender
Date: Mon, 23 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

This message was created automatically by mail delivery software.

  x@partner.example
    host usb-smtp-inbound-1.vendor.example [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<x@partner.example>:
    550 Administrative prohibition - envelope blocked - https://community.vendor.example/docs/DOC-1369#550 [aBcDeFgHiJkLmNoPqRsTuV.usb72]
`,
};
