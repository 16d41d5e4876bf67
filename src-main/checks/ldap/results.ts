import { toPrintable } from "../bytes.ts";
import type { LdapOutcome } from "./record.ts";

interface Explanation {
  text: string;
  todo: string;
}

/** What Active Directory says behind "data" in the message of result 49 (Windows error codes). */
const activeDirectory: Record<string, Explanation> = {
  "525": { text: "the user does not exist.", todo: "Correct the bind user's name." },
  "52e": { text: "the name or the password is wrong.", todo: "Enter the password again; check the bind user's name." },
  "530": { text: "log-on is not permitted at this time.", todo: "Remove the log-on hours of the bind user." },
  "531": {
    text: "log-on is not permitted from this computer.",
    todo: "Remove the workstation limit of the bind user.",
  },
  "532": { text: "the password has expired.", todo: "Set a new password that does not expire." },
  "533": { text: "the account is disabled.", todo: "Enable the account." },
  "701": { text: "the account has expired.", todo: "Remove the account's expiry date." },
  "773": {
    text: "the password must be changed first.",
    todo: "Set a new password without “must change at next log-on”.",
  },
  "775": {
    text: "the account is locked.",
    todo: "Unlock the account and find out what keeps trying a wrong password.",
  },
};

/** Result codes of RFC 4511 4.1.9 and appendix A that consultants meet. */
const results: Record<number, Explanation> = {
  1: {
    text: "the server could not carry out the operation; some want a bind first.",
    todo: "Check the bind user, then run the check again.",
  },
  3: {
    text: "the server's time limit was reached.",
    todo: "Name a root DN with fewer entries, or have the attribute “mail” indexed.",
  },
  4: { text: "the server's size limit was reached before anything was found.", todo: "Name a narrower root DN." },
  8: {
    text: "the server wants stronger authentication: it takes simple binds only on an encrypted connection.",
    todo: "Use LDAPS (port 636), or change the server's signing requirement.",
  },
  10: {
    text: "the server refers to another one: the root DN is not held here.",
    todo: "Correct the root DN, or name a server that holds it.",
  },
  13: { text: "the server wants an encrypted connection.", todo: "Use LDAPS (port 636)." },
  32: { text: "the name does not exist in this directory.", todo: "Correct the distinguished name." },
  34: { text: "the distinguished name is written wrongly.", todo: "Correct the distinguished name." },
  48: { text: "the bind user cannot log on with a password.", todo: "Use another bind user." },
  49: { text: "the name or the password is wrong.", todo: "Enter the password again; check the bind user's name." },
  50: { text: "the bind user may not read there.", todo: "Give the bind user read access." },
  51: { text: "the server is too busy.", todo: "Run the check again later, or use the alternate host." },
  52: { text: "the server is shutting down or starting.", todo: "Run the check again later." },
  53: {
    text: "the server is unwilling, often because of a policy.",
    todo: "Look for the reason in the directory server's log.",
  },
};

/** An LDAP refusal in words, with the code and the server's own message. */
export function explainResult({ code, detail }: LdapOutcome): Explanation {
  const data = /\bdata ([0-9a-f]{2,4})\b/i.exec(detail)?.[1]?.toLowerCase();
  const known = (code === 49 && data !== undefined ? activeDirectory[data] : undefined) ?? results[code ?? -1];
  const message = toPrintable(detail, 300);
  const { text, todo } = known ?? {
    text: "the server refused.",
    todo: "Look up the code in the directory server's documentation.",
  };
  const numbers = code === 49 && data !== undefined ? `code 49, data ${data}` : `code ${code}`;
  return { text: `${text} (${numbers}: ${message})`, todo };
}
