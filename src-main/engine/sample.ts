import { PNG } from "pngjs";
import type { RfiDocument } from "../contract/rfi/form.ts";
import { documentToAnswers, rfiDocument } from "../contract/rfi/form.ts";
import type { Journal } from "../journal/index.ts";
import { answersToOps } from "./answers.ts";
import { cells } from "./cells.ts";
import type { EngineContext } from "./context.ts";
import { readIdentity } from "./facts.ts";
import { record } from "./guard.ts";
import { createEngagement, fillNew } from "./new-engagement.ts";
import { addEvidence } from "./services/evidence.ts";
import { readStep } from "./step-facts.ts";
import { createId } from "./world.ts";

const reference = "SAMPLE-001";

/** Names and addresses are those reserved for documentation (RFC 2606, RFC 5737), so that no check of the sample reaches anybody. */
const answers: RfiDocument = {
  format: "connect-fieldbook-rfi",
  version: 1,
  sections: {
    organisation: {
      legalName: "Harbour & Finch Ltd",
      primaryDomain: "harbourfinch.example",
      mailboxes: 420,
      sites: 3,
      timeZone: "Europe/London",
      orderReference: "SO-20417",
      accountCode: "CUK00A000",
    },
    contacts: {
      emergencyName: "Priya Natarajan",
      emergencyEmail: "priya.oncall@mobile.example",
      emergencyMobile: "+44 7700 900123",
      people: [
        { name: "Priya Natarajan", role: "tpoc", email: "priya@harbourfinch.example", phone: "+44 20 7946 0102" },
        { name: "Owen Baptiste", role: "firewall", email: "owen@harbourfinch.example" },
        { name: "Lena Hartwig", role: "dns", email: "lena@harbourfinch.example", phone: "+44 20 7946 0177" },
      ],
    },
    domains: {
      elsewhere: false,
      rows: [
        { name: "harbourfinch.example", use: "send-receive", registrar: "In-house name servers" },
        { name: "harbourfinch.test", use: "send-only", registrar: "In-house name servers" },
      ],
    },
    platform: {
      version: "15.2.1544.4",
      edition: "Standard",
      enterpriseCals: false,
      servers: [
        { name: "HF-EX01", purpose: "Mailbox and transport" },
        { name: "HF-EX02", purpose: "Mailbox and transport" },
      ],
    },
    outbound: {
      dynamic: false,
      devices: "Two scanners on the second floor, the ticket system and the door controller.",
      outboundAddresses: [
        { network: "192.0.2.10", note: "London" },
        { network: "198.51.100.24", note: "Leeds" },
      ],
      senders: [{ name: "Payroll service", domain: "harbourfinch.example", note: "Pay slips, monthly" }],
    },
    inbound: {
      startTls: true,
      firewallProduct: "FortiGate 100F",
      inboundHosts: [{ host: "mail.harbourfinch.example", port: 25, note: "Both servers behind one address" }],
    },
    recipients: {
      validation: "directory",
      count: 455,
      directory: "ldap",
      ldapHost: "dc1.harbourfinch.example",
      ldapAlternateHost: "dc2.harbourfinch.example",
      ldapPort: 636,
      ldapEncryption: "strict",
      rootDn: "DC=harbourfinch,DC=example",
      bindDn: "CN=svc-mail,OU=Service,DC=harbourfinch,DC=example",
    },
    journaling: { scope: "All mailbox databases", transport: "smtp", journalSources: [{ network: "192.0.2.10" }] },
    gateway: { vendor: "On-premises filter appliance", contractEnd: "2027-01-31", settingsExported: true },
    archive: { exists: true, system: "PST files on a file share", sizeGigabytes: 740, format: "pst" },
    policies: {
      rows: [
        { type: "Blocked Senders", settings: "38 entries", owner: "Owen Baptiste" },
        { type: "Attachment Management", settings: "Executables held", owner: "Priya Natarajan" },
      ],
    },
    services: { packages: "Email Security and Archive", retention: "7 years" },
    dates: { outbound: "2026-12-01", mx: "2026-12-08", lockdown: "2026-12-15" },
  },
};

/** The filled sample engagement; opened again when it is already here. */
export function createSample(engine: EngineContext): Journal {
  for (const entry of engine.workspace.all()) {
    if ("state" in entry && readIdentity(entry.state()).reference === reference) return entry;
  }
  const journal = createEngagement(engine, {
    customer: "Harbour & Finch Ltd",
    reference,
    region: "EU",
    services: ["email-security", "archiving"],
    platform: "exchange-2019",
    accountCode: "CUK00A000",
    consultant: "Sam Okafor",
    tpoc: "Priya Natarajan",
    plannedStart: "2026-11-23",
    plannedEnd: "2026-12-18",
  });
  fillNew(engine, journal, () => fillSample(engine, journal));
  return journal;
}

function fillSample(engine: EngineContext, journal: Journal): void {
  const document = rfiDocument.parse(answers) as RfiDocument;
  record(
    engine,
    journal,
    answersToOps(
      documentToAnswers(document, () => createId(engine.world.random)),
      () => createId(engine.world.random),
    ),
    "rfi",
  );
  markTasks(engine, journal);
  addEvidence(engine, journal, {
    step: "account",
    task: null,
    title: "Account summary, as read to us",
    note: "Read from the Administration Console on the customer's screen.",
    kind: "text",
    file: {
      name: "account-summary.txt",
      type: "text/plain",
      bytes: new TextEncoder().encode("Account code CUK00A000\nRegion Europe\nLicensed users 420\n"),
      path: null,
    },
  });
  addEvidence(engine, journal, {
    step: "account",
    task: null,
    title: "Rack label of the firewall",
    note: "",
    kind: "picture",
    file: { name: "rack-label.png", type: "image/png", bytes: drawLabel(), path: null },
  });
}

function markTasks(engine: EngineContext, journal: Journal): void {
  for (const [step, count] of [
    ["rfi", 3],
    ["account", 2],
  ] as const) {
    const { described } = readStep(engine, journal, step);
    for (const { task } of described.tasks.slice(0, count)) {
      record(
        engine,
        journal,
        [
          {
            kind: "set",
            entity: cells.task(step, task),
            field: "state",
            value: { state: "done", reason: "", by: "Priya Natarajan" },
          },
        ],
        "steps",
      );
    }
  }
}

/** A small drawn picture, so that the sample has evidence to look at. */
function drawLabel(): Uint8Array {
  const picture = new PNG({ width: 320, height: 120 });
  for (let y = 0; y < picture.height; y += 1) {
    for (let x = 0; x < picture.width; x += 1) {
      const isFrame = x < 6 || y < 6 || x >= 314 || y >= 114;
      const isBar = y > 30 && y < 90 && x > 40 && x < 280 && (x * 7) % 23 < 9;
      picture.data.set(isFrame || isBar ? [24, 60, 64, 255] : [244, 246, 246, 255], (y * picture.width + x) * 4);
    }
  }
  return new Uint8Array(PNG.sync.write(picture));
}
