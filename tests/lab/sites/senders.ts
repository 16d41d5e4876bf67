import { goodDmarc, goodSpf, type Site, vendor, vendorMx } from "../site.ts";

const withSpf = (...records: string[]) => [
  ...vendorMx,
  ...records.map((record) => `@ 300 IN TXT ${record}`),
  goodDmarc,
];
const withDmarc = (...records: string[]) => [
  ...vendorMx,
  goodSpf,
  ...records.map((record) => `_dmarc 300 IN TXT ${record}`),
];
const include = `include:${vendor.spf}`;

/** SPF and DMARC: step 3, before the connector is switched. */
export const senderSites: Site[] = [
  {
    name: "spf-not-updated",
    why: "The connector was switched before SPF was changed: recipients put the mail into the spam folder.",
    records: withSpf('"v=spf1 ip4:192.0.2.10 mx -all"'),
    run: [{ check: "spf-record", verdict: "fail", says: [/does not lead to the region's include/] }],
  },
  {
    name: "two-spf-records",
    why: "The vendor's record was added beside the old one: two records are a permanent error.",
    records: withSpf('"v=spf1 ip4:192.0.2.10 ~all"', `"v=spf1 ${include} ~all"`),
    run: [{ check: "spf-record", verdict: "fail", says: [/2 SPF records/, /Merge them/] }],
  },
  {
    name: "too-many-look-ups",
    why: "The global include was taken instead of the region's, and four other senders are in the record: 11 look-ups and more.",
    records: [
      ...withSpf(
        '"v=spf1 include:_netblocks.mimecast.com include:s1 include:s2 include:s3 include:s4 ~all"'.replace(
          /:s(\d)/g,
          ":s$1.too-many-look-ups.example",
        ),
      ),
      ...[1, 2, 3, 4].map((number) => `s${number} 300 IN TXT "v=spf1 ip4:203.0.113.${number} ~all"`),
    ],
    run: [{ check: "spf-record", verdict: "fail", says: [/costs 11 look-ups, 10 are allowed/, /global include/] }],
  },
  {
    name: "global-include",
    why: "The global include alone costs seven look-ups: it works, and leaves little room.",
    records: withSpf('"v=spf1 include:_netblocks.mimecast.com ~all"'),
    run: [{ check: "spf-record", verdict: "warn", says: [/global include/, /7 here/] }],
  },
  {
    name: "other-regions-include",
    why: "The include of another region stands beside the right one, and the record ends in +all.",
    records: withSpf(`"v=spf1 ${include} include:us._netblocks.mimecast.com +all"`),
    run: [
      { check: "spf-record", verdict: "warn", says: [/another region's include/, /every server in the world passes/] },
    ],
  },
  {
    name: "dead-senders",
    why: "Three senders of the past are still in the record, and their names are gone: more than two void look-ups are a permanent error.",
    records: withSpf(
      `"v=spf1 ${include} a:old1.dead-senders.example a:old2.dead-senders.example exists:old3.dead-senders.example -all"`,
    ),
    run: [{ check: "spf-record", verdict: "fail", says: [/3 terms lead to names without an answer/] }],
  },
  {
    name: "spf-mistyped",
    why: "A network was mistyped: receivers take the whole record for an error.",
    records: withSpf(`"v=spf1 ip4:192.0.2.300 ${include} ~all"`),
    run: [{ check: "spf-record", verdict: "fail", says: [/syntax error/] }],
  },
  {
    name: "spf-circle",
    why: "Two records include one another.",
    records: [
      ...withSpf(`"v=spf1 ${include} include:partner.spf-circle.example ~all"`),
      'partner 300 IN TXT "v=spf1 include:spf-circle.example ~all"',
    ],
    run: [{ check: "spf-record", verdict: "fail", says: [/the record includes itself/] }],
  },
  {
    name: "many-texts",
    why: "So many verification records that the answer needs TCP, and an SPF record in several strings: nothing is wrong with that.",
    records: [
      ...withSpf(`"v=spf1 ip4:192.0.2.10 " "${include} " "~all"`),
      ...Array.from(
        { length: 30 },
        (_, index) => `@ 300 IN TXT "service-${index}-verification=${"0123456789".repeat(10)}"`,
      ),
    ],
    run: [{ check: "spf-record", verdict: "pass", says: [/look-ups/], shows: [/TXT many-texts\.example\..*\[tcp,/] }],
  },
  {
    name: "dmarc-missing",
    why: "Nobody would see who else sends as the domain.",
    records: withDmarc(),
    run: [{ check: "dmarc-record", verdict: "warn", says: [/Publish/] }],
  },
  {
    name: "two-dmarc-records",
    why: "A second DMARC record: receivers use none of them.",
    records: withDmarc('"v=DMARC1; p=none; rua=mailto:a@elsewhere.example"', '"v=DMARC1; p=reject"'),
    run: [{ check: "dmarc-record", verdict: "fail", says: [/2 DMARC records/] }],
  },
  {
    name: "dmarc-reject",
    why: "The policy refuses what the vendor does not sign yet: DMARC fails from the moment mail leaves through the vendor.",
    records: withDmarc('"v=DMARC1; p=reject; pct=50; rua=mailto:a@elsewhere.example"'),
    run: [{ check: "dmarc-record", verdict: "warn", says: [/policy is “reject”/, /pct/] }],
  },
  {
    name: "dmarc-inherited",
    why: "The mail domain is below the organisation's: its policy is found by the tree walk.",
    records: [
      ...withDmarc('"v=DMARC1; p=reject; sp=quarantine; rua=mailto:a@elsewhere.example"'),
      "mail.office 300 IN A 192.0.2.10",
    ],
    answers: {
      rows: { domains: [{ id: "d1", values: { name: "office.dmarc-inherited.example", use: "send-receive" } }] },
    },
    run: [
      { check: "dmarc-record", verdict: "pass", says: [/policy is “quarantine”.*record of dmarc-inherited\.example/] },
    ],
  },
];
