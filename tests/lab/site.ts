import type { CheckContext, Verdict } from "../../src-main/checks/types.ts";
import type { Lasting } from "../../src-main/contract/replies.ts";
import type { RfiAnswers } from "../../src-main/contract/rfi/form.ts";
import type { Script } from "../unit/checks/fake-smtp.ts";
import type { Zone } from "./name-server.ts";

export type CertificateKind = "valid" | "self-signed" | "expired" | "expiring" | "other-name";

/** A mail host: a real server, a script for what no real server does, or an address where nothing listens. */
export type MailHost =
  | {
      server: "postfix";
      /** "none" offers no STARTTLS. */
      certificate?: CertificateKind | "none";
      /** Settings of main.cf for this host. */
      settings?: string[];
      /** Seconds that postscreen lets a newcomer wait. */
      greetWait?: number;
      /** Puts every sender off at first, with this text behind 451, and lets it through after `wait` milliseconds. */
      greylisting?: { reply: string; wait: number };
    }
  | {
      server: "scripted";
      script: Omit<Script, "handshake">;
      certificate?: CertificateKind;
      maxVersion?: "TLSv1.1";
      /** Script of the submission port, where there is one. */
      submission?: Omit<Script, "handshake">;
    }
  | { server: "nothing" };

export type Directory =
  | {
      server: "slapd";
      certificate?: CertificateKind;
      /** LDIF below the root DN; five people when absent. */
      entries?: string;
      schema?: string[];
      rules?: string[];
      /** Files of the public LDAP suite, loaded as they are; the site is left out where the suite is absent. */
      suite?: { files: string[]; schema: string; rootDn: string };
    }
  | { server: "scripted"; refusal: { code: number; message: string } };

export interface WebPolicy {
  body: string;
  certificate?: CertificateKind;
  status?: number;
  type?: string;
  location?: string;
}

export interface Answers {
  fields?: RfiAnswers["fields"];
  rows?: RfiAnswers["rows"];
}

/** One check of a site and what it must say. */
export interface Expectation {
  check: string;
  verdict: Verdict;
  /** Every one of these must match the reason, a finding or what is to be done. */
  says?: RegExp[];
  /** Every one of these must match the transcript. */
  shows?: RegExp[];
  /** None of these may match the reason, a finding or what is to be done. */
  silentAbout?: RegExp[];
  answers?: Answers;
  /** Password for the directory: none when absent. */
  password?: "right" | "wrong";
  /** Whether an account for the smart hosts is given. */
  hasAccount?: boolean;
}

/**
 * A small customer's site. What it does not declare is as at a healthy site: see `healthyZone` and `answerForm`. Host names are
 * relative to the customer's domain unless they end in a dot. In records `{address:NAME}` stands for a host's address, `{tlsa:NAME}` for
 * the SHA-256 of its public key, and `{rsa:BITS}` for a new RSA key as DKIM publishes it.
 */
export interface Site {
  /** Also the first label of the customer's domain, `<name>.example`. */
  name: string;
  /** The mistake that was made, and how it shows. */
  why: string;
  /** Records of the customer's domain. */
  records?: string[];
  signatures?: Zone["signatures"];
  /** What the domain had before, still in the resolver's cache. */
  earlier?: string[];
  /** What the second name server has instead; "refuses" when it does not carry the zone, "down" when nothing listens there. */
  second?: string[] | "refuses" | "down";
  /** Zones beside the customer's domain. */
  zones?: Zone[];
  hosts?: Record<string, MailHost>;
  directory?: Directory;
  policies?: Record<string, WebPolicy>;
  region?: CheckContext["region"];
  answers?: Answers;
  family?: CheckContext["family"];
  platform?: CheckContext["platform"];
  services?: CheckContext["services"];
  /** The authoritative server answers in place of the resolver: it verifies nothing. */
  isResolverBlind?: boolean;
  network?: Partial<CheckContext["network"]>;
  /** Mail from the customer that a host refuses: what swaks hears when it sends some, as the program explains it. */
  refusals?: { host: string; means: RegExp; lasting: Lasting }[];
  run: Expectation[];
}

export const domainOf = ({ name }: Site): string => `${name}.example`;

/** Full name of a host of the site, without the final dot. */
export const fullName = (site: Site, name: string): string =>
  name.endsWith(".") ? name.slice(0, -1) : `${name}.${domainOf(site)}`;

/** The vendor's hosts that every site uses unless it declares others; they behave. */
export const vendor = {
  mx: ["eu-smtp-inbound-1.mimecast.com", "eu-smtp-inbound-2.mimecast.com"],
  smart: ["eu-smtp-outbound-1.mimecast.com", "eu-smtp-outbound-2.mimecast.com"],
  journal: ["eu-smtp-journal-1.mimecast.com", "eu-smtp-journal-2.mimecast.com"],
  otherRegion: ["us-smtp-inbound-1.mimecast.com", "us-smtp-outbound-1.mimecast.com"],
  spf: "eu._netblocks.mimecast.com",
};

export const vendorMx = vendor.mx.map((host) => `@ 300 IN MX 10 ${host}.`);
export const goodSpf = `@ 300 IN TXT "v=spf1 ip4:192.0.2.10 include:${vendor.spf} ~all"`;
export const goodDmarc = '_dmarc 300 IN TXT "v=DMARC1; p=none; rua=mailto:dmarc@elsewhere.example"';
export const healthyZone = [...vendorMx, goodSpf, goodDmarc];

export const healthyRegion: Record<string, string[]> = {
  "mx-hosts": vendor.mx,
  "mx-suffixes": ["mimecast.com", "mimecast.co.za"],
  "smart-hosts": vendor.smart,
  "journal-hosts": vendor.journal,
  "spf-include": [vendor.spf],
  "spf-global-include": ["_netblocks.mimecast.com"],
};

/** The vendor's zone as the outside world sees it, shortened: every region's include, and the global one that names them all. */
export const vendorZone = (addressOf: (host: string) => string): Zone => {
  const regions = ["eu", "de", "us", "za", "au", "ca"];
  const includes = regions.map((region) => `include:${region}._netblocks.mimecast.com`).join(" ");
  const hosts = [...vendor.mx, ...vendor.smart, ...vendor.journal, ...vendor.otherRegion];
  return {
    name: "mimecast.com",
    records: [
      ...hosts.map((host) => `${host}. 300 IN A ${addressOf(host)}`),
      ...regions.map(
        (region, index) => `${region}._netblocks 300 IN TXT "v=spf1 ip4:198.51.100.${index * 16}/28 ~all"`,
      ),
      `_netblocks 300 IN TXT "v=spf1 ${includes} ~all"`,
    ],
  };
};
