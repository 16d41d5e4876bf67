import { parentPort } from "node:worker_threads";
import { servePress } from "./press.ts";

if (parentPort !== null) servePress(parentPort);
