import { type Answers, goodDmarc, healthyZone, type Site, vendor, vendorMx } from "../site.ts";

const named = (name: string, selector: string): Answers => ({
  rows: { domains: [{ id: "d1", values: { name: `${name}.example`, use: "send-receive", selector } }] },
});
const withKey = (name: string, why: string, key: string, run: Site["run"]): Site => ({
  ...{ name, why, run },
  records: [...healthyZone, ...(key === "" ? [] : [`mc1._domainkey 300 IN TXT "${key}"`])],
  answers: named(name, "mc1"),
});
const withSpf = (name: string, why: string, spf: string, run: Site["run"]): Site => ({
  ...{ name, why, run },
  records: [...vendorMx, `@ 300 IN TXT "${spf}"`, goodDmarc],
});

/** DKIM keys and the addresses that send: step 3. */
export const keySites: Site[] = [
  withKey("key-sound", "The key of the signing definition is published.", "v=DKIM1; k=rsa; p={rsa:2048}", [
    { check: "dkim-record", verdict: "pass", says: [/whether mail is signed with it, only a received message shows/] },
  ]),
  withKey("key-short", "The key is from the days of 512 bits.", "v=DKIM1; k=rsa; p={rsa:512}", [
    { check: "dkim-record", verdict: "fail", says: [/512/] },
  ]),
  withKey("key-missing", "The signing policy was made before the key was published: DKIM fails for all mail.", "", [
    { check: "dkim-record", verdict: "warn", says: [/No key is published at mc1\._domainkey\.key-missing\.example/] },
  ]),
  withKey("key-revoked", "The key was revoked when the old gateway was cancelled.", "v=DKIM1; k=rsa; p=", [
    { check: "dkim-record", verdict: "fail", says: [/revoked/i] },
  ]),
  withSpf(
    "senders-covered",
    "The customer's address and the vendor's range pass.",
    `v=spf1 ip4:192.0.2.10 include:${vendor.spf} ~all`,
    [
      {
        check: "spf-senders",
        verdict: "pass",
        says: [/192\.0\.2\.10 passes/, /Every address of the vendor's range passes/],
      },
    ],
  ),
  withSpf(
    "own-sender-forgotten",
    "The vendor's include replaced the customer's own addresses, and mail still leaves directly.",
    `v=spf1 include:${vendor.spf} -all`,
    [{ check: "spf-senders", verdict: "warn", says: [/192\.0\.2\.10 does not pass in full/] }],
  ),
  withSpf("vendor-not-covered", "The old record covers the customer's server only.", "v=spf1 ip4:192.0.2.10 -all", [
    { check: "spf-senders", verdict: "fail", says: [/Addresses the vendor sends from do not pass/] },
  ]),
];
