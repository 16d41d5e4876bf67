import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin, type UserConfig } from "vite";
import { parsePlaybook } from "./src-main/guide/index.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
const define = { __APP_VERSION__: JSON.stringify(version) };

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Native or host-provided modules stay outside every bundle; the rest of the program is one file per process. */
const external = ["electron", "better-sqlite3", "better-sqlite3-multiple-ciphers", "bufferutil", "utf-8-validate"];

/** Packages written for CommonJS (pdfkit under pdfmake) look for `__dirname`, which an ES module must make itself. */
const commonJsNames = [
  'import { dirname as pathToFolder } from "node:path";',
  'import { fileURLToPath as urlToPath } from "node:url";',
  "const __filename = urlToPath(import.meta.url);",
  "const __dirname = pathToFolder(__filename);",
].join("\n");

/** Stops the build, with file, place and a sentence, when the playbook does not fit its schema. */
const checkedPlaybook: Plugin = {
  name: "checked-playbook",
  buildStart() {
    const folder = at("assets/playbook");
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yaml"));
    const parsed = parsePlaybook(
      Object.fromEntries(names.map((name) => [name.replaceAll("\\", "/"), readFileSync(join(folder, name), "utf8")])),
    );
    if (!parsed.ok) this.error(parsed.problems.join("\n"));
  },
};

function nodeBundle(name: string, entry: Record<string, string>, format: "cjs" | "es", target: string): UserConfig {
  return {
    root: at("."),
    define,
    publicDir: false,
    plugins: name === "engine" ? [checkedPlaybook] : [],
    ssr: { noExternal: true, external },
    build: {
      ssr: true,
      target,
      outDir: at(`dist/${name}`),
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        input: entry,
        output: {
          format,
          entryFileNames: format === "cjs" ? "[name].cjs" : "[name].mjs",
          chunkFileNames: "[name]-[hash].mjs",
          ...(format === "cjs" ? { codeSplitting: false } : { banner: commonJsNames }),
        },
      },
    },
  };
}

const renderer: UserConfig = {
  root: at("src-renderer"),
  define,
  base: "./",
  publicDir: false,
  plugins: [react()],
  build: {
    outDir: at("dist/renderer"),
    emptyOutDir: true,
    target: "chrome114",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
};

/** One bundle per mode: `vite build --mode engine|main|preload|renderer`. Electron's bundles are CommonJS for its older test runtime. */
export default defineConfig(({ mode }) => {
  switch (mode) {
    case "engine":
      return nodeBundle(
        "engine",
        {
          engine: at("src-main/engine/main.ts"),
          cli: at("src-main/cli/main.ts"),
          "report-worker": at("src-main/reports/worker.ts"),
          intake: at("src-main/journal/intake/child.ts"),
        },
        "es",
        "node24",
      );
    case "main":
      return nodeBundle("desktop", { main: at("src-main/desktop/main.ts") }, "cjs", "node18");
    case "preload":
      return nodeBundle("preload", { preload: at("src-main/desktop/preload.ts") }, "cjs", "node18");
    default:
      return renderer;
  }
});
