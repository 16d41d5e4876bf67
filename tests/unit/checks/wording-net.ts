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

function recordsOf(chance: Chance, type: string, name: string): unknown[] {
  const two = chance() < 0.4 ? 2 : 1;
  const many = (make: () => unknown) => Array.from({ length: two }, make);
  switch (type) {
    case "A":
      return many(() => pick(chance, ["127.0.0.1", "192.0.2.1", "192.0.2.77"]));
    case "AAAA":
      return many(() => pick(chance, ["::1", "2001:db8::1"]));
    case "MX":
      return many(() => ({ preference: 10, exchange: chance() < 0.05 ? "." : pick(chance, hosts) }));
    case "NS":
      return many(() => pick(chance, ["ns1.acme.example", "ns2.acme.example"]));
    case "PTR":
      return many(() => pick(chance, hosts));
    case "CNAME":
      return [pick(chance, hosts)];
    case "TXT": {
      const found = texts.find(([pattern]) => pattern.test(name));
      return many(() => [pick(chance, found?.[1] ?? [])]);
    }
    case "TLSA":
      return many(() => ({
        usage: pick(chance, [2, 3]),
        selector: 1,
        matchingType: 1,
        certificate: Buffer.alloc(32, 7),
      }));
    case "SOA":
      return [
        {
          mname: "ns1.acme.example",
          rname: "host.acme.example",
          serial: Math.floor(chance() * 3),
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

function answerDns(chance: Chance, payload: Uint8Array): Buffer {
  const query = decode(Buffer.from(payload));
  const [question] = query.questions ?? [];
  const base = { id: query.id ?? 0, type: "response" as const, questions: question ? [question] : [] };
  const fate = chance();
  if (!question || fate < 0.06) return encode({ ...base, flags: pick(chance, [2, 3, 5]) });
  if (fate < 0.08)
    return Buffer.concat([encode({ ...base, flags: 0x0400 }).subarray(0, 6), Buffer.from([0, 9, 255, 192, 12])]);
  if (fate < 0.16) return encode({ ...base, flags: 0x0400 });
  const type = fate < 0.19 && question.type !== "CNAME" ? "CNAME" : question.type;
  const answers = recordsOf(chance, type, question.name).map((data) => ({
    name: question.name,
    type,
    ttl: pick(chance, [60, 300, 3_600, 172_800]),
    data,
  }));
  return encode({ ...base, flags: 0x0480 | (chance() < 0.3 ? 0x20 : 0), answers } as Parameters<typeof encode>[0]);
}

const facts = (chance: Chance): TlsFacts => {
  const distrust = pick(chance, [
    null,
    null,
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "CERT_HAS_EXPIRED",
  ]);
  return {
    protocol: pick(chance, ["TLSv1.3", "TLSv1.2"]),
    cipher: "TLS_AES_256_GCM_SHA384",
    trusted: distrust === null,
    distrust,
    trustedBySettings: distrust === null && chance() < 0.2,
    chain:
      chance() < 0.05
        ? []
        : [
            {
              subject: "CN=mail.acme.example",
              issuer: "CN=Authority",
              names: pick(chance, [
                ["mail.acme.example", "*.vendor.example", "mta-sts.acme.example"],
                ["other.example"],
              ]),
              validFrom: "2026-01-01T00:00:00.000Z",
              validTo: pick(chance, [
                "2027-06-01T00:00:00.000Z",
                "2026-12-05T00:00:00.000Z",
                "2026-02-01T00:00:00.000Z",
              ]),
              fingerprint256: "AA:BB",
              der: "AAAA",
            },
          ],
  };
};

const policy = "version: STSv1\r\nmode: enforce\r\nmx: *.vendor.example\r\nmax_age: 604800\r\n";

/** What a server says to one line; null says nothing. */
function replyTo(chance: Chance, line: string): string | null {
  if (chance() < 0.05) return null;
  if (/^GET /.test(line))
    return pick(chance, [
      `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${policy.length}\r\nConnection: close\r\n\r\n${policy}`,
      "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 301 Moved\r\nLocation: https://other.example/\r\nContent-Length: 0\r\n\r\n",
    ]);
  if (/^EHLO/i.test(line))
    return pick(chance, [
      "250-mail\r\n250-SIZE 1000\r\n250 STARTTLS\r\n",
      "250-mail\r\n250 SIZE 1000\r\n",
      "250-mail\r\n250 XXXXXXXA\r\n",
      "502 no\r\n",
    ]);
  if (/^STARTTLS/i.test(line)) return pick(chance, ["220 go\r\n", "220 go\r\n", "454 later\r\n"]);
  if (/^QUIT/i.test(line)) return "221 bye\r\n";
  if (/^DATA/i.test(line)) return pick(chance, ["354 go\r\n", "503 no\r\n"]);
  return pick(chance, [
    "250 OK\r\n",
    "250 OK\r\n",
    "550 5.1.1 no such user\r\n",
    "554 Relay access denied\r\n",
    "451 4.7.1 Greylisted\r\n",
    "451 Open relay not allowed [a.uk91]\r\n",
    "530 log on first\r\n",
  ]);
}

function openChannel(chance: Chance, port: number): Channel {
  const waiting: (string | null)[] = [];
  const speaksFirst = port !== 443 && port !== 389 && port !== 636;
  if (speaksFirst && chance() < 0.9)
    waiting.push(
      pick(chance, [
        `220 ${pick(chance, hosts)} ESMTP\r\n`,
        `220 ${pick(chance, hosts)} ESMTP\r\n`,
        "220 eu-smtp-outbound-1.vendor.example ESMTP\r\n",
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
      if (next === undefined) throw new NetFailure(pick(chance, ["TIMEOUT", "CLOSED", "ECONNRESET"]), "nothing came");
      return next === null ? null : new Uint8Array(Buffer.from(next, "latin1"));
    },
    write(bytes) {
      const reply = replyTo(chance, Buffer.from(bytes).toString("latin1"));
      if (reply !== null) waiting.push(reply);
    },
    async upgrade() {
      if (chance() < 0.12)
        throw new NetFailure(pick(chance, ["EPROTO", "TIMEOUT", "ERR_SSL_UNSUPPORTED_PROTOCOL"]), "no TLS");
      return facts(chance);
    },
    close: () => undefined,
  };
}

/** A network that answers by chance, well and badly, and sends nothing anywhere. The same seed gives the same answers. */
export function createChanceNet(seed: number): Net {
  const chance = createChance(seed);
  const isDead = new Map<string, boolean>();
  const isSilent = (to: string) => {
    if (!isDead.has(to)) isDead.set(to, chance() < 0.15);
    return isDead.get(to) === true;
  };
  return {
    async exchange(to, payload, { accept }) {
      if (isSilent(`dns ${to.address}`) || chance() < 0.03) throw new NetFailure("TIMEOUT", "no answer");
      const reply = answerDns(chance, payload);
      if (!accept(reply)) throw new NetFailure("TIMEOUT", "no answer that fits");
      return reply;
    },
    async connect(to) {
      if (isSilent(`${to.address}:${to.port}`) || chance() < 0.1)
        throw new NetFailure(pick(chance, failures), "no connection");
      return openChannel(chance, to.port);
    },
    resolvers: () => ["192.0.2.53"],
    lookup: async () => [],
    machine: () => ({ host: "laptop", addresses: ["192.0.2.200"] }),
  };
}
