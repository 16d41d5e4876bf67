import type { RfiAnswers } from "../contract/rfi/form.ts";
import { usableRegionValues } from "../guide/index.ts";
import type { Journal, NewOp } from "../journal/index.ts";
import { customer, type RunningRehearsal, type VendorNames } from "../rehearsal/index.ts";
import { answersToOps } from "./answers.ts";
import { cells } from "./cells.ts";
import type { EngineContext } from "./context.ts";
import { readIdentity } from "./facts.ts";
import { record } from "./guard.ts";
import { createEngagement, fillNew } from "./new-engagement.ts";
import { createId } from "./world.ts";

const region = "EU";
/** Values of the region table that are confirmed in every rehearsal, because nobody can look them up in a console. */
const confirmed: Record<string, string[]> = {
  "smart-hosts": ["eu-smtp-outbound-1.mimecast.com", "eu-smtp-outbound-2.mimecast.com"],
  "journal-hosts": ["eu-smtp-journal-1.mimecast.com", "eu-smtp-journal-2.mimecast.com"],
  "firewall-ranges": ["198.51.100.0/24"],
};

/** The vendor's names that the rehearsal's name server leads to this machine: those of its region in the playbook. */
export function vendorNames(engine: EngineContext): VendorNames {
  const values = usableRegionValues(engine.playbook, {
    customer: "",
    reference: "",
    region,
    services: ["email-security", "archiving"],
    platform: "postfix",
    family: "postfix",
    answers: { fields: {}, rows: {} },
    confirmed,
  });
  const of = (key: string) => values[key] ?? [];
  const webHosts = [...of("api"), ...of("console")].map((address) => new URL(address).hostname);
  return {
    mxHosts: of("mx-hosts"),
    smartHosts: of("smart-hosts"),
    journalHosts: of("journal-hosts"),
    spfInclude: of("spf-include")[0] ?? "",
    webHosts: [...new Set(webHosts)],
  };
}

/** The engagement to practise on: the newest one whose answers are nobody's signature yet, with the ports of the day, or a new one. */
export function prepareRehearsal(engine: EngineContext, ports: RunningRehearsal["ports"]): string {
  for (const entry of engine.workspace.all()) {
    if (!("state" in entry) || entry.mode === "read" || !readIdentity(entry.state()).rehearsal) continue;
    if (readIdentity(entry.state()).archived || entry.state().signOffs().length > 0) continue;
    const changed = portOps(ports, entry);
    if (changed.length > 0) record(engine, entry, changed, "rfi", "steps", "checks");
    return entry.engagement;
  }
  const journal = createEngagement(engine, {
    customer: "Rehearsal, no real customer",
    reference: `REHEARSAL ${engine.world.clock.now().toISOString().slice(0, 16).replace("T", " ")}`,
    region,
    services: ["email-security", "archiving"],
    platform: "postfix",
    accountCode: "CUK00R000",
  });
  fillNew(engine, journal, () => fill(engine, journal, portOps(ports)));
  return journal.engagement;
}

function fill(engine: EngineContext, journal: Journal, ops: NewOp[]): void {
  record(engine, journal, [{ kind: "set", entity: cells.rehearsal, field: "is", value: true }]);
  const values = Object.entries(confirmed).map(
    ([key, value]): NewOp => ({ kind: "set", entity: cells.regionValue(key), field: "value", value }),
  );
  record(engine, journal, [...answersToOps(answers, () => createId(engine.world.random)), ...values, ...ops], "rfi");
}

/** Row of the customer's mail server; it has a fixed name so that its port can follow. */
const serverRow = "rehearsal-server";

function portOps({ server, directory }: RunningRehearsal["ports"], journal?: Journal): NewOp[] {
  const row = cells.row("inboundHosts", serverRow);
  const all: Extract<NewOp, { kind: "set" }>[] = [
    { kind: "set", entity: row, field: "host", value: customer.mailHost },
    { kind: "set", entity: row, field: "port", value: server },
    { kind: "set", entity: cells.rfiSection("recipients"), field: "ldapPort", value: directory },
  ];
  const state = journal?.state();
  return all.filter(({ entity, field, value }) => state?.get(entity, field)?.value !== value);
}

const [controller = "", alternate = ""] = customer.controllers;

const answers: RfiAnswers = {
  fields: {
    "organisation.legalName": "Rehearsal, no real customer",
    "organisation.primaryDomain": customer.domain,
    "organisation.mailboxes": 5,
    "organisation.accountCode": "CUK00R000",
    "contacts.emergencyName": "Ada Byron",
    "contacts.emergencyEmail": "ada@elsewhere.example",
    "contacts.emergencyMobile": "+44 7700 900123",
    "platform.version": "Postfix 3.7",
    "outbound.dynamic": false,
    "inbound.startTls": false,
    "recipients.validation": "call-forward",
    "recipients.directory": "ldap",
    "recipients.ldapHost": controller,
    "recipients.ldapAlternateHost": alternate,
    "recipients.ldapEncryption": "strict",
    "recipients.rootDn": customer.rootDn,
    "recipients.bindDn": customer.bindDn,
    "recipients.knownAddress": customer.recipient,
    "journaling.scope": "All mailboxes",
    "journaling.transport": "smtp",
    "gateway.vendor": "Old gateway",
    "archive.exists": false,
    "services.packages": "Email Security and Archive",
    "services.retention": "7 years",
  },
  rows: {
    people: [
      { id: "", values: { name: "Ada Byron", role: "tpoc", email: customer.recipient, phone: "+44 20 7946 0123" } },
    ],
    domains: [{ id: "", values: { name: customer.domain, use: "send-receive", selector: customer.selector } }],
    outboundAddresses: [{ id: "", values: { network: customer.outboundAddress } }],
    journalSources: [{ id: "", values: { network: customer.outboundAddress } }],
  },
};
