import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

const cookieName = "fieldbook_session";
const cookiePattern = new RegExp(`(?:^|; )${cookieName}=([0-9a-f]+)`);

const isSame = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
};

/**
 * Who may speak to the local server. The printed address carries a token that works once and soon expires; it is exchanged for an
 * HttpOnly, SameSite=Strict cookie. Programs send the session as a bearer token instead.
 */
export class LocalAccess {
  readonly session = randomBytes(32).toString("hex");
  readonly #token = randomBytes(32).toString("hex");
  readonly #ends: number;
  readonly #now: () => number;
  #spent = false;
  origin = "";

  constructor(tokenLife: number, now: () => number) {
    this.#now = now;
    this.#ends = now() + tokenLife;
  }

  get address(): string {
    return `${this.origin}/?token=${this.#token}`;
  }
  get cookie(): string {
    return `${cookieName}=${this.session}; HttpOnly; SameSite=Strict; Path=/`;
  }

  spendToken(given: string): boolean {
    const isRight = !this.#spent && isSame(given, this.#token) && this.#now() < this.#ends;
    if (isRight) this.#spent = true;
    return isRight;
  }

  hasSession(request: IncomingMessage): boolean {
    const bearer = /^Bearer ([0-9a-f]+)$/.exec(request.headers.authorization ?? "")?.[1];
    const cookie = cookiePattern.exec(request.headers.cookie ?? "")?.[1];
    return isSame(bearer ?? cookie ?? "", this.session);
  }

  /** A page of another origin, or a name that was made to resolve here (DNS rebinding). */
  isForeign({ headers: { origin, host } }: IncomingMessage): boolean {
    return (origin !== undefined && origin !== this.origin) || host !== this.origin.slice("http://".length);
  }
}
