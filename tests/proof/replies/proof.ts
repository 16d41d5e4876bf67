import { checkCatalog } from "../../../src-main/checks/index.ts";
import { createRandom, type Proof, type ProofRequest, type ProofResult } from "../proof.ts";
import { examine, type SiteName } from "./case.ts";

/** One in so many replies is spoilt: from nearly all of them to the one that decides. */
const densities = [1, 2, 4, 12, 40];
const enough = 20;

/** Checks that ask a network; those that read what a person gives have tests of their own. */
const asking = checkCatalog.filter((definition) => !("needsInput" in definition) || definition.needsInput === "none");

async function run({ size, seed, deadline }: ProofRequest): Promise<ProofResult> {
  const result: ProofResult = { done: 0, failures: [], figures: { "spoilt replies": 0, passes: 0 } };
  const { figures, failures } = result;
  for (let index = 0; index < size && Date.now() < deadline && failures.length < enough; index++) {
    const caseSeed = (Math.imul(seed, 1_000_003) + index) | 0 || 1;
    const random = createRandom(caseSeed);
    const definition = asking[index % asking.length];
    if (!definition) break;
    const site: SiteName = random.next(2) === 0 ? "sound" : "unsound";
    const oneIn = densities[random.next(densities.length)] ?? 1;
    const { faults, verdict, spoilt } = await examine(definition, site, { seed: caseSeed, oneIn });
    for (const fault of faults) failures.push(`seed ${caseSeed}, ${definition.id}, ${site}, 1 in ${oneIn}: ${fault}`);
    figures["spoilt replies"] = (figures["spoilt replies"] ?? 0) + spoilt;
    figures.passes = (figures.passes ?? 0) + (verdict === "pass" ? 1 : 0);
    result.done++;
  }
  return result;
}

export const proof: Proof = {
  name: "malformed DNS, SMTP, LDAP and HTTPS replies leave no crash, hang or wrong pass",
  unit: "check runs",
  sizes: { ci: 10_000, full: 1_000_000 },
  run,
};
