import { goodSpf, healthyZone, type Site, vendor, vendorMx, type WebPolicy } from "../site.ts";

const notice = '_mta-sts 300 IN TXT "v=STSv1; id=20261101T1200"';
const policyOf = (mode: string, hosts: string[]): string =>
  ["version: STSv1", `mode: ${mode}`, ...hosts.map((host) => `mx: ${host}`), "max_age: 604800", ""].join("\r\n");
const enforced = policyOf("enforce", vendor.mx);

/** A site with an MTA-STS notice and what its policy host does. */
const withPolicy = (name: string, why: string, policy: WebPolicy, run: Site["run"]): Site => ({
  ...{ name, why, run },
  records: [...healthyZone, notice],
  policies: { "mta-sts": policy },
});
const oldHost: Pick<Site, "hosts"> = { hosts: { "mx.old": { server: "postfix" } } };
const oldMx = ["@ 300 IN MX 10 mx.old", goodSpf];
const tlsa = "_25._tcp.mx.old 300 IN TLSA 3 1 1 {tlsa:mx.old}";

/** MTA-STS, TLS-RPT and DANE: step 5, before the MX change. */
export const protectionSites: Site[] = [
  withPolicy("sts-ready", "The policy names the vendor's hosts, and is enforced: mail arrives.", { body: enforced }, [
    { check: "mta-sts", verdict: "pass", says: [/mode enforce, remembered for 7 days/, /20261101T1200/] },
  ]),
  {
    ...withPolicy(
      "sts-without-vendor",
      "MTA-STS is enforced and names the old host only: after the MX change senders refuse to deliver.",
      { body: policyOf("enforce", ["mx.old.sts-without-vendor.example"]) },
      [
        {
          check: "mta-sts",
          verdict: "fail",
          says: [/mode enforce and covers none of the region's MX hosts/, /Add “mx: eu-smtp-inbound-1/, /another id/],
        },
      ],
    ),
    records: [...oldMx, notice],
    ...oldHost,
  },
  {
    ...withPolicy(
      "sts-testing",
      "The same in mode testing: senders deliver, and report.",
      { body: policyOf("testing", ["mx.old.sts-testing.example"]) },
      [{ check: "mta-sts", verdict: "warn", says: [/mode testing and covers none/] }],
    ),
    records: [...oldMx, notice],
    ...oldHost,
  },
  withPolicy(
    "sts-expired",
    "The policy host's certificate ran out: senders that remember the old policy go on with it.",
    { body: enforced, certificate: "expired" },
    [{ check: "mta-sts", verdict: "fail", says: [/expired on/, /mta-sts\.sts-expired\.example/] }],
  ),
  withPolicy(
    "sts-wrong-name",
    "The policy host is an alias of a web server that has no certificate for it.",
    { body: enforced, certificate: "other-name" },
    [{ check: "mta-sts", verdict: "fail", says: [/not good for that name/] }],
  ),
  withPolicy(
    "sts-redirect",
    "The web server sends everything to its start page: senders do not follow.",
    { body: "", status: 301, location: "https://www.elsewhere.example/" },
    [{ check: "mta-sts", verdict: "fail", says: [/redirect.*must not follow/] }],
  ),
  withPolicy("sts-no-file", "The notice was published, the file was not.", { body: "", status: 404 }, [
    { check: "mta-sts", verdict: "fail", says: [/404.*instead of the policy/] },
  ]),
  withPolicy("sts-as-page", "The policy is served as a web page.", { body: enforced, type: "text/html" }, [
    { check: "mta-sts", verdict: "warn", says: [/sends the policy as “text\/html”/] },
  ]),
  {
    name: "tls-reports",
    why: "Reports about failed encryption: a good address for one domain, a mistyped one for the other, none for the third.",
    records: [...healthyZone, '_smtp._tls 300 IN TXT "v=TLSRPTv1; rua=mailto:tls@elsewhere.example"'],
    zones: [
      {
        name: "tls-reports-mistyped.example",
        records: [...vendorMx, '_smtp._tls 300 IN TXT "v=TLSRPTv1; rua=tls@elsewhere.example"'],
      },
      { name: "tls-reports-none.example", records: vendorMx },
    ],
    answers: {
      rows: {
        domains: ["tls-reports", "tls-reports-mistyped", "tls-reports-none"].map((name) => ({
          id: name,
          values: { name: `${name}.example`, use: "send-receive" },
        })),
      },
    },
    run: [
      {
        check: "tls-rpt",
        verdict: "warn",
        says: [
          /to mailto:tls@elsewhere\.example/,
          /is no address for reports/,
          /tls-reports-none\.example: There is no/,
        ],
      },
    ],
  },
  {
    name: "dane-of-old-host",
    why: "The old host has DANE: its records are to go with it, after the MX change and not before.",
    records: [...oldMx, tlsa],
    ...oldHost,
    signatures: "valid",
    run: [
      {
        check: "dane",
        verdict: "pass",
        says: [/Secured by DNSSEC, as the resolver says/, /left over and can go with the host/],
      },
    ],
  },
  {
    name: "dane-without-dnssec",
    why: "TLSA records in a zone that nobody signs: senders ignore them, and the operator believes in them.",
    records: [...oldMx, tlsa],
    ...oldHost,
    run: [{ check: "dane", verdict: "warn", says: [/not secured by DNSSEC: senders ignore the records/] }],
  },
  {
    name: "dane-unseen",
    why: "The resolver of this network verifies nothing: whether senders use the records cannot be seen here.",
    records: [...oldMx, tlsa],
    ...oldHost,
    signatures: "valid",
    isResolverBlind: true,
    run: [{ check: "dane", verdict: "not-measurable", says: [/does not verify DNSSEC/] }],
  },
  {
    name: "dane-signatures-lost",
    why: "The zone's signatures ran out: senders with DANE cannot find out, and hold the mail back.",
    records: [...oldMx, tlsa],
    ...oldHost,
    signatures: "expired",
    run: [{ check: "dane", verdict: "not-measurable", says: [/SERVFAIL/] }],
  },
];
