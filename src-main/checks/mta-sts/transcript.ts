import { toPrintable } from "../bytes.ts";
import { describeFailure } from "../net-failure.ts";
import { describeTls } from "../smtp/reading.ts";
import { policyHost } from "./plan.ts";
import type { MtaStsRecord, PolicyAttempt } from "./record.ts";

/** Lines of a policy or header shown; a hostile one may have thousands. */
const mostLines = 200;

/** The HTTPS exchanges as lines of a transcript. */
export const transcribeFetches = ({ fetches }: MtaStsRecord, port: number): string =>
  fetches
    .flatMap(({ domain, attempts }) => attempts.map((attempt) => transcribeAttempt(policyHost(domain), port, attempt)))
    .join("\n\n");

function transcribeAttempt(
  host: string,
  port: number,
  { address, milliseconds, failure, reply, tls }: PolicyAttempt,
): string {
  const lines = (text: string) =>
    text
      .split("\n")
      .slice(0, mostLines)
      .map((line) => `< ${toPrintable(line.replace(/\r$/, ""), 500)}`);
  return [
    `${host}:${port} at ${address}`,
    "> GET /.well-known/mta-sts.txt",
    ...(tls ? describeTls(tls) : []),
    ...(reply ? [...lines(reply.head), "<", ...lines(reply.body)] : []),
    ...(failure === null ? [] : [`! ${describeFailure(failure)} (${toPrintable(failure)})`]),
    `  [${milliseconds} ms]`,
  ].join("\n");
}
