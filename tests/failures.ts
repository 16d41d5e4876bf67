import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

/** What the JSON report of a vitest run holds, as far as it is read here. */
export interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numFailedTestSuites: number;
  testResults: VitestFile[];
}
interface VitestFile {
  name: string;
  status: string;
  message: string;
  assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
}
/** One text for each test that failed, and for each file that did not load. */
export function listVitestFailures({ name, status, message, assertionResults }: VitestFile): string[] {
  const file = relative(process.cwd(), name);
  const failed = assertionResults.filter((test) => test.status === "failed");
  if (failed.length === 0) return status === "failed" ? [describeFailure(file, message)] : [];
  return failed.map((test) => describeFailure(`${file} > ${test.fullName}`, test.failureMessages.join("\n")));
}
/** The head of a message holds what was expected and, of a property, seed and counterexample; the tail is the stack. */
const describeFailure = (name: string, message: string) =>
  `FAILED ${name}\n${stripVTControlCharacters(message).split("\n").slice(0, 25).join("\n").slice(0, 2000)}`;

/** A file or group in the JSON report of a Playwright run. */
export interface Suite {
  specs?: {
    title: string;
    file: string;
    ok: boolean;
    tests: {
      annotations: { type: string; description?: string }[];
      results: { error?: { message?: string } }[];
    }[];
  }[];
  suites?: Suite[];
}
/** One text for each test that failed, with the message of every try. */
export function listPlaywrightFailures({ specs = [], suites = [] }: Suite): string[] {
  const own = specs.flatMap(({ title, file, ok, tests }) => {
    const messages = tests.flatMap(({ results }) => results.flatMap(({ error }) => error?.message ?? []));
    return ok ? [] : [describeFailure(`${file} > ${title}`, messages.join("\n"))];
  });
  return [...own, ...suites.flatMap(listPlaywrightFailures)];
}
