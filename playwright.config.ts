import { defineConfig } from "@playwright/test";

/** Browser tests need a Chromium from the system; nothing is downloaded for them. */
const chromium = {
  executablePath: process.env.FIELDBOOK_CHROMIUM ?? "/usr/bin/chromium",
  args: [
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--no-first-run",
  ],
};

export default defineConfig({
  testMatch: "**/*.spec.ts",
  outputDir: "test-results",
  timeout: 120_000,
  expect: { timeout: 15_000 },
  // One window at a time: tests share one display and two cores.
  workers: 1,
  forbidOnly: true,
  reporter: "list",
  use: { actionTimeout: 15_000, trace: "retain-on-failure", screenshot: "only-on-failure" },
  projects: [
    { name: "desktop", testDir: "tests/desktop" },
    {
      name: "ui",
      testDir: "tests/ui",
      use: { browserName: "chromium", viewport: { width: 1_280, height: 820 }, launchOptions: chromium },
    },
  ],
});
