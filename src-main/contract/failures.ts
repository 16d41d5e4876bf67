import * as z from "zod";

/**
 * Every way a command can be refused. One row per code: HTTP status, what happened, what was kept, what to do.
 * A service may replace a sentence by a more exact one; the code never changes.
 */
export const failures = {
  INVALID_INPUT: [
    400,
    "The command was given a value it does not accept.",
    "Nothing was changed.",
    "Correct the value and try again.",
  ],
  UNKNOWN_COMMAND: [404, "There is no such command.", "Nothing was changed.", "Check the name, or update the program."],
  UNAUTHORISED: [
    401,
    "The request did not carry the session's token.",
    "Nothing was changed.",
    "Open the program from the address it printed.",
  ],
  TOO_LARGE: [
    413,
    "The message is larger than the program accepts.",
    "Nothing was changed.",
    "Send the contents in smaller parts.",
  ],
  NOT_FOUND: [
    404,
    "What was asked for is not in this engagement.",
    "Nothing was changed.",
    "Go back to the list and choose again.",
  ],
  ENGAGEMENT_EXISTS: [
    409,
    "A copy of this engagement is already here.",
    "Neither copy was changed.",
    "Open the copy that is here; uniting two copies is done with “Take in another copy”.",
  ],
  ALREADY_EXISTS: [
    409,
    "A file of that name is already there.",
    "The existing file was not touched.",
    "Choose another name.",
  ],
  NOT_A_FIELDBOOK: [
    422,
    "The file is not an engagement file.",
    "The file was not changed.",
    "Choose an engagement file that this program made.",
  ],
  NEWER_VERSION: [
    422,
    "The file was written by a newer version of the program.",
    "The file was not changed.",
    "Update the program and open the file again.",
  ],
  ENCRYPTED: [
    423,
    "The file is encrypted, and its key is not here.",
    "The file was not changed.",
    "Open it in the installation that encrypted it, or ask for a hand-over copy.",
  ],
  LOCKED_BY_PASSPHRASE: [
    423,
    "The program is locked.",
    "Nothing was changed.",
    "Unlock it with its passphrase, or with the recovery code.",
  ],
  WRONG_RECOVERY_CODE: [
    403,
    "The recovery code does not open the vault.",
    "Nothing was changed.",
    "Compare it with what was written down, group by group.",
  ],
  BUSY: [
    409,
    "Other work is still going on.",
    "Nothing was changed.",
    "Wait until it has ended, or stop it, and try again.",
  ],
  DAMAGED: [
    422,
    "The file is damaged.",
    "The file was left exactly as it is.",
    "Keep it, and open a snapshot or another copy of the engagement.",
  ],
  LOCKED: [423, "The file is open in another program.", "Nothing was changed.", "Close it there and try again."],
  READ_ONLY: [
    403,
    "The file or its folder cannot be written.",
    "Nothing was changed.",
    "Move the file to a folder you may write to.",
  ],
  DISK_FULL: [
    507,
    "The disk is full.",
    "Everything confirmed before is safe; this change was not saved.",
    "Free some space and repeat the change.",
  ],
  IO: [
    500,
    "The disk reported an error.",
    "Everything confirmed before is safe; this change was not saved.",
    "Try again; if it happens again, copy the file to another disk.",
  ],
  STEP_SIGNED: [
    409,
    "This step is signed and read-only.",
    "Nothing was changed.",
    "Reopen the step with a reason, then make the change.",
  ],
  ANSWER_SIGNED: [
    409,
    "This answer is part of a signed step.",
    "The answer was not changed.",
    "Reopen the steps named, then change the answer.",
  ],
  STEP_NOT_READY: [
    409,
    "The step cannot be signed yet.",
    "Nothing was changed.",
    "Finish what is listed as missing, or waive it with a reason.",
  ],
  STEP_NOT_APPLICABLE: [
    409,
    "This step does not apply to the services bought.",
    "Nothing was changed.",
    "Change the services in the engagement if they are wrong.",
  ],
  STEP_NOT_SIGNED: [409, "This step has no valid sign-off.", "Nothing was changed.", "Sign the step first."],
  ANOTHER_HISTORY: [
    409,
    "The copy has the id of this engagement but another beginning: it was not made from it.",
    "Nothing was taken in.",
    "Ask where the copy comes from; open it on a computer that does not have this engagement to look at it.",
  ],
  SEALED_FILE: [
    403,
    "The file is sealed with a passphrase, or for other recipients.",
    "Nothing was taken in.",
    "Enter the passphrase, or ask for a copy sealed for this device.",
  ],
  WRONG_PASSPHRASE: [403, "The passphrase does not open it.", "Nothing was changed.", "Enter it again."],
  REVOKED_DEVICE: [
    409,
    "The copy holds entries of a device that the office has revoked.",
    "Nothing was taken in.",
    "Take them in with a reason, or discard the copy.",
  ],
  CANNOT_PUT_BACK: [
    409,
    "Something was added that cannot be taken back to what was signed.",
    "Nothing was changed.",
    "Reopen the step with a reason and let it be signed again.",
  ],
  NOT_TRUSTED: [
    422,
    "The file is not what the office issues, or an unknown office signed it.",
    "Nothing was changed.",
    "Add the office's key first, or ask the office for the file again.",
  ],
  SIGNATURE_BLANK: [
    422,
    "The signature is empty or nearly empty.",
    "Nothing was signed.",
    "Ask the signer to sign again, larger.",
  ],
  SIGNATURE_UNREADABLE: [
    422,
    "The signature picture cannot be read.",
    "Nothing was signed.",
    "Sign again, or choose a PNG picture.",
  ],
  EVIDENCE_MISSING: [
    422,
    "A file that belongs to this step is missing.",
    "Everything else was kept.",
    "Add the file again, or remove the entry with a reason.",
  ],
  FILE_MISSING: [404, "The file is not there.", "Nothing was changed.", "Check the name and the folder."],
  TOKEN_UNKNOWN: [
    403,
    "The file was not chosen in a dialog of this program.",
    "Nothing was read.",
    "Choose the file again.",
  ],
  REPORT_INCOMPLETE: [
    500,
    "The document was made, but it did not hold everything it must.",
    "The document was discarded; the engagement is unchanged.",
    "Report the details shown; the step stays signed.",
  ],
  PLAYBOOK_REJECTED: [
    500,
    "The guide's data cannot be used.",
    "No engagement was opened or changed.",
    "Put the playbook back as it was delivered, or correct the places named.",
  ],
  CANCELLED: [
    499,
    "The work was stopped.",
    "Results that were complete have been kept.",
    "Start it again when you are ready.",
  ],
  INTERNAL: [
    500,
    "The program met a fault of its own.",
    "Everything confirmed before is safe.",
    "Try again; if it happens again, send the log.",
  ],
} as const satisfies Record<string, readonly [status: number, happened: string, kept: string, todo: string]>;

