/** Smallest prefix an inbound connector of Microsoft 365 accepts (learn.microsoft.com, New-InboundConnector: SenderIPAddresses). */
const shortestPrefix = 24;

interface Network {
  /** The four octets as one number. */
  address: number;
  prefix: number;
  /** Whether a prefix was written. */
  written: boolean;
}

/** IPv4 networks with every one larger than /24 split into /24s; IPv6 and unreadable ones are left out, since the connector takes IPv4 only. */
export function splitNetworks(networks: readonly string[]): string[] {
  return [...new Set(networks.flatMap(splitNetwork))];
}

/** `a.b.c.d/n` as address and dotted mask; null for what is no IPv4 network. */
export function maskOf(network: string): string | null {
  const read = readNetwork(network);
  return read && `${toDotted(read.address)} ${toDotted(2 ** 32 - 2 ** (32 - read.prefix))}`;
}

function splitNetwork(network: string): string[] {
  const read = readNetwork(network);
  if (!read || read.prefix < 8) return [];
  const { address, prefix, written } = read;
  if (prefix >= shortestPrefix) return [`${toDotted(address)}${written ? `/${prefix}` : ""}`];
  return Array.from(
    { length: 2 ** (shortestPrefix - prefix) },
    (_part, index) => `${toDotted(address + index * 256)}/${shortestPrefix}`,
  );
}

function readNetwork(network: string): Network | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(network.trim());
  if (!match) return null;
  const octets = match.slice(1, 5).map(Number);
  const prefix = Number(match[5] ?? 32);
  if (octets.some((octet) => octet > 255) || prefix > 32) return null;
  return {
    address: octets.reduce((sum, octet) => sum * 256 + octet, 0),
    prefix,
    written: match[5] !== undefined,
  };
}

const toDotted = (address: number): string =>
  [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(address / unit) % 256).join(".");
