import { afterEach, describe, expect, test } from "vitest";
import type { CheckContext } from "../../../src-main/checks/index.ts";
import { firstAddresses, looksGeneric, reverseName } from "../../../src-main/checks/ptr/addresses.ts";
import { createContext, findCheck, runToEnd } from "./context.ts";
import { type FakeDns, startFakeDns, type Zone } from "./fake-dns.ts";

const running: FakeDns[] = [];
afterEach(() => {
  for (const server of running.splice(0)) server.stop();
});

const rowsOf = (...networks: string[]) => ({
  outboundAddresses: networks.map((network, index) => ({ id: `${index}`, values: { network } })),
});

async function judge(zone: Zone, ...networks: string[]) {
  const server = await startFakeDns(zone);
  running.push(server);
  const answers = { rows: rowsOf(...networks) };
  const { judgement } = await runToEnd(
    "reverse-dns",
    createContext({ answers, network: { resolver: server.endpoint, ...server.patience } }),
  );
  return { judgement, asked: server.asked };
}
const own = "10.2.0.192.in-addr.arpa";
const named = (name: string): Zone => ({ [own]: { PTR: [name] } });

describe("reverse-dns", () => {
  test.each<[string, Zone, string, RegExp]>([
    [
      "a name that leads back",
      { ...named("mail.acme.example"), "mail.acme.example": { A: ["192.0.2.10"] } },
      "pass",
      /names lead back/,
    ],
    ["no such name", {}, "warn", /has no name in DNS: the name does not exist/],
    ["no PTR record", { [own]: { TXT: ["x"] } }, "warn", /has no name/],
    [
      "a name of another address",
      { ...named("mail.acme.example"), "mail.acme.example": { A: ["192.0.2.11"] } },
      "warn",
      /does not lead back to the address \(mail.acme.example: 192.0.2.11\)/,
    ],
    ["a name without address", named("mail.acme.example"), "warn", /does not lead back/],
    [
      "two names, one of which leads back",
      {
        [own]: { PTR: ["old.acme.example", "mail.acme.example"] },
        "mail.acme.example": { A: ["192.0.2.9", "192.0.2.10"] },
      },
      "pass",
      /names lead back/,
    ],
    ["a broken reverse zone", { [own]: "SERVFAIL" }, "warn", /could not find out the name/],
    ["a resolver that refuses", { [own]: "REFUSED" }, "not-measurable", /no usable answer about PTR/],
    ["a resolver that says nothing", { [own]: "SILENT" }, "not-measurable", /no usable answer about PTR/],
    ["a resolver that sends garbage", { [own]: "GARBAGE" }, "not-measurable", /no usable answer about PTR/],
    [
      "a resolver that falls silent at the name",
      { ...named("mail.acme.example"), "mail.acme.example": "SILENT" },
      "not-measurable",
      /no usable answer about its addresses/,
    ],
  ])("%s", async (_, zone, verdict, reason) => {
    const { judgement } = await judge(zone, "192.0.2.10");
    expect(judgement).toMatchObject({ verdict, reason: expect.stringMatching(reason) });
    if (verdict !== "pass") expect(judgement.todo).not.toBe("");
  });

  test("follows the alias of a classless delegation (RFC 2317)", async () => {
    const zone: Zone = {
      [own]: { CNAME: ["10.8-15.2.0.192.in-addr.arpa"], PTR: ["mail.acme.example"] },
      "mail.acme.example": { A: ["192.0.2.10"] },
    };
    const { judgement } = await judge(zone, "192.0.2.10");
    expect(judgement.verdict).toBe("pass");
    expect(judgement.transcript).toContain("alias -> 10.8-15.2.0.192.in-addr.arpa.");
  });

  test("confirms IPv6 by AAAA, however the address is written", async () => {
    const zone: Zone = {
      [reverseName("2001:db8::10")]: { PTR: ["mail.acme.example"] },
      "mail.acme.example": { AAAA: ["2001:db8:0:0:0:0:0:10"] },
    };
    const { judgement, asked } = await judge(zone, "2001:0DB8::10");
    expect(judgement.verdict).toBe("pass");
    expect(asked).toContain("udp AAAA mail.acme.example");
  });

  test("asks the first addresses of a small network, and says which", async () => {
    const { judgement, asked } = await judge({}, "198.51.100.8/29", "203.0.112.0/22");
    expect(asked.filter((one) => one.includes("PTR"))).toHaveLength(4);
    expect(judgement.findings.map(({ subject }) => subject)).toEqual([
      "198.51.100.9 (of 198.51.100.8/29)",
      "198.51.100.10 (of 198.51.100.8/29)",
      "198.51.100.11 (of 198.51.100.8/29)",
      "198.51.100.12 (of 198.51.100.8/29)",
      "203.0.112.0/22",
    ]);
  });

  test("a private address is not the one the vendor sees", async () => {
    expect((await judge({}, "10.1.2.3")).judgement).toMatchObject({ verdict: "warn", todo: /public address/ });
  });

  test("says that the vendor's addresses count after the change, whatever it found", async () => {
    for (const zone of [{}, { ...named("mail.acme.example"), "mail.acme.example": { A: ["192.0.2.10"] } }])
      expect((await judge(zone, "192.0.2.10")).judgement.reason).toContain("the world sees the vendor's addresses");
  });

  test("a name made from the address is told, not blamed", async () => {
    const name = "host-192-0-2-10.pool.isp.example";
    const { judgement } = await judge({ ...named(name), [name]: { A: ["192.0.2.10"] } }, "192.0.2.10");
    expect(judgement.verdict).toBe("pass");
    expect(judgement.findings[0]?.text).toContain("every address of a pool");
  });

  test.each<[string, Partial<CheckContext>, string]>([
    ["mail leaves from a provider", { family: "microsoft-365" }, "not-applicable"],
    [
      "addresses are dynamic",
      { answers: { fields: { "outbound.dynamic": true }, rows: rowsOf("192.0.2.1") } },
      "not-applicable",
    ],
    ["no address is known", {}, "missing"],
    ["only large networks are known", { answers: { fields: {}, rows: rowsOf("203.0.112.0/22") } }, "missing"],
  ])("is not planned when %s", (_, changes, kind) => {
    expect(findCheck("reverse-dns").plan(createContext(changes)).kind).toBe(kind);
  });
});

