import type { Secrets } from "../checks/index.ts";
import type { SecretKind } from "../contract/checks.ts";

/** Secrets kept in memory for the session, by engagement, where the person asked for it. Never written anywhere. */
export class SecretMemory {
  readonly #kept = new Map<string, Secrets>();

  /** Secrets of a run: those given, else those kept. `remember` true keeps what was given, false forgets what was kept. */
  use(engagement: string, given: Secrets, remember: boolean | undefined): Secrets {
    const secrets = { ...(remember === false ? {} : this.#kept.get(engagement)), ...given };
    if (remember === true) this.#kept.set(engagement, secrets);
    if (remember === false) this.#kept.delete(engagement);
    return secrets;
  }

  has(engagement: string, kind: SecretKind): boolean {
    const kept = this.#kept.get(engagement);
    if (kind === "directory-password") return kept?.directoryPassword !== undefined;
    return kind === "smtp-credentials" && kept?.smtpUser !== undefined && kept.smtpPassword !== undefined;
  }

  forgetAll(): void {
    this.#kept.clear();
  }
}
