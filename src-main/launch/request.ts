import { resolve } from "node:path";
import { parseArgs } from "node:util";

/** What `npm start` was asked to do. */
export interface StartRequest {
  sample: boolean;
  browser: boolean;
  /** Absolute path of an engagement file, or null. */
  file: string | null;
}

export const usage = `Usage: npm start -- [--sample] [--browser] [FILE.fieldbook]
  --sample    open a filled sample engagement
  --browser   serve the program to the local browser instead of opening its window`;

/** Reads the arguments; a string is the sentence that explains what is wrong with them. `folder` is where relative paths begin. */
export function readRequest(args: readonly string[], folder: string): StartRequest | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { sample: { type: "boolean" }, browser: { type: "boolean" } },
      allowPositionals: true,
    });
    const [file, ...more] = positionals;
    if (more.length > 0) return "Only one file can be opened at a time.";
    if (file && !file.toLowerCase().endsWith(".fieldbook")) return `${file} is not an engagement file (.fieldbook).`;
    return {
      sample: values.sample ?? false,
      browser: values.browser ?? false,
      file: file ? resolve(folder, file) : null,
    };
  } catch (error) {
    return (error as Error).message;
  }
}
