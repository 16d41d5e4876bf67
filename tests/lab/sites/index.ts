import type { Site } from "../site.ts";
import { directorySites } from "./directory.ts";
import { gatewaySites } from "./gateway.ts";
import { inboundSites } from "./inbound.ts";
import { keySites } from "./keys.ts";
import { mxSites } from "./mx.ts";
import { protectionSites } from "./protection.ts";
import { recipientSites } from "./recipients.ts";
import { senderSites } from "./senders.ts";
import { waySites } from "./ways.ts";

/** Every site of the lab on loopback. */
export const sites: readonly Site[] = [
  ...mxSites,
  ...senderSites,
  ...keySites,
  ...gatewaySites,
  ...inboundSites,
  ...recipientSites,
  ...directorySites,
  ...protectionSites,
  ...waySites,
];
