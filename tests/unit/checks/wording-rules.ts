import type { Sight } from "../../../src-main/contract/checks.ts";

/** A kind of claim: the words that make it, and the sights of which a probe must have one to make it. None means that no check may. */
export interface Claim {
  says: RegExp;
  needs: readonly Sight[];
}

/**
 * What a verdict may say by what its probe can look at. A check whose `sees` has none of a row's sights must not use the row's words in a
 * reason or a finding: it did not look there.
 */
export const claims: Record<string, Claim> = {
  "that mail arrives": {
    says: /\b(?:delivers|delivered|is deliverable|gets through|(?:mail|messages?) (?:\w+ ){0,4}arrives?)\b/i,
    needs: [],
  },
  "that something works": { says: /\b(?:works|working|is fine|is healthy|is in order)\b/i, needs: [] },
  "that something is secure": { says: /\b(?:secure(?:ly)?|safe(?:ly)?|protected)\b/i, needs: [] },
  "that a server takes mail": {
    says: /\b(?:accepts (?:mail|messages?)|takes mail|relays)\b/i,
    needs: ["smtp-dialogue"],
  },
  "that a host can be reached": {
    says: /\b(?:reachable|(?:can|could) be reached|connected|port is open|is up)\b/i,
    needs: ["tcp", "smtp-greeting", "smtp-dialogue", "tls", "ldap", "https"],
  },
  "a greeting": { says: /\bgreet(?:s|ed)\b/i, needs: ["smtp-greeting", "smtp-dialogue"] },
  "a handshake": {
    says: /\b(?:negotiated|handshake|certificate (?:is )?(?:trusted|valid|expired))\b/i,
    needs: ["tls"],
  },
  "a log-on": { says: /\b(?:bind accepted|logged on|signed in)\b/i, needs: ["ldap", "smtp-dialogue"] },
  "a look into DNS": { says: /\b(?:the resolver|authoritative servers?|NXDOMAIN)\b/i, needs: ["dns"] },
  "a look at a header": { says: /\bin the header\b/i, needs: ["header"] },
};

/** Words by which the reason of a pass names its probe or its vantage. */
export const vantageWords =
  /\b(?:from here|from this place|from this network|the resolver|as .{1,40} (?:gives?|says?) it|authoritative|in the header|bind|search)\b/i;

/** What no sentence of a check says, whatever it saw. */
export const forbidden: Record<string, RegExp> = {
  "an exclamation mark": /!/,
  success: /\bsuccessful(?:ly)?\b/i,
  "an absolute": /\b(?:never|always|everyone|everybody|nobody ever|guaranteed?|100 ?%)\b/i,
  "two full stops": /(?<!\.)\.\.(?!\.)/,
  "a placeholder": /\bundefined\b|\bNaN\b|\[object|\{\{/,
};

/** Facts that a finding without measurement must not state. */
export const unmeasuredFacts =
  /\b(?:is|are|was|were) (?:open|closed|blocked|down|locked|filtered|reachable|unreachable|correct|wrong)\b/i;

/** First words that begin no instruction. */
const notVerbs =
  /^(?:the|it|there|this|that|these|those|an?|you|we|they|no|not|all|some|any|many|nothing|none|mail|because|as|in|on)$/i;
/** Verbs in the imperative that end like nouns or like other forms. */
const verbsLikeNouns = ["address", "pass", "press", "bypass", "embed", "bring", "need"];

/** Whether an instruction begins with a verb in the imperative, or with a condition before one. */
export function isImperative(todo: string): boolean {
  const [first = ""] = todo.trim().split(/[\s,.:;]/);
  if (!/^[A-Z]/.test(first)) return false;
  if (/^(?:If|When|Where|Before|After|To|Then|Once|Until)$/.test(first)) return true;
  const isVerb = verbsLikeNouns.includes(first.toLowerCase()) || !/(?:s|ed|ing|'s)$/i.test(first);
  return isVerb && !notVerbs.test(first);
}

/** Every rule that a text of a check breaks, in words. */
export function findOverclaims(text: string, sees: readonly Sight[]): string[] {
  // What others said is theirs: replies, records and names stand in quotation marks or are hosts.
  const own = text.replace(/“[^”]*”/g, "“”");
  const told = Object.entries(claims).filter(
    ([, { says, needs }]) => says.test(own) && !needs.some((sight) => sees.includes(sight)),
  );
  const broken = Object.entries(forbidden).filter(([, pattern]) => pattern.test(own));
  return [...told.map(([name]) => `claims ${name}`), ...broken.map(([name]) => `has ${name}`)];
}
