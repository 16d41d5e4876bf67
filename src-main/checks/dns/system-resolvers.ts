import { execFile } from "node:child_process";
import { getServers } from "node:dns";
import { readFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { win32 } from "node:path";
import { parseResolvConf, parseScutil, parseServerAddresses } from "./resolver-lists.ts";

/** A listing by a program of the operating system is believed this long, milliseconds: PowerShell takes a second to start. */
const freshness = 30_000;
/** Patience for such a program, and bytes of what it may say. */
const patience = 5_000;
const longestListing = 256 * 1024;

/** What the reading needs of the machine. */
export interface ResolverSources {
  platform: NodeJS.Platform;
  /** Text of a file; rejects when it cannot be read. */
  read(path: string): Promise<string>;
  /** What a program prints; rejects when it fails, or takes too long. */
  run(program: string, parameters: readonly string[]): Promise<string>;
  /** The list of Node's own resolver library. */
  library(): string[];
  /** Names of the adapters that have an address. */
  adapters(): ReadonlySet<string>;
  now(): number;
}

const windowsFolder = process.env.SystemRoot ?? "C:\\Windows";
const powershell = win32.join(windowsFolder, "System32", "WindowsPowerShell", "v1.0", "powershell.exe");
const listAddresses =
  "Get-DnsClientServerAddress | Select-Object InterfaceAlias,ServerAddresses | ConvertTo-Json -Compress -Depth 3";

/**
 * Reads the operating system's resolvers where the operating system keeps them, because Node's library gives 127.0.0.1 alone on
 * Windows with c-ares 1.34.6 (nodejs/node#62748, electron/electron#52788). Its list stands in where that cannot be read.
 */
export function createResolverReader(sources: ResolverSources): () => Promise<string[]> {
  let listing: { at: number; servers: Promise<string[]> } | null = null;
  const fresh = (list: () => Promise<string[]>) => {
    if (listing === null || sources.now() - listing.at > freshness) listing = { at: sources.now(), servers: list() };
    return listing.servers;
  };
  return async () => {
    try {
      const found = await readSystem(sources, fresh);
      return found.length > 0 ? found : sources.library();
    } catch {
      return sources.library();
    }
  };
}

async function readSystem(
  { platform, read, run, library, adapters }: ResolverSources,
  fresh: (list: () => Promise<string[]>) => Promise<string[]>,
): Promise<string[]> {
  if (platform === "darwin") return fresh(async () => parseScutil(await run("/usr/sbin/scutil", ["--dns"])));
  if (platform !== "win32") return parseResolvConf(await read("/etc/resolv.conf"));
  if (library().some((server) => !isLoopback(server))) return library();
  return fresh(async () =>
    parseServerAddresses(
      await run(powershell, ["-NoLogo", "-NoProfile", "-NonInteractive", "-Command", listAddresses]),
      adapters(),
    ),
  );
}

const isLoopback = (server: string): boolean => /^(?:127\.|\[?::1\b)/.test(server);

const runProgram = (program: string, parameters: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const limits = { timeout: patience, maxBuffer: longestListing, windowsHide: true };
    execFile(program, parameters, limits, (error, printed) => (error ? reject(error) : resolve(printed)));
  });

const listAdapters = (): ReadonlySet<string> =>
  new Set(
    Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
      addresses?.some(({ internal }) => !internal) ? [name] : [],
    ),
  );

/** Name servers of the operating system as `address` or `address:port`, in its order. Never fails. */
export const readSystemResolvers = createResolverReader({
  platform: process.platform,
  read: (path) => readFile(path, "utf8"),
  run: runProgram,
  library: getServers,
  adapters: listAdapters,
  now: () => performance.now(),
});
