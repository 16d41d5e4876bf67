import type { MailHost, Site } from "../site.ts";

/** A site whose smart hosts are its own, so that they can misbehave: named like the region's, in a domain of the site. */
const through = (name: string, why: string, hosts: MailHost[], run: Site["run"]): Site => {
  const names = hosts.map((_, index) => `eu-smtp-outbound-${index + 1}.${name}-gateway.example`);
  return {
    ...{ name, why, run },
    hosts: Object.fromEntries(hosts.map((host, index) => [`${names[index]}.`, host])),
    region: { "smart-hosts": names },
  };
};
const banner = (text: string) => [`smtpd_banner = ${text}`];
const works: MailHost = { server: "postfix" };
const extensions = "250-eu-smtp-outbound-1\r\n250-SIZE 104857600\r\n250-8BITMIME\r\n";

/** Smart hosts: step 3, as seen from the customer's place. */
export const gatewaySites: Site[] = [
  through(
    "old-tls",
    "The way to the smart host allows nothing newer than TLS 1.1: “553 This route requires TLS version 1.2 or greater”.",
    [
      {
        server: "scripted",
        certificate: "valid",
        maxVersion: "TLSv1.1",
        script: {
          greeting: "220 eu-smtp-outbound-1.old-tls-gateway.example ESMTP\r\n",
          ehlo: `${extensions}250 STARTTLS\r\n`,
        },
      },
    ],
    [{ check: "smart-host", verdict: "fail", says: [/no common TLS version/] }],
  ),
  through(
    "starttls-missing",
    "A proxy on the way does not pass STARTTLS on: no encryption where the route requires it.",
    [{ server: "postfix", certificate: "none" }],
    [{ check: "smart-host", verdict: "fail", says: [/EHLO was answered without STARTTLS/] }],
  ),
  through(
    "smtp-fixup",
    "The firewall inspects SMTP and masks greeting and extensions: STARTTLS is gone, long messages end early (451).",
    [
      {
        server: "scripted",
        script: {
          greeting: "220 **************************************************\r\n",
          ehlo: "250-eu-smtp-outbound-1\r\n250-SIZE\r\n250-XXXXXXXA\r\n250 XXXB\r\n",
        },
      },
    ],
    [
      {
        check: "smart-host",
        verdict: "fail",
        says: [/masked with asterisks/, /overwritten with X/, /Switch SMTP inspection off/],
      },
    ],
  ),
  through(
    "other-regions-host",
    "The smart hosts of a different region: relaying is refused although the account is right.",
    [{ server: "postfix", settings: banner("us-smtp-outbound-1.other-regions-host-gateway.example ESMTP") }],
    [{ check: "smart-host", verdict: "fail", says: [/names a host of another region/] }],
  ),
  through(
    "transparent-proxy",
    "The provider answers in place of the smart host, with a certificate of its own.",
    [{ server: "postfix", certificate: "self-signed", settings: banner("mailscan.provider.example ESMTP") }],
    [{ check: "smart-host", verdict: "fail", says: [/self-signed/, /another server may answer in their place/] }],
  ),
  through(
    "refused-address",
    "The customer's address is known for bad mail: the smart host refuses it in the greeting.",
    [
      {
        server: "postfix",
        settings: [
          "smtpd_delay_reject = no",
          "smtpd_client_restrictions = check_client_access static:{554 5.7.1 Host network not allowed}",
        ],
      },
    ],
    [{ check: "smart-host", verdict: "fail", says: [/refused this address with “554/] }],
  ),
  through(
    "too-many-connections",
    "More than 20 connections at once: “451 Account service is temporarily unavailable”, the address is blocked for five minutes.",
    [
      {
        server: "scripted",
        script: { greeting: "451 Account service is temporarily unavailable [lab.uk91]\r\n" },
      },
    ],
    [
      {
        check: "smart-host",
        verdict: "warn",
        says: [/put this address off with “451 Account service/, /Wait some minutes/],
      },
    ],
  ),
  through(
    "one-smart-host",
    "The firewall rule names one of the two smart hosts, the other is refused.",
    [works, { server: "nothing" }],
    [{ check: "smart-host", verdict: "fail", says: [/eu-smtp-outbound-2.*the connection was refused/] }],
  ),
  through(
    "expired-gateway",
    "A device on the way shows a certificate that has run out.",
    [{ server: "postfix", certificate: "expired" }],
    [{ check: "smart-host", verdict: "fail", says: [/expired on/] }],
  ),
  through(
    "web-proxy",
    "The port leads to a web proxy: what answers does not speak SMTP.",
    [{ server: "scripted", script: { greeting: "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n" } }],
    [{ check: "smart-host", verdict: "fail", says: [/does not speak SMTP/] }],
  ),
  ...(
    [
      [
        "not-authorised",
        "The customer's address is not authorised",
        "451 Open relay not allowed",
        /relay|authori[sz]ed/i,
      ],
      [
        "outbounds-disabled",
        "Outbound mail is switched off on the account",
        "451 Account outbounds disabled",
        /switched off/i,
      ],
    ] as const
  ).map(([name, why, reply, means]) => ({
    ...through(
      name,
      `${why}: “${reply}”. Mail only queues, and a greeting does not show it.`,
      [
        {
          server: "postfix",
          settings: [
            `smtpd_relay_restrictions = check_recipient_access static:{${reply} - https://community.mimecast.com/docs/DOC-1369#451 [lab.uk91]}, reject`,
          ],
        },
      ],
      [{ check: "smart-host", verdict: "pass", says: [/may relay is not part of this probe/] }],
    ),
    refusals: [{ host: `eu-smtp-outbound-1.${name}-gateway.example.`, means, lasting: "temporary" as const }],
  })),
  {
    name: "mistyped-smart-host",
    why: "The host name in the connector does not exist.",
    region: { "smart-hosts": ["eu-smtp-outbuond-1.mimecast.com"] },
    run: [{ check: "smart-host", verdict: "fail", says: [/has no address/] }],
  },
];
