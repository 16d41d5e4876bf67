import { describe, expect, test } from "vitest";
import { type Picture, readClock } from "../../../src-main/checks/index.ts";
import type { ServerAnswer } from "../../../src-main/checks/observation/picture.ts";

const domain = "acme.example";
const old = "10 mail.acme.example";
const fresh = "10 eu-1.vendor.example";
const minute = 60_000;
const start = Date.parse("2026-11-23T12:00:00.000Z");
const at = (minutes: number) => new Date(start + minutes * minute).toISOString();
/** Two minutes for clocks that differ. */
const skew = 2;

type Line = [server: string, set: string | null, ttl: number | null];
const kinds: Record<string, ServerAnswer["kind"]> = { resolver: "resolver", public: "comparison" };
const answer = ([server, set, ttl]: Line): ServerAnswer => ({
  domain,
  record: "mx",
  kind: kinds[server] ?? "authoritative",
  server,
  set,
  ttl,
  detail: "",
});
const picture = (minutes: number, lines: Line[], isBefore = false): Picture => ({
  at: at(minutes),
  role: isBefore ? "before" : "other",
  answers: lines.map(answer),
});
const read = (pictures: Picture[], minutes: number) => readClock("mx", [domain], pictures, start + minutes * minute);

describe("the TTL clock", () => {
  test.each<[string, Picture[], number, object]>([
    ["nothing was looked at", [], 0, { state: "unknown", expectedAt: null }],
    ["no snapshot is from before the change", [picture(0, [["ns1", fresh, 300]])], 5, { state: "unknown" }],
    [
      "the change is not seen yet",
      [picture(0, [["ns1", old, 3_600]], true), picture(10, [["ns1", old, 3_600]])],
      10,
      { state: "waiting", changeSeenAt: null },
    ],
    [
      "one of two servers has it",
      [
        picture(
          0,
          [
            ["ns1", old, 3_600],
            ["ns2", old, 3_600],
          ],
          true,
        ),
        picture(10, [
          ["ns1", fresh, 300],
          ["ns2", old, 3_600],
        ]),
      ],
      10,
      { state: "waiting", sentence: expect.stringContaining("Still old at ns2") },
    ],
    [
      "servers have different new records",
      [
        picture(
          0,
          [
            ["ns1", old, 3_600],
            ["ns2", old, 3_600],
          ],
          true,
        ),
        picture(10, [
          ["ns1", fresh, 300],
          ["ns2", "10 other.example", 300],
        ]),
      ],
      10,
      { state: "waiting", sentence: expect.stringContaining("do not agree") },
    ],
    [
      "it counts down from where the change was seen",
      [picture(0, [["ns1", old, 3_600]], true), picture(10, [["ns1", fresh, 300]])],
      69,
      { state: "counting", changeSeenAt: at(10), oldTtl: 3_600, expectedAt: at(70 + skew) },
    ],
    [
      "it is over when that time has passed",
      [picture(0, [["ns1", old, 3_600]], true), picture(10, [["ns1", fresh, 300]])],
      70 + skew,
      { state: "over", expectedAt: at(70 + skew) },
    ],
    [
      "a lifetime lowered before the change counts from when the lower one was seen",
      [
        picture(0, [["ns1", old, 86_400]], true),
        picture(60, [["ns1", old, 300]]),
        picture(1_600, [["ns1", fresh, 300]]),
      ],
      1_601,
      { state: "counting", oldTtl: 86_400, expectedAt: at(1_605 + skew) },
    ],
    [
      "a change too soon after lowering waits for the higher lifetime",
      [picture(0, [["ns1", old, 86_400]], true), picture(60, [["ns1", old, 300]]), picture(61, [["ns1", fresh, 300]])],
      1_000,
      { state: "counting", expectedAt: at(60 + 1_440 + skew) },
    ],
    [
      "a cache seen with the old records holds them for what is left",
      [
        picture(
          0,
          [
            ["ns1", old, 300],
            ["resolver", old, 200],
          ],
          true,
        ),
        picture(10, [
          ["ns1", fresh, 300],
          ["resolver", old, 3_000],
        ]),
      ],
      30,
      { state: "counting", expectedAt: at(60 + skew) },
    ],
    [
      "a public resolver's cache counts the same",
      [
        picture(0, [["ns1", old, 60]], true),
        picture(10, [
          ["ns1", fresh, 60],
          ["public", old, 1_200],
        ]),
      ],
      20,
      { state: "counting", expectedAt: at(30 + skew) },
    ],
    [
      "a silent authoritative server that never answered is left out",
      [
        picture(
          0,
          [
            ["ns1", old, 300],
            ["ns2", null, null],
          ],
          true,
        ),
        picture(10, [
          ["ns1", fresh, 300],
          ["ns2", null, null],
        ]),
      ],
      30,
      { state: "over" },
    ],
    [
      "a server that went silent with the old records keeps it waiting",
      [
        picture(
          0,
          [
            ["ns1", old, 300],
            ["ns2", old, 300],
          ],
          true,
        ),
        picture(10, [
          ["ns1", fresh, 300],
          ["ns2", null, null],
        ]),
      ],
      30,
      { state: "waiting", sentence: expect.stringContaining("ns2") },
    ],
    [
      "a server that left the zone no longer holds it up, but its records count",
      [picture(0, [["ns1", old, 3_600]], true), picture(10, [["ns9", fresh, 300]])],
      20,
      { state: "counting", changeSeenAt: at(10), expectedAt: at(70 + skew) },
    ],
    [
      "without authoritative servers the resolver's word has to do, and it is said",
      [picture(0, [["resolver", old, 600]], true), picture(10, [["resolver", fresh, 300]])],
      11,
      { state: "counting", expectedAt: at(20 + skew), sentence: expect.stringContaining("too early") },
    ],
    [
      "a clock set back does not shorten the wait",
      [picture(0, [["ns1", old, 600]], true), picture(-60, [["ns1", fresh, 300]])],
      -50,
      { state: "counting", expectedAt: at(10 + skew) },
    ],
    [
      "a second change counts as well",
      [
        picture(0, [["ns1", old, 60]], true),
        picture(10, [["ns1", "10 wrong.example", 3_600]]),
        picture(20, [["ns1", fresh, 300]]),
      ],
      30,
      { state: "counting", expectedAt: at(80 + skew) },
    ],
    [
      "taken back, it is not seen",
      [picture(0, [["ns1", old, 60]], true), picture(10, [["ns1", fresh, 60]]), picture(20, [["ns1", old, 60]])],
      30,
      { state: "waiting" },
    ],
    [
      "a name that had no records is kept as missing for the zone's own time",
      [picture(0, [["ns1", "", 900]], true), picture(10, [["ns1", fresh, 300]])],
      11,
      { state: "counting", expectedAt: at(25 + skew) },
    ],
    [
      "and for three hours where the zone names none",
      [picture(0, [["ns1", "", null]], true), picture(10, [["ns1", fresh, 300]])],
      11,
      { state: "counting", expectedAt: at(190 + skew) },
    ],
    [
      "a lifetime of zero is over with the change",
      [picture(0, [["ns1", old, 0]], true), picture(10, [["ns1", fresh, 300]])],
      10 + skew,
      { state: "over" },
    ],
  ])("%s", (_, pictures, now, expected) => {
    expect(read(pictures, now)).toMatchObject(expected);
  });

  test("the domain that takes longest speaks for all", () => {
    const other = "acme.test";
    const two = (minutes: number, set: string, ttls: [number, number], isBefore: boolean): Picture => ({
      at: at(minutes),
      role: isBefore ? "before" : "other",
      answers: [answer(["ns1", set, ttls[0]]), { ...answer(["ns1", set, ttls[1]]), domain: other }],
    });
    const pictures = [two(0, old, [300, 7_200], true), two(10, fresh, [300, 300], false)];
    expect(readClock("mx", [domain, other], pictures, start + 20 * minute)).toMatchObject({
      state: "counting",
      sentence: expect.stringContaining(other),
      expectedAt: at(130 + skew),
    });
    expect(readClock("mx", [domain, other, "never.example"], pictures, start)).toMatchObject({ state: "unknown" });
  });

  test("a domain that had the wanted records before has nothing to wait for", () => {
    const pictures = [picture(0, [["ns1", fresh, 300]], true)];
    const read = (wanted: string[]) => readClock("mx", [domain], pictures, start, { wanted })?.state;
    expect([read(["eu-1.vendor.example"]), read([]), read(["eu-2.vendor.example"])]).toEqual([
      "over",
      "waiting",
      "waiting",
    ]);
  });

  test("a domain that need not change can be left out once another has changed", () => {
    const still: Picture = {
      at: at(0),
      role: "before",
      answers: [{ ...answer(["ns1", old, 300]), domain: "acme.test" }],
    };
    const both = [domain, "acme.test"];
    const pictures = [still, picture(0, [["ns1", old, 300]], true), picture(10, [["ns1", fresh, 300]])];
    expect(readClock("mx", both, pictures, start)?.state).toBe("waiting");
    expect(readClock("mx", both, pictures, start, { changedOnly: true })?.state).toBe("counting");
    expect(readClock("mx", both, [still], start, { changedOnly: true })?.state).toBe("unknown");
  });

  test("a snapshot taken before the change too late does not stop the clock", () => {
    const after = { ...picture(10, [["ns1", fresh, 300]]), role: "after" as const };
    const pictures = [picture(0, [["ns1", old, 3_600]], true), after, picture(20, [["ns1", fresh, 300]], true)];
    expect(read(pictures, 30)).toMatchObject({ state: "counting", expectedAt: at(70 + skew) });
  });

  test("a second change begins with the snapshot before it", () => {
    const published = (minutes: number, set: string) => ({
      ...picture(minutes, [["ns1", set, 600]]),
      role: "after" as const,
    });
    const third = "10 third.example";
    const pictures = [
      picture(0, [["ns1", old, 3_600]], true),
      published(10, fresh),
      picture(100, [["ns1", fresh, 600]], true),
      published(110, third),
    ];
    expect(read(pictures, 111)).toMatchObject({ state: "counting", changeSeenAt: at(110), expectedAt: at(120 + skew) });
  });

  test("no domain, no clock", () => expect(readClock("mx", [], [], start)).toBeNull());

  test("the picture says who gives what, and since when", () => {
    const pictures = [
      picture(
        0,
        [
          ["ns1", old, 300],
          ["ns2", old, 300],
          ["resolver", old, 100],
        ],
        true,
      ),
      picture(10, [
        ["ns1", fresh, 300],
        ["ns2", null, null],
        ["resolver", old, 50],
      ]),
      picture(20, [
        ["ns1", fresh, 300],
        ["ns2", null, null],
        ["resolver", old, 20],
      ]),
    ];
    const servers = read(pictures, 20)?.servers.map(({ server, answers, sinceWhen, isNew }) => [
      server,
      answers,
      sinceWhen,
      isNew,
    ]);
    expect(servers).toEqual([
      ["ns1", fresh, at(10), true],
      ["ns2", null, at(10), false],
      ["resolver", old, at(0), false],
    ]);
  });
});
