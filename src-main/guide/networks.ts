/** Smallest prefix an inbound connector of Microsoft 365 accepts (learn.microsoft.com, New-InboundConnector: SenderIPAddresses). */
const shortestPrefix = 24;

/** IPv4 networks with every one larger than /24 split into /24s; IPv6 and unreadable ones are left out, since the connector takes IPv4 only. */
export function splitNetworks(networks: readonly string[]): string[] {
  return [...new Set(networks.flatMap(splitNetwork))];
}

function splitNetwork(network: string): string[] {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(network.trim());
  if (!match) return [];
  const [a = 0, b = 0, c = 0, d = 0] = match.slice(1, 5).map(Number);
  const prefix = Number(match[5] ?? 32);
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32 || prefix < 8) return [];
  if (prefix >= shortestPrefix) return [`${a}.${b}.${c}.${d}${match[5] ? `/${prefix}` : ""}`];
  const first = a * 65_536 + b * 256 + c;
  return Array.from({ length: 2 ** (shortestPrefix - prefix) }, (_part, index) => {
    const part = first + index;
    return `${Math.floor(part / 65_536)}.${Math.floor(part / 256) % 256}.${part % 256}.0/${shortestPrefix}`;
  });
}
