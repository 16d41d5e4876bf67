import { type KeyObject, X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { connect, rootCertificates, type TLSSocket } from "node:tls";
import { NetFailure } from "../net-failure.ts";
import type { CancelSignal, TlsRequest } from "../types.ts";
import type { CertificateFacts, TlsFacts } from "./facts.ts";

/** Longest chain that is read; honest ones have at most five. */
const longestChain = 10;

/**
 * Negotiates TLS 1.2 or newer on an open socket and describes what was shown.
 * Trust means the public authorities the runtime carries, plus those of the settings: not the machine's own store, because
 * a laptop that trusts its company's interception would call a certificate good that no other mail server accepts.
 * The name is judged later, from the recorded certificate.
 */
export function upgradeToTls(
  socket: Socket,
  request: TlsRequest,
  signal: CancelSignal,
): Promise<{ stream: TLSSocket; facts: TlsFacts }> {
  return new Promise((resolve, reject) => {
    const extra = splitPem(request.extraAuthorities);
    const stream = connect({
      socket,
      ...(request.name === null ? {} : { servername: request.name }),
      ca: [...rootCertificates, ...extra],
      // Used to verify the name only; the connection is already made.
      host: request.name ?? socket.remoteAddress ?? "",
      minVersion: "TLSv1.2",
      rejectUnauthorized: request.trust === "require",
      // Looking does not judge; only `require` ends a handshake for its certificate or its name.
      ...(request.trust === "inspect" ? { checkServerIdentity: () => undefined } : {}),
    });
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    };
    const fail = (error: Error) => {
      finish();
      stream.on("error", () => undefined);
      stream.destroy();
      reject(error);
    };
    const onAbort = () => fail(new DOMException("The check was cancelled.", "AbortError"));
    const timer = setTimeout(() => fail(new NetFailure("TIMEOUT", "The handshake did not finish.")), request.timeout);
    signal.addEventListener("abort", onAbort, { once: true });
    stream.once("error", (error: NodeJS.ErrnoException) =>
      fail(new NetFailure(error.code ?? "TLS", toReason(error.message))),
    );
    stream.once("close", () => fail(new NetFailure("CLOSED", "The connection was closed during the handshake.")));
    stream.once("secureConnect", () => {
      finish();
      stream.removeAllListeners("error");
      stream.removeAllListeners("close");
      resolve({ stream, facts: describeSession(stream, extra) });
    });
  });
}

/** OpenSSL's errors carry addresses of its own source files; the part behind the last colon is the reason. */
const toReason = (message: string): string => message.split("\n")[0]?.slice(0, 300) ?? "";

const splitPem = (text: string): string[] =>
  text.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g) ?? [];

function describeSession(stream: TLSSocket, extra: string[]): TlsFacts {
  const chain: X509Certificate[] = [];
  for (let at = stream.getPeerX509Certificate(); at && chain.length < longestChain; at = at.issuerCertificate) {
    if (chain.some((seen) => seen.fingerprint256 === at?.fingerprint256)) break;
    chain.push(at);
  }
  const trusted = stream.authorized;
  // Node types this as Error; at run time it is OpenSSL's code.
  const distrust = trusted ? null : String(stream.authorizationError ?? "UNKNOWN").slice(0, 120);
  return {
    protocol: stream.getProtocol() ?? "unknown",
    cipher: stream.getCipher()?.name ?? "unknown",
    trusted,
    distrust,
    trustedBySettings: trusted && extra.length > 0 && isRootedIn(chain, extra),
    chain: chain.map(describeCertificate),
  };
}

/** Whether one of the added certificates, and no public authority, is or signed the end of the chain. */
function isRootedIn(chain: X509Certificate[], added: string[]): boolean {
  const last = chain.at(-1);
  if (!last) return false;
  return added.some((pem) => {
    const authority = readCertificate(pem);
    return authority !== null && (authority.fingerprint256 === last.fingerprint256 || isSignedBy(last, authority));
  });
}

function isSignedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  const key: KeyObject = authority.publicKey;
  return certificate.checkIssued(authority) && certificate.verify(key);
}

function readCertificate(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

function describeCertificate(certificate: X509Certificate): CertificateFacts {
  return {
    subject: certificate.subject.replaceAll("\n", ", ").slice(0, 4_000),
    issuer: certificate.issuer.replaceAll("\n", ", ").slice(0, 4_000),
    names: listNames(certificate),
    validFrom: toInstant(certificate.validFrom),
    validTo: toInstant(certificate.validTo),
    fingerprint256: certificate.fingerprint256,
    der: certificate.raw.length > 65_000 ? "" : certificate.raw.toString("base64"),
  };
}

/** DNS names and addresses; the common name only where it could be a host and there is no extension. */
function listNames({ subjectAltName, subject }: X509Certificate): string[] {
  if (subjectAltName === undefined) return /^CN=([\w*.-]{1,253})$/m.exec(subject)?.slice(1) ?? [];
  const names = [...subjectAltName.matchAll(/(?:DNS|IP Address):([^,\s"]+)/g)].map(([, name = ""]) =>
    name.slice(0, 300),
  );
  return names.slice(0, 500);
}

function toInstant(date: string): string {
  const time = new Date(date);
  return Number.isNaN(time.getTime()) ? "" : time.toISOString();
}
