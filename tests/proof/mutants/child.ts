import { runHistories } from "../histories/histories.ts";

/** Tries the histories on the copy of the program that this file lies in, and prints what came of it as JSON. */
const [histories, seed] = process.argv.slice(2).map(Number);
const result = await runHistories({ histories: histories ?? 0, seed: seed ?? 0, isShrunk: false });
process.stdout.write(JSON.stringify(result));
