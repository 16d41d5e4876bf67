import { oc } from "@orpc/contract";
import * as z from "zod";
import { failureErrors } from "./failures.ts";
import { engagementId } from "./names.ts";

/** Base of every command: the closed table of failures is part of its type. */
export const command = oc.errors(failureErrors);
export const nothing = z.strictObject({});
export const inEngagement = { engagement: engagementId };
