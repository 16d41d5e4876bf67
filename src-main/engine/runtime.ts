/** better-sqlite3 13 needs Node-API 10 and ends the process without a word where it is missing (WiseLibs/better-sqlite3#1514). */
const neededNodeApi = 10;

/** The sentence to show when this Node cannot run the program; null when it can. Must be asked before the journal is loaded. */
export function explainOldRuntime(
  versions: { node: string; napi?: string | undefined } = process.versions,
): string | null {
  if (Number(versions.napi ?? 0) >= neededNodeApi) return null;
  return `Node ${versions.node} is too old for this program: it needs Node 22.14 or newer. Use “npm start” or “npm run fieldbook”, which bring their own.`;
}
