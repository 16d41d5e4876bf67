import * as z from "zod";

/** What a host may say to the engine process. Ports and frames carry the contract; the rest is life cycle. */
export const hostMessage = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("init"),
    home: z.string().min(1),
    assets: z.string().min(1),
    deviceKey: z.string().optional(),
    protection: z.string(),
    appVersion: z.string(),
  }),
  z.strictObject({ type: z.literal("connect"), id: z.string() }),
  z.strictObject({ type: z.literal("frame"), id: z.string(), data: z.unknown() }),
  z.strictObject({ type: z.literal("disconnect"), id: z.string() }),
  z.strictObject({ type: z.literal("grant"), token: z.string(), path: z.string(), purpose: z.enum(["open", "save"]) }),
  z.strictObject({ type: z.literal("reader-started"), id: z.string(), pid: z.number().int() }),
  z.strictObject({ type: z.literal("reader-message"), id: z.string(), message: z.unknown() }),
  z.strictObject({ type: z.literal("reader-exit"), id: z.string() }),
  z.strictObject({ type: z.literal("shutdown") }),
]);
export type HostMessage = z.infer<typeof hostMessage>;
