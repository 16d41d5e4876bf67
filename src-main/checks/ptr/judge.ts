import { toPrintable } from "../bytes.ts";
import { transcribeDns } from "../dns/exchange.ts";
import type { DnsRecord } from "../dns/record.ts";
import { replayWalk } from "../dns/walk.ts";
import { conclude, countInWords, finding, listInWords } from "../judgement.ts";
import type { Finding, Judgement } from "../types.ts";
import { isSeenOutside, looksGeneric } from "./addresses.ts";
import type { ReverseDnsPlan } from "./plan.ts";
import { type ReverseView, walkReverse } from "./walk.ts";

const later = "Once mail leaves through the vendor, the world sees the vendor's addresses and not this one.";

/**
 * Reverse names of the outbound addresses: present, and confirmed by a forward look-up. Never worse than a warning, because after the
 * outbound change other mail servers no longer see these addresses.
 */
export function judgeReverseDns(plan: ReverseDnsPlan, record: DnsRecord): Judgement {
  const views = replayWalk(walkReverse(plan), record.exchanges);
  const findings = [...views.map(judgeAddress), ...plan.unasked.map(judgeUnasked)];
  const passed = `The resolver names ${countInWords(views.length, "outbound address")} asked about, and the names lead back to the addresses (${listInWords(plan.addresses.slice(0, 12).map(({ address }) => address))}${views.length > 12 ? " …" : ""}). The name that the server gives in HELO is not part of this probe. ${later}`;
  const unasked = plan.unasked.map((network) => `${toPrintable(network, 80)}: not asked about`);
  return conclude(findings, passed, [transcribeDns(record.exchanges), ...unasked].join("\n"));
}

function judgeUnasked(network: string): Finding {
  return finding("pass", network, "Not asked about: the network is too large to ask for each address.");
}

const subjectOf = ({ address, network }: ReverseView): string =>
  network === address ? address : `${address} (of ${toPrintable(network, 80)})`;

function judgeAddress(view: ReverseView): Finding {
  const { address, ptr, names, count } = view;
  const subject = subjectOf(view);
  if (!isSeenOutside(address))
    return finding(
      "warn",
      subject,
      "This address is not seen on the Internet, so it cannot be the one from which mail reaches the vendor.",
      "Enter the public address in the Request for Information.",
    );
  if (ptr.status === "silent" || ptr.status === "refused" || ptr.status === "malformed")
    return finding(
      "not-measurable",
      subject,
      `The resolver ${ptr.server} gave no usable answer about PTR: ${ptr.detail}.`,
      "Check this machine's network, or name another resolver in the settings, and run the check again.",
    );
  if (ptr.status === "server-failure")
    return finding(
      "warn",
      subject,
      `The resolver ${ptr.server} could not find out the name of the address: ${ptr.detail}. ${later}`,
      "Ask the Internet provider whether the reverse zone of the address is in order.",
    );
  if (count === 0 || names.length === 0)
    return finding(
      "warn",
      subject,
      `The address has no name in DNS: ${ptr.detail || "the PTR record is empty"}. ${later}`,
      "While mail still leaves from here directly, ask the Internet provider for a PTR record with the mail server's name.",
    );
  return judgeNames(view, subject);
}

function judgeNames({ address, names, count }: ReverseView, subject: string): Finding {
  const told = listInWords(names.map(({ name }) => toPrintable(name, 260)));
  const confirmed = names.filter(({ isConfirmed }) => isConfirmed);
  const unheard = names.find(({ forward }) => ["silent", "refused", "malformed"].includes(forward.status));
  if (confirmed.length === 0 && unheard)
    return finding(
      "not-measurable",
      subject,
      `The name is ${told}, but the resolver gave no usable answer about its addresses: ${unheard.forward.detail}.`,
      "Run the check again.",
    );
  if (confirmed.length === 0)
    return finding(
      "warn",
      subject,
      `The name is ${told}, which does not lead back to the address (${describeForward(names)}). ${later}`,
      `Have the name and its address record agree: an ${address.includes(":") ? "AAAA" : "A"} record of the name with ${address}, or another PTR record.`,
    );
  const generic = confirmed.filter(({ name }) => looksGeneric(name, address)).map(({ name }) => toPrintable(name, 260));
  const hint =
    generic.length > 0
      ? ` ${listInWords(generic)} looks like a name that a provider gives to every address of a pool; receivers may trust it less.`
      : "";
  const more = count > 1 ? ` The address has ${count} names; receivers may take any of them.` : "";
  return finding(
    "pass",
    subject,
    `The name is ${told}, and ${confirmed.length === names.length ? "it leads" : `${listInWords(confirmed.map(({ name }) => toPrintable(name, 260)))} leads`} back to the address.${more}${hint}`,
  );
}

function describeForward(names: ReverseView["names"]): string {
  const told = names.slice(0, 3).map(({ name, forward }) => {
    const addresses = forward.records.flatMap(({ data }) => ("address" in data ? [data.address] : []));
    return `${toPrintable(name, 260)}: ${addresses.length > 0 ? listInWords(addresses.slice(0, 4)) : forward.detail}`;
  });
  return told.join("; ");
}
