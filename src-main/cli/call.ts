import { resolve } from "node:path";
import { stepId } from "../contract/names.ts";
import { BadUsage, readInput } from "./input.ts";
import { openFile, type Session } from "./session.ts";

export interface Call {
  session: Session;
  positionals: string[];
  options: Record<string, string | boolean | undefined>;
  json: boolean;
}
export interface Reply {
  data: unknown;
  text: string;
  /** False makes the exit code 1 although nothing was refused: a verification that found a problem. */
  ok?: boolean;
}
export interface Command {
  usage: string;
  summary: string;
  options?: Record<string, "string" | "boolean">;
  /** Number of positional arguments. */
  takes: number;
  run(call: Call): Promise<Reply> | Reply;
}

export const text = (call: Call, name: string): string => {
  const value = call.options[name];
  return typeof value === "string" && value !== "" ? value : refuseUsage(`--${name} is needed`);
};
export const optional = (call: Call, name: string) =>
  typeof call.options[name] === "string" ? (call.options[name] as string) : undefined;
export const refuseUsage = (problem: string): never => {
  throw new BadUsage(problem);
};
export const argument = (call: Call, index: number): string =>
  call.positionals[index] ?? refuseUsage("an argument is missing");
export const step = (call: Call, index = 1) => readInput(stepId, argument(call, index), "STEP");
export const open = (call: Call, mode: "read" | "write") => openFile(call.session, argument(call, 0), mode);

/** Sends a file of this machine to the engine by the same token path a dialog uses. */
export const tokenFor = ({ session }: Call, path: string, purpose: "open" | "save") =>
  session.engine.context.files.grant(resolve(path), purpose);
