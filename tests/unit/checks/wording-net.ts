import { generateKeyPairSync } from "node:crypto";
import { decode, encode } from "dns-packet";
import { NetFailure } from "../../../src-main/checks/net-failure.ts";
import type { TlsFacts } from "../../../src-main/checks/tls/facts.ts";
import type { Channel, Net } from "../../../src-main/checks/types.ts";

export type Chance = () => number;

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
export const pick = <Item>(chance: Chance, items: readonly Item[]): Item =>
  items[Math.floor(chance() * items.length)] as Item;

/** What a network does next. A kind one does the first and best of what it may, and never what is said to happen seldom. */
interface Luck {
  happens(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** Item of its own for each index when kind, any otherwise. */
  pickOne<Item>(items: readonly Item[], index: number): Item;
}
const createLuck = (chance: Chance, isKind: boolean): Luck => ({
  happens: (probability) => !isKind && chance() < probability,
  pick: (items) => (isKind ? (items[0] as (typeof items)[number]) : pick(chance, items)),
  pickOne: (items, index) => (isKind ? (items[index % items.length] as (typeof items)[number]) : pick(chance, items)),
});

const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const dkimKey = publicKey.export({ type: "spki", format: "der" }).toString("base64");

const failures = ["TIMEOUT", "ECONNREFUSED", "ECONNRESET", "EHOSTUNREACH", "CLOSED", "STRANGE"];
const hosts = [
  "eu-smtp-inbound-1.vendor.example",
  "eu-smtp-inbound-2.vendor.example",
  "us-smtp-inbound-1.vendor.example",
  "mail.acme.example",
  "mx.old.example",
];
const texts: [pattern: RegExp, records: string[]][] = [
  [
    /^_dmarc\./,
    [
      "v=DMARC1; p=none; rua=mailto:d@acme.example",
      "v=DMARC1; p=reject; sp=none",
      "v=DMARC1; p=odd",
      "v=DMARC1; p=quarantine; pct=5; t=y; np=reject; psd=n",
    ],
  ],
  [/^_mta-sts\./, ["v=STSv1; id=20261123;", "v=STSv1"]],
  [/^_smtp\._tls\./, ["v=TLSRPTv1; rua=mailto:t@acme.example", "v=TLSRPTv1"]],
  [
    /\._domainkey\./,
    [
      `v=DKIM1; k=rsa; p=${dkimKey}`,
      "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC",
      "v=DKIM1; p=",
      "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    ],
  ],
  [/_netblocks\./, ["v=spf1 ip4:192.0.2.0/24 ~all", "v=spf1 ip4:198.51.100.0/24 -all"]],
  [
    /./,
    [
      "v=spf1 include:eu._netblocks.vendor.example ~all",
      "v=spf1 include:us._netblocks.vendor.example a mx -all",
      "v=spf1 +all",
      "v=spf1 ip4:192.0.2.1",
      "v=spf1 include:_netblocks.vendor.example ptr ?all",
      "v=spf1 bad::",
      "hello",
    ],
  ],
];

function recordsOf(luck: Luck, type: string, name: string): unknown[] {
  const many = (make: (index: number) => unknown, isPair = false) =>
    Array.from({ length: isPair || luck.happens(0.4) ? 2 : 1 }, (_, index) => make(index));
  switch (type) {
    case "A":
      return many(() => luck.pick(["192.0.2.1", "127.0.0.1", "192.0.2.77"]));
    case "AAAA":
      return many(() => luck.pick(["2001:db8::1", "::1"]));
    case "MX":
      return many(
        (index) => ({ preference: 10, exchange: luck.happens(0.05) ? "." : luck.pickOne(hosts, index) }),
        true,
      );
    case "NS":
      return many((index) => luck.pickOne(["ns1.acme.example", "ns2.acme.example"], index), true);
    case "PTR":
      return many(() => luck.pick(hosts));
    case "CNAME":
      return [luck.pick(hosts)];
    case "TXT": {
      const found = texts.find(([pattern]) => pattern.test(name));
      return many(() => luck.pick(found?.[1] ?? []).match(/.{1,255}/gs));
    }
    case "TLSA":
      return many(() => ({
        usage: luck.pick([2, 3]),
        selector: 1,
        matchingType: 1,
        certificate: Buffer.alloc(32, 7),
      }));
    case "SOA":
      return [
        {
          mname: "ns1.acme.example",
          rname: "host.acme.example",
          serial: luck.pick([1, 2, 3]),
          refresh: 1,
          retry: 1,
          expire: 1,
          minimum: 60,
        },
      ];
    default:
      return [];
  }
}

function answerDns(luck: Luck, payload: Uint8Array): Buffer {
  const query = decode(Buffer.from(payload));
  const [question] = query.questions ?? [];
  const base = { id: query.id ?? 0, type: "response" as const, questions: question ? [question] : [] };
  if (!question || luck.happens(0.06)) return encode({ ...base, flags: luck.pick([2, 3, 5]) });
  if (luck.happens(0.02))
    return Buffer.concat([encode({ ...base, flags: 0x0400 }).subarray(0, 6), Buffer.from([0, 9, 255, 192, 12])]);
  if (luck.happens(0.08)) return encode({ ...base, flags: 0x0400 });
  const type = luck.happens(0.03) && question.type !== "CNAME" ? "CNAME" : question.type;
  const answers = recordsOf(luck, type, question.name).map((data) => ({
    name: question.name,
    type,
    ttl: luck.pick([60, 300, 3_600, 172_800]),
    data,
  }));
  return encode({ ...base, flags: 0x0480 | (luck.happens(0.3) ? 0x20 : 0), answers } as Parameters<typeof encode>[0]);
}

const facts = (luck: Luck): TlsFacts => {
  const distrust = luck.pick([
    null,
    null,
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "CERT_HAS_EXPIRED",
  ]);
  return {
    protocol: luck.pick(["TLSv1.3", "TLSv1.2"]),
    cipher: "TLS_AES_256_GCM_SHA384",
    trusted: distrust === null,
    distrust,
    trustedBySettings: distrust === null && luck.happens(0.2),
    chain: luck.happens(0.05)
      ? []
      : [
          {
            subject: "CN=mail.acme.example",
            issuer: "CN=Authority",
            names: luck.pick([["mail.acme.example", "*.vendor.example", "mta-sts.acme.example"], ["other.example"]]),
            validFrom: "2026-01-01T00:00:00.000Z",
            validTo: luck.pick(["2027-06-01T00:00:00.000Z", "2026-12-05T00:00:00.000Z", "2026-02-01T00:00:00.000Z"]),
            fingerprint256: "AA:BB",
            der: "AAAA",
          },
        ],
  };
};

const policy = "version: STSv1\r\nmode: enforce\r\nmx: *.vendor.example\r\nmax_age: 604800\r\n";

/** What a server says to one line; null says nothing. */
function replyTo(luck: Luck, line: string): string | null {
  if (luck.happens(0.05)) return null;
  if (/^GET /.test(line))
    return luck.pick([
      `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${policy.length}\r\nConnection: close\r\n\r\n${policy}`,
      "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 301 Moved\r\nLocation: https://other.example/\r\nContent-Length: 0\r\n\r\n",
    ]);
  if (/^EHLO/i.test(line))
    return luck.pick([
      "250-mail\r\n250-SIZE 1000\r\n250 STARTTLS\r\n",
      "250-mail\r\n250 SIZE 1000\r\n",
      "250-mail\r\n250 XXXXXXXA\r\n",
      "502 no\r\n",
    ]);
  // Customers by chance have these two mailboxes; a kind server knows them and nobody else.
  if (/^RCPT/i.test(line) && luck.pick([true, false]))
    return /<(?:ada|post)@/i.test(line) ? "250 OK\r\n" : "550 5.1.1 no such user\r\n";
  if (/^STARTTLS/i.test(line)) return luck.pick(["220 go\r\n", "220 go\r\n", "454 later\r\n"]);
  if (/^QUIT/i.test(line)) return "221 bye\r\n";
  if (/^DATA/i.test(line)) return luck.pick(["354 go\r\n", "503 no\r\n"]);
  return luck.pick([
    "250 OK\r\n",
    "250 OK\r\n",
    "550 5.1.1 no such user\r\n",
    "554 Relay access denied\r\n",
    "451 4.7.1 Greylisted\r\n",
    "451 Open relay not allowed [a.uk91]\r\n",
    "530 log on first\r\n",
  ]);
}

/** One LDAP message (RFC 4511 4.1.1): sequence, message id, operation. Contents shorter than 128 bytes. */
const ldapMessage = (id: number, tag: number, contents: number[]): number[] => [
  ...[0x30, contents.length + 5, 2, 1, id, tag, contents.length],
  ...contents,
];

/** Answers a bind and a search by their tags; everything else gets silence. */
function answerLdap(luck: Luck, bytes: Uint8Array): string | null {
  const longForm = (bytes[1] ?? 0) & 0x80 ? (bytes[1] ?? 0) & 0x7f : 0;
  const at = 2 + longForm;
  const [id = 0, tag = 0] = [bytes[at + 2], bytes[at + 3]];
  const result = (code: number) => [0x0a, 1, code, 4, 0, 4, 0];
  if (tag === 0x60) return latin1(ldapMessage(id, 0x61, result(luck.pick([0, 0, 49, 8]))));
  if (tag !== 0x63) return null;
  const name = [...Buffer.from("cn=ada,dc=acme")];
  const entry = ldapMessage(id, 0x64, [4, name.length, ...name, 0x30, 0]);
  const entries = luck.pick([[...entry, ...entry], [], entry]);
  return latin1([...entries, ...ldapMessage(id, 0x65, result(luck.pick([0, 0, 32, 50])))]);
}
const latin1 = (bytes: readonly number[]): string => Buffer.from(bytes).toString("latin1");

function openChannel(luck: Luck, port: number): Channel {
  const waiting: (string | null)[] = [];
  const speaksFirst = port !== 443 && port !== 389 && port !== 636;
  if (speaksFirst && !luck.happens(0.1))
    waiting.push(
      luck.pick([
        "220 eu-smtp-outbound-1.vendor.example ESMTP\r\n",
        `220 ${luck.pick(hosts)} ESMTP\r\n`,
        "220 ****************\r\n",
        "421 later\r\n",
        "554 5.7.1 not you\r\n",
        "hello\r\n",
      ]),
    );
  return {
    local: "192.0.2.200:40000",
    async read() {
      const next = waiting.shift();
      if (next === undefined) throw new NetFailure(luck.pick(["TIMEOUT", "CLOSED", "ECONNRESET"]), "nothing came");
      return next === null ? null : new Uint8Array(Buffer.from(next, "latin1"));
    },
    write(bytes) {
      const reply = bytes[0] === 0x30 ? answerLdap(luck, bytes) : replyTo(luck, Buffer.from(bytes).toString("latin1"));
      if (reply !== null) waiting.push(reply);
    },
    async upgrade() {
      if (luck.happens(0.12))
        throw new NetFailure(luck.pick(["EPROTO", "TIMEOUT", "ERR_SSL_UNSUPPORTED_PROTOCOL"]), "no TLS");
      return facts(luck);
    },
    close: () => undefined,
  };
}

/** A network that answers by chance and sends nothing anywhere: two thirds well and badly, one third kindly. The same seed gives the same answers. */
export function createChanceNet(seed: number): Net {
  const luck = createLuck(createChance(seed), seed % 3 === 0);
  const isDead = new Map<string, boolean>();
  const isSilent = (to: string) => {
    if (!isDead.has(to)) isDead.set(to, luck.happens(0.15));
    return isDead.get(to) === true;
  };
  return {
    async exchange(to, payload, { accept }) {
      if (isSilent(`dns ${to.address}`) || luck.happens(0.03)) throw new NetFailure("TIMEOUT", "no answer");
      const reply = answerDns(luck, payload);
      if (!accept(reply)) throw new NetFailure("TIMEOUT", "no answer that fits");
      return reply;
    },
    async connect(to) {
      if (isSilent(`${to.address}:${to.port}`) || luck.happens(0.1))
        throw new NetFailure(luck.pick(failures), "no connection");
      return openChannel(luck, to.port);
    },
    resolvers: async () => ["192.0.2.53"],
    lookup: async () => [],
    machine: () => ({ host: "laptop", addresses: ["192.0.2.200"] }),
  };
}