export type FailureCode = keyof typeof failures;
export const failureCodes = Object.keys(failures) as [FailureCode, ...FailureCode[]];

export const failureDetail = z.strictObject({
  happened: z.string(),
  kept: z.string(),
  todo: z.string(),
  /** One line each: the fields, tasks or files concerned. */
  details: z.array(z.string()).optional(),
});
export type FailureDetail = z.infer<typeof failureDetail>;

export const failure = z.strictObject({ code: z.enum(failureCodes), ...failureDetail.shape });
export type Failure = z.infer<typeof failure>;

/** The sentences for a code, with those that are known better replaced. */
export function describeFailure(code: FailureCode, known: Partial<FailureDetail> = {}): FailureDetail {
  const [, happened, kept, todo] = failures[code];
  return { happened, kept, todo, ...known };
}

type FailureErrors = { [Code in FailureCode]: { status: number; message: string; data: typeof failureDetail } };

/** The same table in the form the contract library wants: attached to every command. */
export const failureErrors = Object.fromEntries(
  failureCodes.map((code) => [code, { status: failures[code][0], message: failures[code][1], data: failureDetail }]),
) as FailureErrors;

/** What a rejected call means, whatever the transport: a known code with its sentences, or INTERNAL for anything else. */
export function errorToFailure(error: unknown): Failure {
  const { code, data } = (typeof error === "object" && error !== null ? error : {}) as {
    code?: unknown;
    data?: unknown;
  };
  const known = z.enum(failureCodes).safeParse(code);
  if (!known.success) return { code: "INTERNAL", ...describeFailure("INTERNAL") };
  const detail = failureDetail.safeParse(data);
  return { code: known.data, ...(detail.success ? detail.data : describeFailure(known.data)) };
}
