import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PNG } from "pngjs";
import type { Net } from "../../src-main/checks/index.ts";
import type { EngagementDraft } from "../../src-main/contract/engagements.ts";
import { errorToFailure } from "../../src-main/contract/failures.ts";
import { createEngine, type Engine } from "../../src-main/engine/engine.ts";
import { type Client, createInProcessClient } from "../../src-main/engine/transports/in-process.ts";
import { createSystemWorld, type World } from "../../src-main/engine/world.ts";
import { forkReader, generateDeviceKey } from "../../src-main/journal/index.ts";

export const assets = fileURLToPath(new URL("../../assets", import.meta.url));
const reader = new URL("../../src-main/journal/intake/child.ts", import.meta.url);
const reportWorker = new URL("../../src-main/reports/worker.ts", import.meta.url);

export interface TestEngine {
  engine: Engine;
  client: Client;
  home: string;
  close(): Promise<void>;
}

/** A real engine on a temporary folder, with a device key of its own. */
export function startTestEngine(
  home = mkdtempSync(join(tmpdir(), "fieldbook-engine-")),
  { world = createSystemWorld(), net }: { world?: World; net?: Net } = {},
): TestEngine {
  const engine = createEngine({
    world,
    home,
    assets,
    reportWorker,
    spawnReader: () => forkReader(reader),
    device: generateDeviceKey().key,
    protection: "file",
    appVersion: "0.0.0-test",
    ...(net ? { net } : {}),
  });
  return {
    engine,
    client: createInProcessClient(engine.router),
    home,
    close: async () => {
      await engine.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export const draft = {
  customer: "Acme Ltd",
  reference: "ENG-104",
  region: "EU",
  services: ["email-security", "archiving"],
  platform: "exchange-2019",
} as const satisfies Omit<EngagementDraft, "services"> & { services: readonly string[] };
export const newDraft = (): EngagementDraft => ({ ...draft, services: [...draft.services] });

/** A PNG with a wave that passes for a signature, as base64. */
export function drawSignature(): string {
  const png = new PNG({ width: 400, height: 120 });
  for (let y = 0; y < 120; y += 1) {
    for (let x = 0; x < 400; x += 1) {
      const isInk = x > 60 && x < 340 && Math.abs(y - 60 - Math.sin(x / 18) * 30) < 2;
      png.data.set(isInk ? [10, 20, 60, 255] : [255, 255, 255, 255], (y * 400 + x) * 4);
    }
  }
  return PNG.sync.write(png).toString("base64");
}

/** The code with which a call was refused, or "accepted". */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "accepted";
  } catch (error) {
    return errorToFailure(error).code;
  }
}
