import type { Site } from "../site.ts";
import { directorySites } from "./directory.ts";
import { gatewaySites } from "./gateway.ts";
import { inboundSites } from "./inbound.ts";
import { mxSites } from "./mx.ts";
import { senderSites } from "./senders.ts";

/** Every site of the lab on loopback. */
export const sites: readonly Site[] = [...mxSites, ...senderSites, ...gatewaySites, ...inboundSites, ...directorySites];
