import { ORPCError } from "@orpc/server";
import { describeFailure, type FailureCode, failures } from "../../contract/failures.ts";

/** Frames above this size are refused before they are parsed into a command: larger contents travel in parts. */
export const largestMessage = 1_600_000;
/** Set on a request whose body was dropped for its size. */
export const tooLargeHeader = "x-fieldbook-too-large";

export const failWith = (code: FailureCode) => {
  const data = describeFailure(code);
  return new ORPCError(code, { status: failures[code][0], message: data.happened, data });
};

interface Intercepted {
  request: { headers: Record<string, string | string[] | undefined> };
  next(): Promise<{ matched: boolean; response?: unknown }>;
}

/** Options every transport's handler is made with: unknown commands and oversized messages answer from the same table of failures. */
export const handlerOptions = {
  interceptors: [
    async <Result extends { matched: boolean }>(
      call: Omit<Intercepted, "next"> & { next(): Promise<Result> },
    ): Promise<Result> => {
      if (call.request.headers[tooLargeHeader] !== undefined) throw failWith("TOO_LARGE");
      const result = await call.next();
      if (!result.matched) throw failWith("UNKNOWN_COMMAND");
      return result;
    },
  ],
};
