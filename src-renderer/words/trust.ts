import type { DeviceView, Standing } from "../../src-main/contract/trust.ts";
import { countNoun } from "./steps.ts";

export const standingWords: Record<Standing, string> = {
  verified: "Verified author",
  unverified: "Unverified author",
  revoked: "Revoked device",
  expired: "Expired certificate",
  wrong: "Certificate does not fit",
};

/** How many devices wrote, and how many of them the office does not vouch for: "2 devices wrote here, 1 of them unverified". */
export function describeDevices(devices: readonly Pick<DeviceView, "standing">[]): string {
  const count = countNoun(devices.length, "device");
  const doubted = devices.filter(({ standing }) => standing !== "verified").length;
  if (doubted === 0) return `${count} wrote here, vouched for by the office`;
  return doubted === devices.length
    ? `${count} wrote here, unverified`
    : `${count} wrote here, ${doubted} of them unverified`;
}

/** A device by the beginning of its key, as attributions name it. */
export const shortDevice = (device: string): string => device.slice(0, 16);

/** A key as people compare it: groups of eight. */
export const groupKey = (key: string): string => key.match(/.{1,8}/g)?.join(" ") ?? key;

/** A pasted key without the spaces and colons people write into it. */
export const cleanKey = (text: string): string => text.replace(/[\s:]/g, "").toLowerCase();
