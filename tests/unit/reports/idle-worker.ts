import { parentPort } from "node:worker_threads";

/** Takes every order and never answers. */
parentPort?.on("message", () => {});
