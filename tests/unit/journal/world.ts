import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";

export { createSign, createTestDeps, describeState, FORM, Replica } from "../../proof/histories/replica.ts";

/** A new folder for each test, removed after it. */
export function createFolders(): () => string {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), "fieldbook-test-"));
    folders.push(folder);
    return folder;
  };
}
