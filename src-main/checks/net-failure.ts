import { lookUp } from "./look-up.ts";
/** What the network did instead of answering. `code` is the operating system's (ECONNREFUSED ...) or TIMEOUT, TOO_LARGE, CLOSED, TLS, NOT_HTTP. */
export class NetFailure extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = "NetFailure";
    this.code = code;
  }
}

const sentences: Record<string, string> = {
  TIMEOUT: "no answer within the time allowed",
  ETIMEDOUT: "no answer within the time allowed",
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was reset by the other side or by a device between",
  EPIPE: "the connection was closed while sending",
  EHOSTUNREACH: "there is no route to the host",
  ENETUNREACH: "there is no route to the network",
  EADDRNOTAVAIL: "this machine has no address of that kind",
  EACCES: "this machine's own firewall forbids it",
  EPERM: "this machine's own firewall forbids it",
  CLOSED: "the other side closed the connection",
  NO_ADDRESS: "the server's name has no address",
  NO_RESOLVER: "this machine knows no name server",
  BAD_NAME: "the name cannot be asked for in DNS",
  BAD_REPLY: "what came back answers another question",
  NOT_HTTP: "what answered does not speak HTTP",
  CERT_HAS_EXPIRED: "the certificate has expired",
  CERT_NOT_YET_VALID: "the certificate is not valid yet",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "the certificate comes from an authority that is not a public one",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "the certificate's issuer is not a public authority, or an intermediate one is missing",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the intermediate certificate is missing, or the issuer is not a public authority",
  ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is for another name",
  TOO_LARGE: "the answer was larger than any honest one",
  NOT_LDAP: "what answered does not speak LDAP",
  NOT_ASKED: "not asked, because earlier questions to the same server stayed unanswered",
  NOT_RECORDED: "the record holds no answer",
};

/** The failure in words, for the middle of a sentence. */
export const describeFailure = (code: string): string =>
  lookUp(sentences, code) ?? `the network reported ${code.replace(/[.\s]+$/, "")}`;

/** Codes that say "nobody answered": a firewall, a blocked port or a wrong network, never the other side's own word. */
export const isSilence = (code: string): boolean =>
  ["TIMEOUT", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "EACCES", "EPERM"].includes(code);
