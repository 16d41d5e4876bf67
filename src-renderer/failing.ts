import { describeFailure, type FailureCode } from "../src-main/contract/failures.ts";

/** A failure told as data, as something a promise can reject with. */
export class TypedFailure extends Error {
  readonly code: FailureCode;
  readonly data: unknown;
  constructor({ code, ...data }: { code: string }) {
    super(code);
    this.code = code as FailureCode;
    this.data = data;
  }
}

/** The engine went away under a call. */
export class LostConnection extends TypedFailure {
  constructor() {
    super({
      code: "INTERNAL",
      ...describeFailure("INTERNAL", {
        happened: "The engine does not answer.",
        todo: "Wait a moment; the program goes on trying.",
      }),
    });
  }
}

/** What a list has to say about its query: a lost connection is told by the truth bar as long as there is something to show. */
export const errorToShow = ({ data, error }: { data: unknown; error: unknown }): unknown =>
  data !== undefined && error instanceof LostConnection ? null : error;
