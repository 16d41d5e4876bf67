import { customerSections } from "./customer-sections.ts";
import { mailSections } from "./mail-sections.ts";
import { projectSections } from "./project-sections.ts";

/**
 * The Request for Information, question by question: the one table from which the form, its validation, the completeness meter,
 * JSON import and export, placeholders and the document are derived.
 * Source: the vendor's pages on the RFI, Connect and onboarding (KBID10577 and the articles it names); the rest is consultants' practice.
 */
export const rfiSections = [...customerSections, ...mailSections, ...projectSections] as const;
