import { generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  BasicConstraints,
  Certificate,
  Extension,
  Extensions,
  GeneralName,
  id_ce_basicConstraints,
  id_ce_subjectAltName,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from "@peculiar/asn1-x509";

/** A private key and its certificate, both PEM. */
export interface Identity {
  key: string;
  certificate: string;
}
export interface Authority {
  /** The authority's own certificate, PEM: what a rehearsal's network settings trust. */
  pem: string;
  /** Issues a server certificate for DNS names, valid from and to the given days counted from now. */
  issue(names: readonly string[], days?: { from: number; to: number }): Identity;
}

const day = 86_400_000;
const commonName = "2.5.4.3";
const ecdsaWithSha256 = "1.2.840.10045.4.3.2";

/** A certificate authority that lives as long as the rehearsal; its key is kept nowhere. */
export function createAuthority(now: Date): Authority {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const subject = "Connect Fieldbook rehearsal";
  const certify = (names: readonly string[], publicKey: KeyObject, { from, to }: { from: number; to: number }) =>
    toPem(
      signCertificate(
        {
          issuer: subject,
          subject: names[0] ?? subject,
          names,
          publicKey,
          notBefore: new Date(now.getTime() + from * day),
          notAfter: new Date(now.getTime() + to * day),
        },
        keys.privateKey,
      ),
    );
  return {
    pem: certify([], keys.publicKey, { from: -400, to: 30 }),
    issue: (names, days = { from: -1, to: 60 }) => {
      const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
      return {
        key: own.privateKey.export({ type: "pkcs8", format: "pem" }) as string,
        certificate: certify(names, own.publicKey, days),
      };
    },
  };
}

interface Wanted {
  issuer: string;
  subject: string;
  /** Empty for the authority itself. */
  names: readonly string[];
  publicKey: KeyObject;
  notBefore: Date;
  notAfter: Date;
}

/** An X.509 version 3 certificate (RFC 5280 4.1), ECDSA with SHA-256. */
function signCertificate({ issuer, subject, names, publicKey, notBefore, notAfter }: Wanted, key: KeyObject): Buffer {
  const algorithm = new AlgorithmIdentifier({ algorithm: ecdsaWithSha256 });
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: toBuffer(serial),
    signature: algorithm,
    issuer: toName(issuer),
    validity: new Validity({ notBefore, notAfter }),
    subject: toName(subject),
    subjectPublicKeyInfo: AsnConvert.parse(publicKey.export({ type: "spki", format: "der" }), SubjectPublicKeyInfo),
    extensions: new Extensions([
      extend(id_ce_basicConstraints, true, new BasicConstraints({ cA: names.length === 0 })),
      ...(names.length === 0
        ? []
        : [
            extend(
              id_ce_subjectAltName,
              false,
              new SubjectAlternativeName(names.map((dNSName) => new GeneralName({ dNSName }))),
            ),
          ]),
    ]),
  });
  const signatureValue = sign("sha256", Buffer.from(AsnConvert.serialize(tbsCertificate)), key);
  const whole = new Certificate({
    tbsCertificate,
    signatureAlgorithm: algorithm,
    signatureValue: toBuffer(signatureValue),
  });
  return Buffer.from(AsnConvert.serialize(whole));
}

const toBuffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;

const toName = (text: string): Name =>
  new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type: commonName, value: new AttributeValue({ utf8String: text }) }),
    ]),
  ]);

const extend = (extnID: string, critical: boolean, value: unknown): Extension =>
  new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });

const toPem = (der: Buffer): string => new X509Certificate(der).toString();
