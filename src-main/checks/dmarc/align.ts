import type { Walk } from "../dns/walk.ts";
import { type DmarcView, walkDmarc } from "./walk.ts";

/** Identifiers that may cause a tree walk for one message: signatures cost a sender nothing, walks cost eight queries each. */
export const mostIdentifierWalks = 10;

/** Whether an identifier aligns with the author's domain; unknown when a name that decides could not be read. */
export type Alignment = "aligned" | "not-aligned" | "unknown";

/**
 * Compares authenticated domains with the author's (RFC 9989 4.10.2): strict asks for the same name, relaxed for the same
 * Organizational Domain, found by a tree walk from each. One comparison serves one message, so that no name is walked twice.
 */
export class AlignmentComparison {
  readonly #author: DmarcView;
  readonly #organizations = new Map<string, string | null>();

  constructor(author: DmarcView) {
    this.#author = author;
  }

  *compare(domain: string, mode: string): Walk<Alignment> {
    const { domain: author, organization } = this.#author;
    if (domain === author) return "aligned";
    if (mode === "s") return "not-aligned";
    // Without a label in common no walk can lead to one Organizational Domain.
    if (domain.split(".").at(-1) !== author.split(".").at(-1)) return "not-aligned";
    if (organization === null) return "unknown";
    // An Organizational Domain is the domain itself or a parent of it, so whatever lies elsewhere needs no walk.
    if (domain !== organization && !domain.endsWith(`.${organization}`)) return "not-aligned";
    if (!this.#organizations.has(domain)) {
      if (this.#organizations.size >= mostIdentifierWalks) return "unknown";
      const view = yield* walkDmarc(domain, "organization");
      this.#organizations.set(domain, view.organization);
    }
    const own = this.#organizations.get(domain) ?? null;
    if (own === null) return "unknown";
    return own === organization ? "aligned" : "not-aligned";
  }
}
