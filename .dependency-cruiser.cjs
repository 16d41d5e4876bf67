/** The import rules of README "Layout": contract <- journal, guide, checks, reports, rehearsal <- engine <- hosts; renderer -> contract only. */
const siblings = ["journal", "guide", "checks", "reports", "rehearsal"];
module.exports = {
  forbidden: [
    { name: "no-circle", severity: "error", from: {}, to: { circular: true } },
    {
      name: "contract-imports-nothing",
      severity: "error",
      from: { path: "^src-main/contract/" },
      to: { pathNot: ["^src-main/contract/", "node_modules/(zod|@orpc/contract)/|^@orpc/contract$"] },
    },
    ...siblings.map((name) => ({
      name: `${name}-stands-alone`,
      severity: "error",
      from: { path: `^src-main/${name}/` },
      to: { path: "^src-(main|renderer)/", pathNot: [`^src-main/${name}/`, "^src-main/contract/"] },
    })),
    {
      name: "engine-knows-no-host",
      severity: "error",
      from: { path: "^src-main/engine/" },
      to: { path: "^(src-main/(desktop|cli|hub|launch)|src-renderer)/" },
    },
    {
      name: "only-desktop-knows-electron",
      severity: "error",
      from: { pathNot: "^src-main/desktop/" },
      to: { path: "node_modules/(electron|electron-store)/" },
    },
    {
      name: "desktop-holds-no-sql-and-no-rules",
      severity: "error",
      from: { path: "^src-main/desktop/" },
      to: { path: "^src-main/(journal|guide|checks|reports)/|node_modules/better-sqlite3(-multiple-ciphers)?/" },
    },
    {
      name: "renderer-reads-the-contract-only",
      severity: "error",
      from: { path: "^src-renderer/" },
      to: { path: "^src-main/", pathNot: "^src-main/contract/" },
    },
    {
      name: "journal-core-is-pure",
      severity: "error",
      from: { path: "^src-main/journal/core/" },
      to: { pathNot: ["^src-main/journal/core/", "^(node:)?crypto$"] },
    },
    { name: "no-test-code-in-the-program", severity: "error", from: { path: "^src-" }, to: { path: "^tests/" } },
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^dist/" },
  },
};
