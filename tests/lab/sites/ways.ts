import type { Script } from "../../unit/checks/fake-smtp.ts";
import { type Answers, healthyZone, type Site } from "../site.ts";

const dynamic: Answers = { fields: { "outbound.dynamic": true } };
const offer = "250-eu-smtp-outbound-1\r\n250 AUTH PLAIN LOGIN\r\n";
/** A smart host of the site's own with a submission port that answers a log-on so. */
const logOn = (name: string, why: string, reply: string, run: Site["run"]): Site => {
  const host = `eu-smtp-outbound-1.${name}-gateway.example`;
  const script: Script = { greeting: `220 ${host} ESMTP\r\n` };
  return {
    ...{ name, why, run, answers: dynamic },
    hosts: {
      [`${host}.`]: {
        server: "scripted",
        certificate: "valid",
        script,
        submission: { ...script, ehloTls: offer, commands: [[/^AUTH/, reply]] },
      },
    },
    region: { "smart-hosts": [host] },
  };
};
const archiving: Pick<Site, "services" | "answers"> = {
  services: ["email-security", "archiving"],
  answers: { fields: { "journaling.transport": "smtp" } },
};
const sendsFrom = (network: string): Answers => ({
  rows: { outboundAddresses: [{ id: "o1", values: { network } }] },
});
const withConsole = (name: string): Pick<Site, "policies" | "region"> => ({
  policies: { console: { body: "" } },
  region: { console: [`https://console.${name}.example`], api: [] },
});

/** Ways out, names of addresses, log-on and journal: steps 1, 3 and 4. */
export const waySites: Site[] = [
  logOn("log-on-works", "The server's address changes, so it logs on.", "235 2.7.0 Welcome\r\n", [
    { check: "smart-host", verdict: "pass", hasAccount: true, says: [/were taken with “235/] },
    { check: "smart-host", verdict: "not-measurable", says: [/no user name and password were given/] },
  ]),
  logOn(
    "directory-password",
    "A directory password was entered on port 587: “535 Incorrect authentication data”.",
    "535 Incorrect authentication data - https://community.mimecast.com/docs/DOC-1369#535 [lab.uk91]\r\n",
    [
      {
        check: "smart-host",
        verdict: "fail",
        hasAccount: true,
        says: [/refused with “535/, /cloud password of the account/],
      },
    ],
  ),
  {
    name: "journal-ready",
    why: "The region's journal hosts answer.",
    ...archiving,
    run: [
      {
        check: "journal-hosts",
        verdict: "pass",
        says: [/journal\.journal-ready\.example arrives there is not part of this probe/],
      },
    ],
  },
  {
    name: "journal-to-smart-host",
    why: "The journal connector points at the general smart hosts of another region.",
    ...archiving,
    hosts: {
      "eu-smtp-journal-1": {
        server: "postfix",
        settings: ["smtpd_banner = us-smtp-outbound-1.journal-to-smart-host.example ESMTP"],
      },
    },
    region: { "journal-hosts": ["eu-smtp-journal-1.journal-to-smart-host.example"] },
    run: [{ check: "journal-hosts", verdict: "fail", says: [/names a host of another region/] }],
  },
  {
    name: "named-address",
    why: "The outbound address has a name that leads back to it.",
    records: [...healthyZone, "out 300 IN A 203.0.113.10"],
    zones: [{ name: "10.113.0.203.in-addr.arpa", records: ["@ 300 IN PTR out.named-address.example."] }],
    answers: sendsFrom("203.0.113.10"),
    run: [{ check: "reverse-dns", verdict: "pass", says: [/The name is out\.named-address\.example/] }],
  },
  {
    name: "unconfirmed-address",
    why: "The address still has the name of the customer before.",
    zones: [{ name: "11.113.0.203.in-addr.arpa", records: ["@ 300 IN PTR mail.unconfirmed-address.example."] }],
    answers: sendsFrom("203.0.113.11"),
    run: [{ check: "reverse-dns", verdict: "warn", says: [/does not lead back to the address/] }],
  },
  {
    name: "nameless-address",
    why: "The provider gave the address no name.",
    answers: sendsFrom("203.0.113.12"),
    run: [{ check: "reverse-dns", verdict: "warn", says: [/The address has no name/] }],
  },
  {
    name: "ways-open",
    why: "Every way out that the project needs is open.",
    directory: { server: "slapd" },
    ...withConsole("ways-open"),
    run: [{ check: "egress", verdict: "pass", says: [/the certificate is good for the name/] }],
  },
  {
    name: "inspected-web",
    why: "The network reads HTTPS with a certificate of its own.",
    directory: { server: "slapd" },
    ...withConsole("inspected-web"),
    policies: { console: { body: "", certificate: "self-signed" } },
    run: [{ check: "egress", verdict: "warn", says: [/something else than the service may answer/] }],
  },
];