test("an IPv6 address is reversed by nibbles (the example of RFC 3596 2.5)", () => {
  const nibbles = "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4";
  expect(reverseName("4321:0:1:2:3:4:567:89ab")).toBe(`${nibbles}.ip6.arpa`);
});

test.each<[string, string[] | null]>([
  ["192.0.2.10", ["192.0.2.10"]],
  ["192.0.2.10/32", ["192.0.2.10"]],
  ["192.0.2.10/31", ["192.0.2.10", "192.0.2.11"]],
  ["192.0.2.8/30", ["192.0.2.9", "192.0.2.10"]],
  ["192.0.2.0/24", ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"]],
  ["192.0.2.0/23", null],
  ["2001:db8::5", ["2001:db8::5"]],
  ["2001:db8::4/127", ["2001:db8::4", "2001:db8::5"]],
  ["2001:db8::/64", null],
  ["not an address", null],
  ["192.0.2.255/24", ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"]],
])("the addresses of %s", (network, addresses) => {
  expect(firstAddresses(network)).toEqual(addresses);
});

test.each<[string, string, boolean]>([
  ["mail.acme.example", "192.0.2.10", false],
  ["smtp2.hosting.example", "192.0.2.10", false],
  ["192-0-2-10.isp.example", "192.0.2.10", true],
  ["10.2.0.192.isp.example", "192.0.2.10", true],
  ["ip192000002010.isp.example", "192.0.2.10", true],
  ["c000020a.isp.example", "192.0.2.10", true],
  ["p5b3c.dip.dynamic.isp.example", "192.0.2.10", true],
  ["adsl-33.isp.example", "192.0.2.10", true],
  ["dynamo.acme.example", "192.0.2.10", false],
  ["customer7.isp.example", "2001:db8::1", true],
  ["mail.acme.example", "2001:db8::1", false],
])("%s of %s looks generic: %s", (name, address, expected) => {
  expect(looksGeneric(name, address)).toBe(expected);
});
