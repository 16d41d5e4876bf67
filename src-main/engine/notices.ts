import type { Notice } from "../contract/engagements.ts";
import type { Journal } from "../journal/index.ts";
import type { Housekeeping } from "./housekeeping.ts";
import type { Salvages } from "./salvages.ts";
import type { Trust } from "./trust.ts";

export interface NoticeOptions {
  trust: Trust;
  housekeeping: Housekeeping;
  salvages: Salvages;
}

/** What a person should know about an engagement file itself. Everything but salvage is computed, so that it ends when it is no longer true. */
export class Notices {
  readonly #options: NoticeOptions;
  constructor(options: NoticeOptions) {
    this.#options = options;
  }

  list(journal: Journal): Notice[] {
    const state = journal.state();
    const { trust, housekeeping, salvages } = this.#options;
    const forks = state.forks();
    const revoked = [...journal.devices()].filter(([device]) => trust.isRevoked(device));
    const wrong = housekeeping.wrongSignatures(journal.engagement);
    return [
      ...salvages.list(journal.engagement),
      ...computed(forks.length > 0, {
        notice: "fork",
        kind: "fork",
        text: "A machine was copied while it wrote here: one session continues twice. Both are kept; nothing is lost.",
        details: forks.map(({ stream, seq }) => `Session ${stream.slice(0, 8)}, entry ${seq}`),
      }),
      ...computed(state.waiting > 0, {
        notice: "waiting",
        kind: "waiting",
        text: `${countEntries(state.waiting)} for others that have not arrived. Take in a newer copy from whoever wrote them.`,
        details: [],
      }),
      ...computed(state.opaque > 0, {
        notice: "newer",
        kind: "newer",
        text: `${state.opaque} changes come from a newer version of the program. They are kept; the steps they concern cannot be signed here.`,
        details: [],
      }),
      ...computed(revoked.length > 0, {
        notice: "revoked",
        kind: "revoked",
        text: "A device that the office has revoked has written here.",
        details: revoked.map(
          ([device, { name, entries }]) => `${name}, device ${device.slice(0, 16)}: ${entries} entries`,
        ),
      }),
      ...computed(wrong > 0, {
        notice: "background",
        kind: "background",
        text: `${wrong} entries that came in carry a wrong signature of their own. Verify the file, and look at the snapshot taken before.`,
        details: [],
      }),
    ];
  }

  dismiss(engagement: string, notice: string): void {
    this.#options.salvages.dismiss(engagement, notice);
  }
}

const countEntries = (count: number): string => (count === 1 ? "One entry waits" : `${count} entries wait`);

const computed = (holds: boolean, notice: Pick<Notice, "notice" | "kind" | "text" | "details">): Notice[] =>
  holds ? [{ ...notice, at: null, dismissible: false }] : [];
