import type { Endpoint } from "../types.ts";

/** `192.0.2.53`, `192.0.2.53:53`, `2001:db8::53`, `[2001:db8::53]:53` as an endpoint; port 53 unless named. Null for anything else. */
export function parseServer(text: string): Endpoint | null {
  const [, bracketed, closedPort] = /^\[([0-9a-fA-F:.]+(?:%[\w.-]+)?)\](?::(\d{1,5}))?$/.exec(text) ?? [];
  if (bracketed !== undefined) return toEndpoint(bracketed, closedPort);
  const [, plain, port] = /^([0-9.]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (plain !== undefined) return toEndpoint(plain, port);
  return /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(?:%[\w.-]+)?$/.test(text) ? toEndpoint(text, undefined) : null;
}

function toEndpoint(address: string, port: string | undefined): Endpoint | null {
  const number = port === undefined ? 53 : Number(port);
  return number >= 1 && number <= 65_535 ? { address, port: number } : null;
}
