import ipaddr from "ipaddr.js";
import { listInWords } from "../judgement.ts";
import { addressesOf, amiss, fine, type Seen, shown, type VantageFinding } from "./finding.ts";

const useAnother = "Name a public resolver in the settings, or use another network such as a telephone's.";

export function judgeNetwork({ record: { addresses } }: Seen): VantageFinding {
  if (addresses.length > 0)
    return fine(
      "network",
      `This machine has ${addresses.length > 1 ? "the addresses" : "the address"} ${shown(listInWords(addresses.slice(0, 4)))}.`,
    );
  return amiss("network", "fail", "no network", {
    text: "This machine has no address on any network.",
    meaning: "No check can reach anything. Everything else works, and what is recorded stays.",
    todo: "Plug in a cable or join a network, then test again.",
  });
}

/** Whether the own resolver answers, and with addresses that can be true. */
export function judgeResolver(seen: Seen): VantageFinding {
  const { record, own } = seen;
  const meaning = "Checks that begin with a name cannot be measured from here; that says nothing about the names.";
  if (record.resolvers.length === 0)
    return amiss("resolver", "fail", "no resolver", {
      text: "The operating system names no resolver.",
      meaning,
      todo: "Name a resolver in the settings, or join a network that gives one.",
    });
  const name = shown(listInWords(record.resolvers.slice(0, 3)));
  const told = own.find(({ status }) => ["answered", "no-data", "no-such-name"].includes(status));
  if (!told)
    return amiss("resolver", "fail", "resolver silent", {
      text: `The resolver ${name} answers no question: ${own[0]?.detail ?? "nothing was asked"}.`,
      meaning,
      todo: useAnother,
    });
  return judgeAddresses(seen) ?? fine("resolver", `The resolver ${name} answers.`);
}

/** Hosts of the Internet have public addresses; a portal or filter gives its own. */
function judgeAddresses({ own, record }: Seen): VantageFinding | null {
  for (const answer of own) {
    const { name } = answer.question;
    const inside = addressesOf(answer).filter((address) => !isPublic(address));
    if (inside.length > 0 && !record.missing.includes(name))
      return amiss("resolver", "fail", "false addresses", {
        text: `The resolver gives ${listInWords(inside.slice(0, 3))} for ${shown(name)}, which is a host of the Internet.`,
        meaning: "A portal or a filter stands between: checks would look at its server and call it the host's.",
        todo: `Log on to the network's portal, or ask who runs its filter. ${useAnother}`,
      });
  }
  return null;
}

/** Global addresses, and IPv4 ones as a network without IPv4 writes them (NAT64, RFC 6052). */
const isPublic = (address: string): boolean =>
  ipaddr.isValid(address) && ["unicast", "rfc6052"].includes(ipaddr.process(address).range());

/** Whether names that nobody registered are said not to exist. */
export function judgeMissingNames({ own, record }: Seen): VantageFinding {
  const answers = own.filter(({ question }) => record.missing.includes(question.name));
  const invented = answers.find(({ status }) => status === "answered");
  if (invented)
    return amiss("missing-names", "fail", "missing names answered", {
      text: `The resolver gives ${shown(listInWords(addressesOf(invented).slice(0, 3)))} for the made-up name ${shown(invented.question.name)}.`,
      meaning:
        "What is missing looks present: a mistyped MX host has an address, an SPF look-up that should come back empty does not.",
      todo: useAnother,
    });
  if (answers.some(({ status }) => status === "no-such-name"))
    return fine("missing-names", "Made-up names are said not to exist.");
  return amiss("missing-names", "not-measurable", "", {
    text: `Nothing was learned about names that do not exist: ${answers[0]?.detail ?? "nothing was asked"}.`,
    meaning: "Whether this network answers for missing names is not known.",
    todo: "",
  });
}

/** Whether questions reach the server they are sent to. */
export function judgePort53({ plan, others }: Seen): VantageFinding {
  const bystander = others.find(({ question, status }) => question.to === plan.unusedServer && status !== "silent");
  const liar = others.find(({ status }) => status === "answered");
  const intercepted = bystander ?? liar;
  if (intercepted)
    return amiss("port-53", "fail", "port 53 intercepted", {
      text: bystander
        ? `A question to ${shown(plan.unusedServer)}, where no name server is, was answered.`
        : `${shown(intercepted.question.to ?? "")} seems to know a made-up name: somebody answers in its place.`,
      meaning:
        "Whatever server a check asks, one of this network answers. Comparisons between resolvers and authoritative servers prove nothing from here.",
      todo:
        plan.dns.dohResolver === null
          ? "Name a resolver by HTTPS in the settings, or use another network such as a telephone's."
          : "Checks started here use the resolver by HTTPS. Authoritative servers can be asked from another network.",
    });
  const beside = others.filter(({ question }) => question.to !== plan.unusedServer);
  const heard = beside.filter(({ status }) => status !== "silent");
  if (beside.length > 0 && heard.length === 0)
    return amiss("port-53", "warn", "port 53 closed", {
      text: `No other resolver can be asked: ${shown(listInWords(beside.map(({ question }) => question.to ?? "")))} gave no answer.`,
      meaning: "Checks see the own resolver's view only; authoritative servers cannot be compared from here.",
      todo: "Use another network to prove that a change has reached every server.",
    });
  const named =
    heard.length > 0 ? `${listInWords(heard.map(({ question }) => question.to ?? ""))} answered, and a` : "A";
  return fine("port-53", `${shown(named)} question to an address without a name server stayed unanswered.`);
}
