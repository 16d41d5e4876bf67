import type { Place } from "../namespaces.ts";
import { addresses } from "../namespaces.ts";
import type { Expectation } from "../site.ts";

/** A customer's site behind a firewall; where a check is run decides what it sees. Port 25 is the customer's real one. */
export interface FirewallSite {
  name: string;
  why: string;
  /** nftables rules of the customer's server and of the network the laptop is in. */
  rules: { customer?: string[]; laptop?: string[] };
  run: (Expectation & { from: Place })[];
}

const [listed = ""] = addresses.vendor.v4;
const admit = (port: number) => `ip saddr { ${addresses.vendor.v4.join(", ")} } tcp dport ${port} accept`;
/** The inbound host by the name that has an IPv6 address, too. */
const bothFamilies = { rows: { inboundHosts: [{ id: "i1", values: { host: "both.acme.example", port: 25 } }] } };

/** Firewalls: step 6, proven from an address that is listed and from one that is not. */
export const firewallSites: readonly FirewallSite[] = [
  {
    name: "before-lockdown",
    why: "The MX records are moved, the firewall still lets everybody in.",
    rules: {},
    run: [
      { from: "laptop", check: "lockdown", verdict: "fail", says: [/mail can go round the vendor/] },
      { from: "laptop", check: "inbound-host", verdict: "pass" },
    ],
  },
  {
    name: "locked",
    why: "The firewall admits the vendor's addresses and drops the rest: after lockdown a probe that fails is the pass.",
    rules: { customer: [admit(25), "tcp dport 25 drop"] },
    run: [
      {
        ...{ from: "laptop", check: "lockdown", verdict: "pass" },
        says: [
          /no answer within the time allowed/,
          /eu-smtp-outbound-1\.mimecast\.com:25 \(192\.0\.2\.20\) answered from the same place/,
          /Other places are not tested/,
        ],
      },
      { from: "vendor", check: "lockdown", verdict: "fail", says: [/run the check again from outside/] },
      { from: "vendor", check: "inbound-host", verdict: "pass" },
      {
        from: "laptop",
        check: "inbound-host",
        verdict: "not-measurable",
        says: [/right when the firewall admits the vendor's addresses only/],
      },
      { from: "laptop", check: "smart-host", verdict: "pass" },
    ],
  },
  {
    name: "rejecting",
    why: "The firewall answers with a reset instead of dropping: locked all the same.",
    rules: { customer: [admit(25), "tcp dport 25 reject with tcp reset"] },
    run: [
      { from: "laptop", check: "lockdown", verdict: "pass", says: [/the connection was refused/] },
      { from: "vendor", check: "inbound-host", verdict: "pass" },
    ],
  },
  {
    name: "prohibiting",
    why: "The firewall answers “administratively prohibited”.",
    rules: { customer: [admit(25), "tcp dport 25 reject with icmpx type admin-prohibited"] },
    run: [{ from: "laptop", check: "lockdown", verdict: "pass", says: [/there is no route to the host/] }],
  },
  {
    name: "forgotten-ipv6",
    why: "IPv4 is locked, IPv6 was forgotten: the old path is open to everybody who uses it.",
    rules: { customer: [admit(25), "meta nfproto ipv4 tcp dport 25 drop"] },
    run: [
      {
        ...{ from: "laptop", check: "lockdown", verdict: "fail", answers: bothFamilies },
        says: [/\(2001:db8::10\): The host can be reached/, /\(192\.0\.2\.10\): No SMTP connection from this place/],
      },
    ],
  },
  {
    name: "open-relay",
    why: "A server relays for the whole world: strangers send through it, and its address ends on block lists.",
    rules: {},
    run: [
      {
        ...{ from: "laptop", check: "open-relay", verdict: "fail", says: [/it is an open relay/] },
        answers: { rows: { inboundHosts: [{ id: "i1", values: { host: "relay.acme.example", port: 25 } }] } },
      },
      { from: "laptop", check: "open-relay", verdict: "pass" },
    ],
  },
  {
    name: "old-gateway-left",
    why: "A rule of the old filter was left in front: its whole network still gets through, and the laptop is in it.",
    rules: {
      customer: [
        "ip saddr 192.0.2.0/27 tcp dport 25 accept",
        "ip saddr 192.0.2.30 tcp dport 25 accept",
        "tcp dport 25 drop",
      ],
    },
    run: [{ from: "laptop", check: "lockdown", verdict: "fail" }],
  },
  {
    name: "guest-network",
    why: "The laptop is in a network that lets no SMTP out: everything looks locked, and nothing is proven.",
    rules: { laptop: ["tcp dport 25 drop"] },
    run: [
      {
        from: "laptop",
        check: "lockdown",
        verdict: "not-measurable",
        says: [/seems to let no SMTP out/, /tethered telephone/],
      },
      {
        from: "laptop",
        check: "smart-host",
        verdict: "not-measurable",
        says: [/says nothing about the customer's mail server/],
      },
      { from: "laptop", check: "inbound-host", verdict: "not-measurable" },
    ],
  },
  {
    name: "one-way-out",
    why: "The rule for outbound mail names one of the two smart hosts.",
    rules: { laptop: [`ip daddr ${listed} tcp dport 25 accept`, "tcp dport 25 drop"] },
    run: [
      {
        from: "laptop",
        check: "smart-host",
        verdict: "fail",
        says: [/another smart host answered from the same place/, /Open TCP 25 to every smart host/],
      },
    ],
  },
  {
    name: "directory-without-rule",
    why: "The domain controller is behind address translation without a rule: the synchronisation cannot reach it.",
    rules: { customer: ['iifname "outside" tcp dport 636 drop'] },
    run: [
      {
        from: "vendor",
        check: "directory",
        verdict: "not-measurable",
        password: "right",
        says: [/From outside the directory's network that is usual/],
      },
      { from: "customer", check: "directory", verdict: "pass", password: "right" },
    ],
  },
  {
    name: "directory-with-rule",
    why: "The rule admits the vendor's addresses to the domain controller.",
    rules: { customer: [admit(636), "tcp dport 636 drop"] },
    run: [
      { from: "vendor", check: "directory", verdict: "pass", password: "right" },
      { from: "laptop", check: "directory", verdict: "not-measurable", password: "right" },
    ],
  },
];
