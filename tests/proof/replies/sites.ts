import type { CheckContext } from "../../../src-main/checks/index.ts";
import type { TlsFacts } from "../../../src-main/checks/tls/facts.ts";
import { createContext } from "../../unit/checks/context.ts";
import type { FuzzSite } from "./fuzz-net.ts";
import { createDirectoryPeer, createMailPeer, createWebPeer, type MailSite } from "./servers.ts";

export const directoryPassword = "a password that stays here";
const customerPort = 2_525;
const directoryPort = 636;

const region = {
  "mx-hosts": ["eu-smtp-inbound-1.vendor.example", "eu-smtp-inbound-2.vendor.example"],
  "smart-hosts": ["eu-smtp-outbound-1.vendor.example"],
  "journal-hosts": ["eu-smtp-journal-1.vendor.example"],
  "spf-include": ["eu._netblocks.vendor.example"],
  "spf-netblocks": ["198.51.100.0/24"],
  api: ["https://eu-api.vendor.example"],
  console: ["https://login.vendor.example"],
};

/** One customer, whose every check has something to ask. */
const asked: CheckContext = createContext({
  region,
  answers: {
    fields: {
      "outbound.dynamic": false,
      "inbound.startTls": true,
      "recipients.validation": "call-forward",
      "recipients.directory": "ldap",
      "recipients.ldapHost": "dc1.acme.example",
      "recipients.ldapPort": directoryPort,
      "recipients.ldapEncryption": "strict",
      "recipients.rootDn": "dc=acme,dc=example",
      "recipients.bindDn": "cn=reader,dc=acme,dc=example",
      "recipients.knownAddress": "ada@acme.example",
      "journaling.transport": "smtp",
    },
    rows: {
      domains: [{ id: "d", values: { name: "acme.example", use: "send-receive", selector: "gateway" } }],
      inboundHosts: [{ id: "i", values: { host: "mail.acme.example", port: customerPort } }],
      outboundAddresses: [{ id: "o", values: { network: "192.0.2.10" } }],
    },
  },
});
export const context: CheckContext = { ...asked, services: ["email-security", "archiving"] };

const names = [
  ...[...region["mx-hosts"], ...region["smart-hosts"], ...region["journal-hosts"]],
  ...["eu-api.vendor.example", "login.vendor.example"],
  ...["mail.acme.example", "dc1.acme.example", "ns1.acme.example", "mta-sts.acme.example", "old.gateway.example"],
];

/** A certificate for every name of the site, as the handshake describes it. */
const tls: TlsFacts = {
  protocol: "TLSv1.3",
  cipher: "TLS_AES_256_GCM_SHA384",
  trusted: true,
  distrust: null,
  trustedBySettings: false,
  chain: [
    {
      subject: "CN=mail.acme.example",
      issuer: "CN=Some Authority",
      names,
      validFrom: "2020-01-01T00:00:00.000Z",
      validTo: "2099-01-01T00:00:00.000Z",
      fingerprint256: "AA:BB",
      der: "",
    },
  ],
};

const key = Buffer.concat([
  // SubjectPublicKeyInfo of RSA with 2048 bits: what is read of it is its frame and the size of the modulus.
  Buffer.from("30820122300d06092a864886f70d01010105000382010f003082010a0282010100", "hex"),
  Buffer.alloc(256, 0xb7),
  Buffer.from("0203010001", "hex"),
]).toString("base64");

interface Traits {
  mx: readonly string[];
  spf: string;
  dmarc: readonly string[];
  policy: string;
  dkim: string;
  mail: Partial<MailSite>;
  bind: number;
  tls: TlsFacts;
}

const sound: Traits = {
  mx: region["mx-hosts"],
  spf: "v=spf1 ip4:192.0.2.10 include:eu._netblocks.vendor.example -all",
  dmarc: ["v=DMARC1; p=none; rua=mailto:dmarc@acme.example"],
  policy: `version: STSv1\r\nmode: enforce\r\n${region["mx-hosts"].map((host) => `mx: ${host}\r\n`).join("")}max_age: 604800\r\n`,
  dkim: `v=DKIM1; k=rsa; p=${key}`,
  mail: {},
  bind: 0,
  tls,
};

/** Everything about it is wrong, so that no check may pass unless the spoilt bytes themselves say so. */
const unsound: Traits = {
  mx: ["old.gateway.example"],
  spf: "v=spf1 ip4:203.0.113.99 -all",
  dmarc: ["v=DMARC1; p=reject", "v=DMARC1; p=none"],
  policy: "version: STSv1\r\nmode: enforce\r\nmx: old.gateway.example\r\nmax_age: 604800\r\n",
  dkim: "v=DKIM1; k=rsa; p=",
  mail: {
    extensions: ["SIZE 1000"],
    known: "550 5.1.1 User unknown",
    unknown: "250 2.1.5 ok",
    stranger: "250 2.1.5 ok",
  },
  bind: 49,
  tls: { ...tls, trusted: false, distrust: "DEPTH_ZERO_SELF_SIGNED_CERT" },
};

function createSite({ mx, spf, dmarc, policy, dkim, mail, bind, tls: facts }: Traits): FuzzSite {
  const healthy: MailSite = {
    greeting: "220 eu-smtp-outbound-1.vendor.example ESMTP",
    extensions: ["SIZE 1000", "STARTTLS"],
    known: "250 2.1.5 ok",
    unknown: "550 5.1.1 User unknown",
    stranger: "550 5.7.1 Relaying denied",
    domain: "acme.example",
    recipient: "ada@acme.example",
    ...mail,
  };
  const { network } = context;
  return {
    zone: {
      ...Object.fromEntries(names.map((name) => [name, { A: ["192.0.2.20"] }])),
      "acme.example": {
        NS: ["ns1.acme.example"],
        MX: mx.map((exchange) => ({ preference: 10, exchange })),
        TXT: [spf],
        A: ["192.0.2.20"],
      },
      "eu._netblocks.vendor.example": { TXT: ["v=spf1 ip4:198.51.100.0/24 ~all"] },
      "_dmarc.acme.example": { TXT: [...dmarc] },
      "gateway._domainkey.acme.example": { TXT: [[dkim.slice(0, 200), dkim.slice(200)]] },
      "_mta-sts.acme.example": { TXT: ["v=STSv1; id=20261101"] },
      "_smtp._tls.acme.example": { TXT: ["v=TLSRPTv1; rua=mailto:tls@acme.example"] },
      "_25._tcp.eu-smtp-inbound-1.vendor.example": {
        TLSA: [{ usage: 3, selector: 1, matchingType: 1, certificate: Buffer.alloc(32, 0xab) }],
      },
      ".": { SOA: [{ mname: "a.root.example", rname: "b.root.example", serial: 20_261_101 }] },
      "10.2.0.192.in-addr.arpa": { PTR: ["out.acme.example"] },
      "out.acme.example": { A: ["192.0.2.10"] },
    },
    tls: facts,
    peerAt: (port) => {
      if (port === network.httpsPort) return createWebPeer("200 OK", policy);
      if (port === directoryPort) return createDirectoryPeer({ bind, entries: 3 });
      const isMail = [network.smtpPort, network.submissionPort, customerPort].includes(port);
      return isMail ? createMailPeer(healthy) : undefined;
    },
  };
}

export const sites: Record<"sound" | "unsound", FuzzSite> = { sound: createSite(sound), unsound: createSite(unsound) };
