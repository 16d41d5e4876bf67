import type { Answers, MailHost, Site } from "../site.ts";

const promised: Answers = { fields: { "inbound.startTls": true } };
const site = (name: string, why: string, mail: MailHost, run: Site["run"], more: Partial<Site> = {}): Site => ({
  ...{ name, why, run },
  hosts: { mail },
  ...more,
});

/** The customer's own hosts: steps 5 and 6. */
export const inboundSites: Site[] = [
  site(
    "self-signed",
    "The server has the certificate it made itself: enough for relaxed encryption, refused by strict encryption.",
    { server: "postfix", certificate: "self-signed" },
    [
      { check: "inbound-host", verdict: "warn", says: [/self-signed/, /Relaxed encryption accepts this/] },
      { check: "inbound-host", verdict: "fail", answers: promised, says: [/publicly issued certificate is offered/] },
    ],
  ),
  site("expired-certificate", "Nobody renewed the certificate.", { server: "postfix", certificate: "expired" }, [
    { check: "inbound-host", verdict: "fail", says: [/expired on/, /Renew/] },
  ]),
  site(
    "expiring-certificate",
    "The certificate runs out during the project.",
    { server: "postfix", certificate: "expiring" },
    [{ check: "inbound-host", verdict: "warn", says: [/expires in 1[12] days/] }],
  ),
  site(
    "wrong-name",
    "The certificate is for the server's old name: strict encryption refuses it.",
    { server: "postfix", certificate: "other-name" },
    [
      {
        check: "inbound-host",
        verdict: "warn",
        says: [/is for old-mail\.wrong-name\.example, not for mail\.wrong-name\.example/],
      },
      { check: "inbound-host", verdict: "fail", answers: promised },
    ],
  ),
  site(
    "without-tls",
    "The server has no TLS: mail from the vendor arrives unencrypted.",
    { server: "postfix", certificate: "none" },
    [
      { check: "inbound-host", verdict: "warn", says: [/without STARTTLS/, /unencrypted only/] },
      { check: "inbound-host", verdict: "fail", answers: promised },
    ],
  ),
  site(
    "postscreen",
    "The server lets newcomers wait six seconds for its greeting: slow, and in order.",
    { server: "postfix", greetWait: 6 },
    [
      {
        check: "inbound-host",
        verdict: "pass",
        shows: [/< 220-mail\.postscreen\.example please wait/, /\[greeting, ([6-9]|[1-5]\d)\d{3}(\.\d)? ms\]/],
      },
    ],
  ),
  site(
    "tarpit",
    "The server sends its greeting letter by letter.",
    {
      server: "scripted",
      certificate: "valid",
      script: { greeting: "220 mail.tarpit.example ESMTP\r\n", dribble: 60 },
    },
    [{ check: "inbound-host", verdict: "pass", shows: [/\[greeting, \d{4,5}(\.\d)? ms\]/] }],
  ),
  site(
    "mute",
    "A device takes the connection and never greets.",
    { server: "scripted", script: { greeting: null } },
    [
      {
        check: "inbound-host",
        verdict: "fail",
        says: [/The connection was made, but no greeting came: no answer within the time/],
      },
    ],
    { network: { greetingTimeout: 1_000 } },
  ),
  site(
    "wrong-translation",
    "The address translation leads to a machine without a mail server: the delivery queue says “connection refused”.",
    { server: "nothing" },
    [
      { check: "inbound-host", verdict: "fail", says: [/the connection was refused/] },
      { check: "lockdown", verdict: "pass", says: [/the connection was refused/, /answered from the same place/] },
    ],
  ),
  {
    name: "unknown-host",
    why: "The inbound host of the Request for Information has no address.",
    answers: { rows: { inboundHosts: [{ id: "i1", values: { host: "mial.unknown-host.example", port: 25 } }] } },
    run: [
      { check: "inbound-host", verdict: "fail", says: [/has no address/] },
      { check: "lockdown", verdict: "not-measurable", says: [/nothing was tried/] },
    ],
  },
  site(
    "busy-server",
    "The server puts the probe off in its greeting: that is no proof of anything yet.",
    { server: "scripted", script: { greeting: "421 4.3.2 All server ports are busy\r\n" } },
    [
      { check: "inbound-host", verdict: "warn", says: [/put this address off/] },
      { check: "lockdown", verdict: "warn", says: [/it may accept later/] },
    ],
  ),
  site("not-locked", "The MX records are moved, the server still takes mail from everybody.", { server: "postfix" }, [
    { check: "lockdown", verdict: "fail", says: [/mail can go round the vendor/] },
  ]),
  site(
    "locked-by-server",
    "The server itself admits the vendor's addresses only, by a table of networks.",
    {
      server: "postfix",
      settings: [
        "smtpd_delay_reject = no",
        "smtpd_client_restrictions = check_client_access cidr:{ {198.51.100.0/24 OK} }, reject",
      ],
    },
    [
      { check: "lockdown", verdict: "pass", says: [/refuses this address with “554/] },
      { check: "inbound-host", verdict: "fail", says: [/refused this address/] },
    ],
  ),
  site(
    "device-behind",
    "The firewall lets the connection in, and a device behind it drops it.",
    { server: "scripted", script: { closes: true } },
    [{ check: "lockdown", verdict: "warn", says: [/The port is open from here, but no greeting came/] }],
  ),
  site(
    "hosted-mailboxes",
    "The provider's host answers everybody: the connector refuses later, which a greeting cannot show.",
    { server: "postfix" },
    [{ check: "lockdown", verdict: "not-measurable", says: [/their connector refuses during the message/] }],
    { family: "microsoft-365", platform: "microsoft-365" },
  ),
  site(
    "no-reference",
    "No host outside answers either: silence proves nothing.",
    { server: "nothing" },
    [{ check: "lockdown", verdict: "not-measurable", says: [/no reference host answered/] }],
    { region: { "smart-hosts": ["eu-smtp-outbound-1.no-reference-gateway.example"], "mx-hosts": [] } },
  ),
];
