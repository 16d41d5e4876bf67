import { isUsable } from "../dkim/judge-key.ts";
import { isSeen } from "../dns/exchange.ts";
import { finding, listInWords } from "../judgement.ts";
import { selectSpf } from "../spf/parse.ts";
import type { Finding } from "../types.ts";
import type { DmarcLook, Preparation } from "./look.ts";
import { type DmarcRecord, lowerPolicy, type Policies, readFlag } from "./parse.ts";
import type { DmarcPlan } from "./plan.ts";
import type { SelectedPolicy } from "./verdict.ts";

/** What the record means for the domain: the policy, its sub-domains, the flags, and whether the vendor's mail survives it. */
export function judgePolicy(plan: DmarcPlan, { view, policies, selected, preparation }: DmarcLook): Finding[] {
  const record = view.policy?.record;
  if (!record || !policies || !selected) return [];
  const isOwn = view.policy?.name === view.domain;
  return [
    judgeEffect(plan, view.domain, describePolicy(view, record, selected), preparation),
    ...(isOwn ? [...judgeSubdomains(view.domain, record, policies), ...judgeOwnFlags(view.domain, record)] : []),
  ];
}

/** “The policy is “none” (sp), from the record of acme.example”. */
function describePolicy(view: DmarcLook["view"], record: DmarcRecord, { policy, tag, unseen }: SelectedPolicy): string {
  const isOwn = view.policy?.name === view.domain;
  const origin = isOwn ? `_dmarc.${view.domain}` : `the record of ${view.policy?.name}`;
  const why = tag === "np" ? ` by “np”, because ${view.domain} does not exist in DNS` : tag === "sp" ? " by “sp”" : "";
  const lowered =
    policy === "none"
      ? ", where t=y changes nothing"
      : `, as a trial (t=y): receivers are asked for “${lowerPolicy(policy)}”`;
  const trial = readFlag(record, "t") === "y" ? lowered : "";
  const open = unseen ? `; whether the domain exists, and so whether “np” applies instead, could not be seen` : "";
  return `The policy is “${policy}”${why}${trial}, from ${origin}${open}`;
}

function judgeEffect(plan: DmarcPlan, domain: string, policy: string, preparation: Preparation | null): Finding {
  if (!preparation) return finding("pass", domain, `${policy}.`);
  const spf = describeSpf(plan, preparation);
  const dkim = describeDkim(preparation);
  if (spf.isReady && dkim.isReady)
    return finding(
      "pass",
      domain,
      `${policy}. ${spf.text} ${dkim.text} Whether the service signs with it, only a test message shows.`,
    );
  return finding(
    "warn",
    domain,
    `${policy}: from the moment mail leaves through the vendor, every message it does not sign and SPF does not cover is refused. ${spf.text} ${dkim.text}`.trim(),
    "Prove SPF and DKIM with a test message through the vendor before all mail goes that way; until then “p=none” is the safe policy.",
  );
}

interface Ready {
  isReady: boolean;
  /** Empty when it was not looked at. */
  text: string;
}

/** Only terms of the record itself are looked at: what it includes is the matter of the SPF check. */
function describeSpf({ includes }: DmarcPlan, { spf }: Preparation): Ready {
  if (!spf) return { isReady: false, text: "" };
  if (!isSeen(spf)) return { isReady: false, text: `The SPF record could not be read (${spf.detail}).` };
  const [record, ...others] = selectSpf(spf.records.flatMap(({ data }) => (data.type === "TXT" ? [data.text] : [])));
  const terms = (record ?? "").toLowerCase().split(/ +/);
  const found = includes.find((include) =>
    [`include:${include}`, `+include:${include}`].some((term) => terms.includes(term)),
  );
  if (found && others.length === 0) return { isReady: true, text: `The SPF record has the region's include ${found}.` };
  if (others.length > 0) return { isReady: false, text: "There is more than one SPF record, so none counts." };
  if (!record) return { isReady: false, text: "There is no SPF record." };
  return { isReady: false, text: `The SPF record does not itself name the region's include ${includes[0]}.` };
}

function describeDkim({ dkim }: Preparation): Ready {
  if (!dkim) return { isReady: false, text: "" };
  const usable = dkim.keys.filter(isUsable).map(({ selector }) => selector);
  if (usable.length > 0) return { isReady: true, text: `A DKIM key is published for ${listInWords(usable)}.` };
  const unseen = dkim.keys.find(({ answer }) => !isSeen(answer));
  if (unseen)
    return { isReady: false, text: `The DKIM key at ${unseen.name} could not be read (${unseen.answer.detail}).` };
  return {
    isReady: false,
    text: `No usable DKIM key is published for ${listInWords(dkim.keys.map(({ selector }) => selector))}.`,
  };
}

/** RFC 9989 4.7: `sp` is for sub-domains that exist, `np` for names that do not; each falls back to the tag before it. */
function judgeSubdomains(domain: string, record: DmarcRecord, { p, sp, np }: Policies): Finding[] {
  const existing = sp ?? p;
  const absent = np ?? existing;
  if (p !== "none" && absent === "none")
    return [
      finding(
        "warn",
        domain,
        `For names that do not exist below ${domain} the policy is “none” (${np ? "np" : "sp, as there is no np"}), so anybody can send as an invented sub-domain.`,
        `Add “np=${p}”: no honest mail comes from names that do not exist.`,
      ),
    ];
  if (!record.tags.has("sp") && !record.tags.has("np")) return [];
  return [
    finding(
      "pass",
      domain,
      `Sub-domains without a record of their own: “${existing}” where they exist, “${absent}” where they do not.`,
    ),
  ];
}

function judgeOwnFlags(domain: string, record: DmarcRecord): Finding[] {
  const findings: Finding[] = [];
  if (readFlag(record, "psd") === "y")
    findings.push(
      finding(
        "warn",
        domain,
        `The record says that ${domain} is a public suffix (psd=y): every name below it then counts as an organisation of its own, and signatures of one do not align with another.`,
        "Remove “psd=y”, unless the domain belongs to a registry.",
      ),
    );
  if (readFlag(record, "psd") === "n")
    findings.push(
      finding(
        "pass",
        domain,
        `The record says that ${domain} is its own organisational domain (psd=n): signatures of a domain above it do not align.`,
      ),
    );
  if (!record.tags.has("rua"))
    findings.push(
      finding(
        "warn",
        domain,
        "The record asks for no reports (“rua”), so forgotten senders stay unseen.",
        "Add “rua=mailto:…” with a mailbox that someone reads.",
      ),
    );
  return findings;
}
