import type { Standing } from "../../src-main/contract/trust.ts";

export const standingWords: Record<Standing, string> = {
  verified: "Verified author",
  unverified: "Unverified author",
  revoked: "Revoked device",
  expired: "Expired certificate",
  wrong: "Certificate does not fit",
};

/** A device by the beginning of its key, as attributions name it. */
export const shortDevice = (device: string): string => device.slice(0, 16);

/** A key as people compare it: groups of eight. */
export const groupKey = (key: string): string => key.match(/.{1,8}/g)?.join(" ") ?? key;

/** A pasted key without the spaces and colons people write into it. */
export const cleanKey = (text: string): string => text.replace(/[\s:]/g, "").toLowerCase();
