import fc from "fast-check";

/**
 * fast-check as the property tests use it: one seed for all, so that two runs of one commit say the same. The search over
 * other seeds is `npm run proof -- --only properties`; FIELDBOOK_PROOF_SEED replays a seed that it names.
 */
fc.configureGlobal({ seed: Number(process.env.FIELDBOOK_PROOF_SEED ?? 1) });

export { fc };
