import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { NetworkSettings } from "../../src-main/contract/settings.ts";
import { keepToLoopback, loopbackNetwork, writeSettings } from "../support/settings.ts";

export interface ServedProgram {
  /** Address with the one-time token. */
  address: string;
  /** Ends the engine at once, as a power cut would. Doing it twice is harmless. */
  kill(): Promise<void>;
}

const cli = resolve("dist/engine/cli.mjs");
const node = resolve("node_modules/.bin/node");

/** Starts the built program for the browser and waits for its address. */
export async function serveProgram(home: string, ...more: string[]): Promise<ServedProgram> {
  keepToLoopback(home);
  const server = spawn(node, [cli, "serve", "--home", home, ...more], { stdio: ["ignore", "pipe", "inherit"] });
  const address = await readAddress(server);
  return {
    address,
    kill: () =>
      new Promise((done) => {
        if (server.exitCode !== null || server.signalCode !== null) return done();
        server.once("exit", () => done());
        server.kill("SIGKILL");
      }),
  };
}

/** The same in a folder of its own with these network settings; killing it removes the folder, too. */
export async function serveAlone(network: Partial<NetworkSettings>, ...more: string[]): Promise<ServedProgram> {
  const home = mkdtempSync(join(tmpdir(), "fieldbook-ui-"));
  writeSettings(home, { ...loopbackNetwork, ...network });
  const served = await serveProgram(home, ...more);
  const kill = async () => {
    await served.kill();
    rmSync(home, { recursive: true, force: true });
  };
  return { ...served, kill };
}

function readAddress(server: ChildProcess): Promise<string> {
  return new Promise((found, refuse) => {
    let printed = "";
    server.stdout?.on("data", (part: Buffer) => {
      printed += part.toString();
      const address = /(http:\/\/127\.0\.0\.1:\d+\/\S+)/.exec(printed)?.[1];
      if (address) found(address);
    });
    server.once("exit", (code) => refuse(new Error(`The program ended with code ${code}: ${printed}`)));
  });
}
