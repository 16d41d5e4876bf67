/** Replies to try the page with; the last one comes from another grid than most engagements'. */
export const examples = [
  {
    title: "The smart host refuses to relay",
    text: "451 Open relay not allowed - https://community.mimecast.com/docs/DOC-1369#451 [Ao7yzLKXPK6Cb5Wq9fXg5A.uk91]",
  },
  {
    title: "A bounce about an unknown recipient",
    text: `Final-Recipient: rfc822; ada@example.com
Action: failed
Status: 5.0.0
Remote-MTA: dns; eu-smtp-inbound-1.mimecast.com
Diagnostic-Code: smtp; 550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550 [q1W2e3R4t5Y6u7I8o9P0aA.uk246]`,
  },
  {
    title: "A line of a Postfix log, from another grid",
    text: "Nov 23 10:00:01 mail postfix/smtp[4711]: 4F2A1: to=<bob@example.org>, relay=us-smtp-inbound-1.mimecast.com[192.0.2.1]:25, delay=2.1, dsn=4.0.0, status=deferred (host us-smtp-inbound-1.mimecast.com[192.0.2.1] said: 451 Internal resources are temporarily unavailable - https://community.mimecast.com/docs/DOC-1369#451 [aBcDeFgHiJkLmNoPqRsTuV.us166] (in reply to RCPT TO command))",
  },
] as const;
