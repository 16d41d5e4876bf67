import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { text } from "node:stream/consumers";
import { findLabObstacle } from "./lab.ts";
import { inNamespace, run } from "./processes.ts";

/** The three places of a lockdown: the customer's server, the vendor, and a consultant's laptop elsewhere. */
export const places = ["customer", "vendor", "laptop"] as const;
export type Place = (typeof places)[number];

/** Addresses of each place: documentation networks (RFC 5737, RFC 3849), which lead nowhere but between the namespaces. */
export const addresses: Record<Place, { v4: string[]; v6: string }> = {
  customer: { v4: ["192.0.2.10", "192.0.2.11"], v6: "2001:db8::10" },
  vendor: { v4: ["192.0.2.20", "192.0.2.21"], v6: "2001:db8::20" },
  laptop: { v4: ["192.0.2.30"], v6: "2001:db8::30" },
};

export interface SmallInternet {
  /** Network namespace of a place. */
  nameOf(place: Place): string;
  /** Puts these nftables rules in place of all earlier ones of a place, for what comes in and what goes out. */
  setRules(place: Place, rules: { input?: string[]; output?: string[] }): Promise<void>;
  stop(): Promise<void>;
}

const prefix = "fieldbook-lab";

/** Why the namespaces cannot be made here, or null. */
export function findNamespaceObstacle(): string | null {
  const lab = findLabObstacle({ iproute2: "/usr/sbin/ip", nftables: "/usr/sbin/nft" });
  if (lab !== null) return lab;
  const name = `${prefix}-${process.pid}-trial`;
  const made = spawnSync("ip", ["netns", "add", name], { encoding: "utf8" });
  if (made.status !== 0) return `network namespaces cannot be made: ${made.stderr.trim()}`;
  spawnSync("ip", ["netns", "delete", name]);
  return null;
}

/** Three hosts on one wire, in namespaces of their own; nothing of it touches this machine's network. */
export async function startSmallInternet(): Promise<SmallInternet> {
  await removeLeftovers();
  const nameOf = (place: Place | "wire") => `${prefix}-${process.pid}-${place}`;
  const names = [...places, "wire" as const].map(nameOf);
  const stop = async () => {
    for (const name of names) await run("ip", ["netns", "delete", name]).catch(() => undefined);
  };
  try {
    for (const name of names) await run("ip", ["netns", "add", name]);
    await inside(nameOf("wire"), ["ip", "link", "add", "bridge", "type", "bridge"]);
    await inside(nameOf("wire"), ["ip", "link", "set", "bridge", "up"]);
    for (const place of places) await connect(nameOf(place), nameOf("wire"), place);
  } catch (error) {
    await stop();
    throw error;
  }
  const setRules: SmallInternet["setRules"] = async (place, { input = [], output = [] }) => {
    const chain = (hook: string, rules: string[]) =>
      `chain ${hook} { type filter hook ${hook} priority 0; policy accept; ${rules.map((rule) => `${rule};`).join(" ")} }`;
    const ruleset = `flush ruleset\ntable inet fieldbook {\n${chain("input", input)}\n${chain("output", output)}\n}\n`;
    await feed("ip", ["netns", "exec", nameOf(place), "nft", "-f", "-"], ruleset);
  };
  return { nameOf, setRules, stop };
}

const inside = (name: string, [program = "", ...parameters]: string[]) =>
  run(...inNamespace(name, program, parameters));

/** A cable between a place and the wire, with the place's addresses. */
async function connect(name: string, wire: string, place: Place): Promise<void> {
  await run("ip", ["link", "add", "outside", "netns", name, "type", "veth", "peer", "name", place, "netns", wire]);
  await inside(wire, ["ip", "link", "set", place, "master", "bridge", "up"]);
  const { v4, v6 } = addresses[place];
  for (const address of v4) await inside(name, ["ip", "address", "add", `${address}/24`, "dev", "outside"]);
  // Without waiting for duplicates to be looked for.
  await inside(name, ["ip", "address", "add", `${v6}/64`, "dev", "outside", "nodad"]);
  for (const device of ["lo", "outside"]) await inside(name, ["ip", "link", "set", device, "up"]);
}

/** Namespaces of runs that were killed, with what still runs in them. */
async function removeLeftovers(): Promise<void> {
  const { stdout } = await run("ip", ["netns", "list"]);
  for (const [name, pid] of stdout.matchAll(new RegExp(`^${prefix}-(\\d+)-\\w+`, "gm")))
    if (!existsSync(`/proc/${pid}`)) {
      const { stdout: pids } = await run("ip", ["netns", "pids", name]);
      const left = pids.split("\n").filter((line) => line !== "");
      // One that has ended meanwhile is no failure.
      if (left.length > 0) await run("kill", ["-9", ...left]).catch(() => undefined);
      await run("ip", ["netns", "delete", name]);
    }
}

/** Runs a program with this on its standard input; resolves to what it printed. */
export async function feed(program: string, parameters: string[], input: string): Promise<string> {
  const child = spawn(program, parameters, { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [printed, complaint, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => child.on("error", reject).on("exit", resolve)),
  ]);
  if (code !== 0) throw new Error(`${program} ${parameters.join(" ")} ended with ${code}: ${complaint}`);
  return printed;
}
