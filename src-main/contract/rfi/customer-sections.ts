import type { Section } from "./field.ts";
import { exchangeLike, ownServers, yesNo } from "./questions.ts";

/** Who the customer is and what they run. */
export const customerSections = [
  {
    id: "organisation",
    title: "Organisation",
    purpose: "The account is created from these lines, so they are copied exactly.",
    fields: [
      { id: "legalName", label: "Company name (legal)", kind: "text", required: true, feeds: ["account"] },
      {
        id: "primaryDomain",
        label: "Primary e-mail domain",
        kind: "domain",
        required: true,
        feeds: ["account", "outbound", "recipients", "inbound", "lockdown"],
      },
      { id: "mailboxes", label: "Licensed users or mailboxes", kind: "count", required: true, feeds: ["account"] },
      { id: "sites", label: "Sites", kind: "count" },
      {
        id: "timeZone",
        label: "Time zone",
        kind: "text",
        help: "For example Europe/London. Directory synchronisation runs in the region's time zone, not in this one.",
      },
      { id: "orderReference", label: "Order or partner reference", kind: "text" },
      {
        id: "accountCode",
        label: "Account code",
        kind: "text",
        help: "From the Administration Console, Account Summary. Its prefix names the region.",
        feeds: ["account"],
      },
    ],
    groups: [],
  },
  {
    id: "contacts",
    title: "Contacts",
    purpose: "Who is told, who decides, and who can be reached when mail is down.",
    fields: [
      {
        id: "emergencyName",
        label: "Emergency contact",
        kind: "text",
        required: true,
        help: "Usually the primary administrator. Used for spam outbreaks and mail loops.",
        feeds: ["account", "completion"],
      },
      {
        id: "emergencyEmail",
        label: "Emergency contact, e-mail",
        kind: "email",
        required: true,
        help: "An address that works when the company's own mail does not.",
        feeds: ["account"],
      },
      {
        id: "emergencyMobile",
        label: "Emergency contact, mobile",
        kind: "phone",
        required: true,
        feeds: ["account", "completion"],
      },
      { id: "changeBoard", label: "Change-board dates", kind: "notes" },
    ],
    groups: [
      {
        id: "people",
        label: "People",
        singular: "person",
        minimum: 1,
        columns: [
          { id: "name", label: "Name", kind: "text", required: true },
          {
            id: "role",
            label: "Role",
            kind: "choice",
            required: true,
            options: [
              { value: "tpoc", label: "Technical point of contact (TPOC)" },
              { value: "implementation-lead", label: "Implementation lead" },
              { value: "administrator", label: "Administrator" },
              { value: "dns", label: "Domain registrar or DNS" },
              { value: "firewall", label: "Firewall" },
              { value: "partner", label: "Partner administrator" },
              { value: "management", label: "Management" },
              { value: "other", label: "Other" },
            ],
          },
          { id: "email", label: "E-mail", kind: "email", required: true },
          { id: "phone", label: "Telephone", kind: "phone" },
        ],
        feeds: ["account"],
      },
    ],
  },
  {
    id: "domains",
    title: "Domains",
    purpose: "Every domain and sub-domain that sends or receives mail. A forgotten one keeps its old route.",
    fields: [
      {
        id: "tenantDomain",
        label: "Microsoft 365 tenant domain",
        kind: "domain",
        required: true,
        help: "The name that ends in onmicrosoft.com. Without it the smart host refuses the tenant's mail.",
        when: { families: ["microsoft-365", "hybrid"] },
        feeds: ["account", "outbound", "recipients"],
      },
      yesNo("elsewhere", "Is any of these domains in another account of the vendor?", {
        help: "A domain can exist in one account only.",
      }),
    ],
    groups: [
      {
        id: "domains",
        label: "Domains",
        singular: "domain",
        help: "Enter every DKIM selector that signs for a domain, separated by commas.",
        minimum: 1,
        pasteInto: "name",
        columns: [
          { id: "name", label: "Domain", kind: "domain", required: true },
          {
            id: "use",
            label: "Use",
            kind: "choice",
            options: [
              { value: "send-receive", label: "Sends and receives" },
              { value: "send-only", label: "Sends only" },
              { value: "receive-only", label: "Receives only" },
              { value: "local", label: "Local (POP)" },
              { value: "unused", label: "Not used for mail" },
            ],
          },
          { id: "registrar", label: "Registrar or DNS host", kind: "text" },
          { id: "selector", label: "DKIM selector", kind: "text" },
        ],
        feeds: ["account", "outbound", "inbound", "completion"],
      },
    ],
  },
  {
    id: "platform",
    title: "Mail platform",
    purpose: "The platform decides the later questions and every instruction, so it must be exact.",
    fields: [
      { id: "version", label: "Version and patch level", kind: "text", required: true, when: { families: ownServers } },
      { id: "edition", label: "Edition or plan", kind: "text" },
      yesNo("enterpriseCals", "Are Enterprise CALs licensed?", {
        help: "Premium journaling needs them.",
        when: { families: exchangeLike, services: ["archiving"] },
        feeds: ["recipients"],
      }),
      {
        id: "hybridSender",
        label: "Which side sends to the Internet?",
        kind: "choice",
        required: true,
        options: [
          { value: "on-premises", label: "Exchange on premises" },
          { value: "microsoft-365", label: "Microsoft 365" },
        ],
        when: { families: ["hybrid"] },
        feeds: ["outbound"],
      },
    ],
    groups: [
      {
        id: "servers",
        label: "Transport servers",
        singular: "server",
        columns: [
          { id: "name", label: "Server name", kind: "text", required: true },
          { id: "purpose", label: "Purpose", kind: "text" },
        ],
        pasteInto: "name",
        when: { families: ownServers },
        feeds: ["outbound", "recipients", "inbound", "lockdown"],
      },
    ],
  },
] as const satisfies readonly Section[];
