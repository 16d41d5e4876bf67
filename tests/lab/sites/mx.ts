import { goodDmarc, goodSpf, healthyZone, type Site, vendorMx } from "../site.ts";

const oldMx = (ttl = 300) => `@ ${ttl} IN MX 10 mx.old-filter`;
const oldHost = "mx.old-filter 300 IN A 198.51.100.77";
const rest = [goodSpf, goodDmarc];

/** MX records: step 5, and what it looks like before. */
export const mxSites: Site[] = [
  {
    name: "healthy",
    why: "Nothing is wrong: every check must say so, and no more than it saw.",
    directory: { server: "slapd" },
    run: [
      { check: "mx-records", verdict: "pass", says: [/All MX hosts are the region's/], silentAbout: [/deliver/i] },
      { check: "spf-record", verdict: "pass", says: [/costs 1 of 10 look-ups/] },
      { check: "dmarc-record", verdict: "pass" },
      { check: "smart-host", verdict: "pass", says: [/may relay is not part of this probe/] },
      { check: "inbound-host", verdict: "pass", says: [/the console's own test only/] },
      { check: "directory", verdict: "pass", password: "right", says: [/finds 5 entries/] },
      { check: "directory", verdict: "not-measurable", says: [/no password was given/] },
    ],
  },
  {
    name: "before-change",
    why: "The MX change is planned, but the records live for a day in caches: the change, and taking it back, would take a day.",
    records: [oldMx(86_400), oldHost, ...rest],
    run: [
      { check: "mx-records", verdict: "warn", says: [/Still on mx\.old-filter/, /live for 86400 s/, /Lower the TTL/] },
    ],
  },
  {
    name: "low-priority-left",
    why: "An MX record of low priority was left: spammers take that one, and its mail is not filtered.",
    records: [...healthyZone, "@ 300 IN MX 90 mx.old-filter", oldHost],
    run: [{ check: "mx-records", verdict: "fail", says: [/mixed: mx\.old-filter\.low-priority-left\.example/] }],
  },
  {
    name: "alias-target",
    why: "The MX record names an alias of the vendor's host: some senders refuse that.",
    records: ["@ 300 IN MX 10 mx1", "mx1 300 IN CNAME eu-smtp-inbound-1.mimecast.com.", ...rest],
    run: [{ check: "mx-records", verdict: "fail", says: [/is an alias \(CNAME\) of eu-smtp-inbound-1/] }],
  },
  {
    name: "mistyped-target",
    why: "A host was mistyped: half of the senders find no address and wait.",
    records: [vendorMx[0] ?? "", "@ 300 IN MX 10 eu-smtp-inbond-2.mimecast.com.", ...rest],
    run: [{ check: "mx-records", verdict: "fail", says: [/eu-smtp-inbond-2\.mimecast\.com has no address/] }],
  },
  {
    name: "other-region",
    why: "The hosts of another region were published: that region does not know the domain.",
    records: ["@ 300 IN MX 10 us-smtp-inbound-1.mimecast.com.", ...rest],
    run: [{ check: "mx-records", verdict: "fail", says: [/not an MX host of this account's region/] }],
  },
  {
    name: "one-host",
    why: "Only one of the two hosts is published: no mail when that site is down.",
    records: [vendorMx[0] ?? "", ...rest],
    run: [{ check: "mx-records", verdict: "warn", says: [/eu-smtp-inbound-2\.mimecast\.com is missing/] }],
  },
  {
    name: "forgotten-domain",
    why: "The first domain was moved, the second was forgotten on the old MX.",
    zones: [{ name: "forgotten-too.example", records: ["@ 300 IN MX 10 mx.old-filter", oldHost, ...rest] }],
    answers: {
      rows: {
        domains: [
          { id: "d1", values: { name: "forgotten-domain.example", use: "send-receive" } },
          { id: "d2", values: { name: "forgotten-too.example", use: "send-receive" } },
        ],
      },
    },
    run: [{ check: "mx-records", verdict: "warn", says: [/forgotten-too\.example: Still on/] }],
  },
  {
    name: "no-mx",
    why: "The records were deleted before the new ones were made: senders fall back to the domain's own address.",
    records: ["@ 300 IN A 198.51.100.80", ...rest],
    run: [{ check: "mx-records", verdict: "fail", says: [/no MX record; senders fall back/] }],
  },
  {
    name: "null-mx",
    why: "A template of a parked domain was applied: a null MX refuses all mail.",
    records: ["@ 300 IN MX 0 .", ...rest],
    run: [{ check: "mx-records", verdict: "fail", says: [/null MX/] }],
  },
  {
    name: "lagging-server",
    why: "The second name server did not get the new zone: half of the senders see the old records.",
    records: [...healthyZone, oldHost],
    second: [oldMx(), oldHost, ...rest],
    run: [
      {
        check: "mx-records",
        verdict: "warn",
        says: [/disagree/, /ns2\.lagging-server\.example has 10 mx\.old-filter/],
      },
    ],
  },
  {
    name: "stale-cache",
    why: "The records were changed a moment ago: the resolver still has the old ones, and says for how long.",
    records: [...healthyZone, oldHost],
    earlier: [oldMx(), oldHost, ...rest],
    run: [
      {
        check: "mx-records",
        verdict: "warn",
        says: [/the resolver still answers 10 mx\.old-filter/, /Keep the old route until/],
        silentAbout: [/Still on/, /change the MX records to/],
      },
    ],
  },
  {
    name: "lame-server",
    why: "A name server that the delegation names does not carry the zone.",
    second: "refuses",
    run: [{ check: "mx-records", verdict: "warn", says: [/Not every name server/, /ns2\.lame-server\.example/] }],
  },
  {
    name: "silent-server",
    why: "A name server that the delegation names is switched off.",
    second: "down",
    run: [{ check: "mx-records", verdict: "warn", says: [/Not every name server/, /ns2\.silent-server\.example/] }],
  },
  {
    name: "expired-signatures",
    why: "The zone's DNSSEC signatures ran out: validating resolvers answer nothing, others answer as ever.",
    signatures: "expired",
    run: [
      { check: "mx-records", verdict: "error", says: [/DNSSEC signatures/] },
      { check: "spf-record", verdict: "error" },
      { check: "dmarc-record", verdict: "error" },
    ],
  },
  {
    name: "signed",
    why: "A signed zone whose signatures hold is as good as any other.",
    signatures: "valid",
    run: [
      { check: "mx-records", verdict: "pass" },
      { check: "spf-record", verdict: "pass" },
    ],
  },
  {
    name: "unregistered",
    why: "The domain was mistyped in the Request for Information: nobody has registered it.",
    answers: { rows: { domains: [{ id: "d1", values: { name: "unregisterd.example", use: "send-receive" } }] } },
    run: [
      { check: "mx-records", verdict: "fail", says: [/does not exist \(NXDOMAIN/] },
      { check: "spf-record", verdict: "fail", says: [/does not exist \(NXDOMAIN\)/] },
    ],
  },
];
