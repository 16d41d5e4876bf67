import { describe, expect, it } from "vitest";
import { identifyDevice, readCertificate, readRevocations } from "../../../src-main/journal/identity/certificates.ts";
import {
  type DeviceKey,
  generateDeviceKey,
  issueCertificate,
  issueRevocations,
} from "../../../src-main/journal/index.ts";

const [office, otherOffice, device, otherDevice] = Array.from({ length: 4 }, () => generateDeviceKey().key) as [
  DeviceKey,
  DeviceKey,
  DeviceKey,
  DeviceKey,
];
const AT = "2026-06-01T00:00:00.000Z";
const LATER = "2027-01-01T00:00:00.000Z";
const EARLIER = "2026-01-01T00:00:00.000Z";

const certify = (issuer: DeviceKey, { of = device, expires = LATER } = {}) =>
  issueCertificate(
    { device: of.publicKey, user: { name: "Anna Berg" }, role: "consultant", issued: EARLIER, expires },
    issuer,
  );
const revoke = (...devices: DeviceKey[]) =>
  issueRevocations(
    { time: AT, revoked: devices.map(({ publicKey }) => ({ device: publicKey, time: EARLIER, reason: "Stolen" })) },
    office,
  );
const judge = (certificates: Uint8Array[], revoked: DeviceKey[] = []) =>
  identifyDevice(device.publicKey, certificates, {
    trusted: [office.publicKey],
    at: AT,
    revocations: [readRevocations(revoke(...revoked)) ?? expect.fail("the list is not readable")],
  });

/** The statement in an envelope under a signature of `signer`. */
function seal(statement: string, signer: DeviceKey): Buffer {
  const sig = Buffer.from(signer.sign(Buffer.from(statement))).toString("hex");
  return Buffer.from(JSON.stringify({ statement, sig }));
}
const statementOf = (bytes: Uint8Array): string => JSON.parse(Buffer.from(bytes).toString()).statement;

describe("a device", () => {
  const expired = certify(office, { expires: "2026-05-31T23:59:59.999Z" });
  const cases: [string, Uint8Array[], string, string][] = [
    ["of a believed office", [certify(office)], "verified", "vouches for Anna Berg"],
    ["that vouches for itself", [certify(device)], "unverified", "typed on the device"],
    ["of an office nobody knows here", [certify(otherOffice)], "unverified", "not known here"],
    ["whose certificate ran out", [expired], "expired", "until 2026-05-31"],
    ["with the certificate of another one", [certify(office, { of: otherDevice })], "wrong", "another device"],
    ["with something else for a certificate", [Buffer.from("{}")], "wrong", "not a valid one"],
    ["without a certificate", [], "unverified", "no certificate"],
    ["with an old and a new certificate", [expired, certify(office)], "verified", "vouches"],
    ["with one that ran out and one of its own", [certify(device), expired], "expired", "until"],
  ];
  it.each(cases)("%s", (_name, certificates, state, words) => {
    expect(judge(certificates)).toMatchObject({ state, sentence: expect.stringContaining(words) });
  });

  it("is judged up to the moment its certificate ends, and not a millisecond longer", () => {
    expect(judge([certify(office, { expires: AT })]).state).toBe("verified");
    expect(judge([certify(office, { expires: "2026-05-31T23:59:59.999Z" })]).state).toBe("expired");
  });

  it("that was revoked is nothing else, with or without a certificate; others are not touched", () => {
    for (const certificates of [[], [certify(office)], [certify(device)]]) {
      expect(judge(certificates, [otherDevice, device])).toMatchObject({
        state: "revoked",
        sentence: "Revoked by the office on 2026-01-01: Stolen",
      });
    }
    expect(judge([certify(office)], [otherDevice]).state).toBe("verified");
  });
});

describe("a statement", () => {
  it.each([
    ["certificate", certify(office)],
    ["list of revoked devices", revoke(device)],
  ])("is refused with any bit of it flipped: %s", (_name, bytes) => {
    expect(readCertificate(bytes) ?? readRevocations(bytes)).toBeDefined();
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Uint8Array.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(readCertificate(flipped) ?? readRevocations(flipped), `bit ${bit}`).toBeUndefined();
    }
  });

  it("is refused cut or extended by a byte, as the other kind, and signed by anyone but the issuer it names", () => {
    const bytes = certify(office);
    expect(readCertificate(bytes.subarray(0, -1))).toBeUndefined();
    expect(readCertificate(Buffer.concat([bytes, Buffer.from(" ")]))).toBeUndefined();
    expect(readRevocations(bytes)).toBeUndefined();
    expect(readCertificate(revoke())).toBeUndefined();
    expect(readCertificate(seal(statementOf(bytes), office))).toMatchObject({ device: device.publicKey });
    expect(readCertificate(seal(statementOf(bytes), otherOffice))).toBeUndefined();
  });

  it("is refused when it says more than the format knows, or no time at all, however well it is signed", () => {
    const statement = JSON.parse(statementOf(certify(office)));
    for (const change of [{ more: 1 }, { v: 2 }, { expires: "some day" }, { issuer: "x" }, { user: { name: "" } }]) {
      expect(readCertificate(seal(JSON.stringify({ ...statement, ...change }), office))).toBeUndefined();
    }
    const list = JSON.parse(statementOf(revoke(device)));
    expect(readRevocations(seal(JSON.stringify(list), office))).toEqual(list);
    for (const [read, one] of [
      [readCertificate, statement],
      [readRevocations, list],
    ] as const)
      expect(read(seal(JSON.stringify({ ...one, kind: "something-else" }), office))).toBeUndefined();
  });
});
