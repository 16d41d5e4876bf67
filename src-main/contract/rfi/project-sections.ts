import type { Section } from "./field.ts";
import { yesNo } from "./questions.ts";

/** What stands around the mail flow: old services, archive, policies, order and dates. */
export const projectSections = [
  {
    id: "gateway",
    title: "Existing gateway",
    purpose: "What filters mail today. It stays running until caches have expired, and is cancelled before lockdown.",
    fields: [
      {
        id: "vendor",
        label: "Vendor and product",
        kind: "text",
        required: true,
        help: "Write “none” if mail arrives directly.",
        feeds: ["existing-policies", "completion"],
      },
      { id: "contractEnd", label: "Contract end", kind: "date", feeds: ["lockdown", "completion"] },
      yesNo("settingsExported", "Have its settings and lists been exported?", { feeds: ["existing-policies"] }),
      { id: "quarantine", label: "Quarantine content to keep", kind: "notes", feeds: ["existing-policies"] },
    ],
    groups: [],
  },
  {
    id: "archive",
    title: "Existing archive",
    purpose: "Historical mail that may have to be brought in.",
    fields: [
      yesNo("exists", "Is there archived mail to bring in?", { required: true, feeds: ["archived-data"] }),
      {
        id: "system",
        label: "Source system and version",
        kind: "text",
        required: true,
        when: { answer: { field: "archive.exists", is: [true] } },
        feeds: ["archived-data"],
      },
      {
        id: "sizeGigabytes",
        label: "Size (GB)",
        kind: "count",
        required: true,
        when: { answer: { field: "archive.exists", is: [true] } },
        feeds: ["archived-data"],
      },
      {
        id: "format",
        label: "Format",
        kind: "choice",
        required: true,
        options: [
          { value: "pst", label: "PST" },
          { value: "eml", label: "Zipped EML" },
          { value: "other", label: "Other, to be converted" },
        ],
        when: { answer: { field: "archive.exists", is: [true] } },
        feeds: ["archived-data"],
      },
      {
        id: "cutOff",
        label: "Cut-off date",
        kind: "date",
        help: "The day journaling begins. Nothing later is imported.",
        when: { answer: { field: "archive.exists", is: [true] } },
        feeds: ["archived-data"],
      },
    ],
    groups: [],
  },
  {
    id: "policies",
    title: "Policies",
    purpose: "Settings of today's service that must be written again, because they cannot be carried over.",
    fields: [{ id: "notes", label: "Remarks", kind: "notes" }],
    groups: [
      {
        id: "policies",
        label: "Policies to re-create",
        singular: "policy",
        pasteInto: "type",
        columns: [
          { id: "type", label: "Policy", kind: "text", required: true },
          { id: "settings", label: "Present settings", kind: "text" },
          { id: "owner", label: "Owner", kind: "text" },
        ],
        feeds: ["existing-policies", "account"],
      },
    ],
  },
  {
    id: "services",
    title: "Services",
    purpose: "What was bought decides which steps apply.",
    fields: [
      {
        id: "packages",
        label: "Packages on the order",
        kind: "text",
        required: true,
        feeds: ["account", "completion"],
      },
      {
        id: "retention",
        label: "Retention",
        kind: "text",
        required: true,
        help: "For example 7 years.",
        feeds: ["archived-data", "account"],
        when: { services: ["archiving"] },
      },
    ],
    groups: [],
  },
  {
    id: "dates",
    title: "Dates",
    purpose: "Outbound first, inbound some working days later, lockdown last.",
    fields: [
      {
        id: "outbound",
        label: "Outbound start",
        kind: "date",
        required: true,
        when: { services: ["email-security"] },
        feeds: ["outbound"],
      },
      {
        id: "mx",
        label: "Earliest MX change",
        kind: "date",
        required: true,
        when: { services: ["email-security"] },
        feeds: ["inbound"],
      },
      {
        id: "lockdown",
        label: "Firewall lockdown",
        kind: "date",
        when: { services: ["email-security"] },
        feeds: ["lockdown"],
      },
      { id: "freeze", label: "Freeze periods", kind: "notes" },
    ],
    groups: [],
  },
] as const satisfies readonly Section[];
