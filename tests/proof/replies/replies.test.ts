import { describe, expect, it } from "vitest";
import { checkCatalog } from "../../../src-main/checks/index.ts";
import { proveInCi } from "../ci.ts";
import { examine } from "./case.ts";
import { proof } from "./proof.ts";

const asking = checkCatalog.filter((definition) => !("needsInput" in definition) || definition.needsInput === "none");

/** Verdicts on the sound and on the unsound site. */
const expected: Record<string, [string, string]> = {
  "mx-records": ["pass", "warn"],
  "spf-record": ["pass", "fail"],
  "spf-senders": ["pass", "fail"],
  "dkim-record": ["pass", "fail"],
  "dmarc-record": ["pass", "fail"],
  "smart-host": ["pass", "fail"],
  "inbound-host": ["pass", "fail"],
  directory: ["pass", "fail"],
  // The server is open to everybody on both.
  lockdown: ["fail", "fail"],
  "open-relay": ["pass", "fail"],
  "recipient-pair": ["pass", "fail"],
  "journal-hosts": ["pass", "fail"],
  "reverse-dns": ["pass", "pass"],
  "mta-sts": ["pass", "fail"],
  "tls-rpt": ["pass", "pass"],
  // Nobody vouches for a TLSA record on either.
  dane: ["not-measurable", "not-measurable"],
  // The unsound one shows a certificate that nobody issued.
  egress: ["pass", "warn"],
};

describe("with nothing spoilt", () => {
  it.each(asking.map(({ id }) => id))("%s comes to its verdict, so that spoiling it means something", async (id) => {
    const definition = asking.find((known) => known.id === id);
    if (!definition) throw new Error("not in the catalog");
    const sound = await examine(definition, "sound", { seed: 1, oneIn: 0 });
    const unsound = await examine(definition, "unsound", { seed: 1, oneIn: 0 });
    expect([...sound.faults, ...unsound.faults]).toEqual([]);
    expect([sound.verdict, unsound.verdict]).toEqual(expected[id]);
  });
});

proveInCi(proof, 900);
