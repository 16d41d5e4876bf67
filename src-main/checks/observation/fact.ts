/** One thing seen outside, at one moment and from one place. */
export interface Fact {
  /** Same for the same thing in every observation. */
  key: string;
  /** Domain, or host with port. */
  subject: string;
  what: string;
  /** Lines in a fixed order; "" when there is none of it; null when it was not seen, see `detail`. */
  value: string | null;
  /** Who said it, or why it was not seen. */
  detail: string;
  /** Seconds, where the value lives in caches. */
  ttl?: number;
}
