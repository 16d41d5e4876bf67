import { parentPort } from "node:worker_threads";
import { type HistoriesRequest, runHistories } from "./histories.ts";

parentPort?.on("message", async (request: HistoriesRequest) => parentPort?.postMessage(await runHistories(request)));
