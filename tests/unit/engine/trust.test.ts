import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type DeviceKey,
  generateDeviceKey,
  issueCertificate,
  issueRevocations,
  readCertificate,
  readRevocations,
} from "../../../src-main/journal/index.ts";
import { codeOf, newDraft, startTestEngine, type TestEngine } from "../../support/engine.ts";

let here: TestEngine;
let there: TestEngine;
let office: DeviceKey;
let files = 0;

beforeEach(() => {
  here = startTestEngine();
  there = startTestEngine();
  office = generateDeviceKey().key;
});
afterEach(async () => {
  await here.close();
  await there.close();
});

const certify = (device: string, issuer: DeviceKey, change: object = {}) =>
  issueCertificate(
    {
      device,
      user: { name: "Ben Adler", email: "ben@example.net" },
      role: "consultant",
      issued: "2026-01-01T00:00:00.000Z",
      expires: "2099-01-01T00:00:00.000Z",
      ...change,
    },
    issuer,
  );

function send(at: TestEngine, bytes: Uint8Array) {
  const path = join(at.home, `sent-${++files}`);
  writeFileSync(path, bytes);
  const source = { kind: "token" as const, token: at.engine.context.files.grant(path, "open") };
  return at.client.trust.importFile({ source });
}

async function handOver(from: TestEngine, engagement: string): Promise<string> {
  const { job } = await from.client.copies.handOver({ engagement, space: "everything", seal: { kind: "open" } });
  const { download } = await from.engine.context.jobs.finished(job);
  const path = join(from.home, `copy-${++files}.fieldbook`);
  await from.client.files.saveDownload({
    download: download ?? "",
    token: from.engine.context.files.grant(path, "save"),
  });
  return path;
}

async function examine(at: TestEngine, path: string) {
  const source = { kind: "token" as const, token: at.engine.context.files.grant(path, "open") };
  const { job } = await at.client.copies.examine({ source });
  await at.engine.context.jobs.finished(job);
  return at.client.copies.examined({ job });
}

describe("who a device belongs to", () => {
  test("is unverified while only the device says so, and verified once a believed office does", async () => {
    const self = await there.client.trust.view({});
    expect(self.certificate).toMatchObject({ standing: "unverified", device: self.device.fingerprint });
    const certificate = certify(self.device.fingerprint, office);
    expect(await codeOf(send(there, certificate))).toBe("NOT_TRUSTED");
    for (const at of [here, there]) await at.client.trust.addOffice({ key: office.publicKey, name: "Head office" });
    expect((await send(there, certificate)).certificate).toMatchObject({ standing: "verified", name: "Ben Adler" });
    const { engagement } = await there.client.engagements.create(newDraft());
    const found = await examine(here, await handOver(there, engagement));
    expect(found.devices).toMatchObject([{ standing: "verified", name: "Ben Adler", entries: found.entries }]);
    await here.client.copies.accept({ candidate: found.candidate });
    const { devices } = await here.client.history.list({ engagement });
    expect(devices).toMatchObject([{ standing: "verified" }]);
    await here.client.trust.removeOffice({ key: office.publicKey });
    expect((await here.client.history.list({ engagement })).devices).toMatchObject([{ standing: "unverified" }]);
  });

  test("cannot be borrowed, back-dated into validity, or changed by a byte", async () => {
    const { device } = await here.client.trust.view({});
    await here.client.trust.addOffice({ key: office.publicKey, name: "Head office" });
    const other = generateDeviceKey().key;
    expect(await codeOf(send(here, certify(other.publicKey, office)))).toBe("NOT_TRUSTED");
    expect(await codeOf(send(here, certify(device.fingerprint, other)))).toBe("NOT_TRUSTED");
    const old = certify(device.fingerprint, office, { expires: "2026-02-01T00:00:00.000Z" });
    expect((await send(here, old)).certificate.standing).toBe("expired");
    for (const bytes of [old, issueRevocations({ time: "2026-01-01T00:00:00.000Z", revoked: [] }, office)]) {
      for (let at = 0; at < bytes.length; at++) {
        const flipped = Uint8Array.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
        expect(readCertificate(flipped) ?? readRevocations(flipped), `byte ${at}`).toBeUndefined();
      }
    }
  });

  test("counts for nothing once the office revoked it: its entries come in with a reason only", async () => {
    const { device } = await there.client.trust.view({});
    await here.client.trust.addOffice({ key: office.publicKey, name: "Head office" });
    const revoked = [{ device: device.fingerprint, time: "2026-11-01T00:00:00.000Z", reason: "Laptop stolen" }];
    const list = issueRevocations({ time: "2026-11-02T00:00:00.000Z", revoked }, office);
    expect((await send(here, list)).revocations).toMatchObject({ devices: 1 });
    const older = issueRevocations({ time: "2026-10-02T00:00:00.000Z", revoked: [] }, office);
    expect(await codeOf(send(here, older))).toBe("NOT_TRUSTED");
    const { engagement } = await there.client.engagements.create(newDraft());
    const path = await handOver(there, engagement);
    const found = await examine(here, path);
    expect(found).toMatchObject({ revoked: found.entries, devices: [{ standing: "revoked" }] });
    const { candidate } = found;
    expect(await codeOf(here.client.copies.accept({ candidate }))).toBe("REVOKED_DEVICE");
    const source = { kind: "token" as const, token: here.engine.context.files.grant(path, "open") };
    expect(await codeOf(here.client.engagements.open({ source }))).toBe("REVOKED_DEVICE");
    await here.client.copies.accept({ candidate, admitRevoked: "Written before the theft" });
    const view = await here.client.engagements.get({ engagement });
    expect(view.notices).toMatchObject([{ kind: "revoked", dismissible: false }]);
    const texts = (await here.client.history.list({ engagement })).entries.map(({ text }) => text);
    expect(texts.join()).toContain("Written before the theft");
  });

  test("stays revoked by one office whatever another one says, and whichever list came first", async () => {
    const second = generateDeviceKey().key;
    for (const { publicKey } of [office, second])
      await here.client.trust.addOffice({ key: publicKey, name: publicKey.slice(0, 4) });
    const [lost, stolen] = [generateDeviceKey().key.publicKey, generateDeviceKey().key.publicKey];
    const list = (day: string, issuer: DeviceKey, ...devices: string[]) =>
      issueRevocations(
        {
          time: `2026-11-${day}T00:00:00Z`,
          revoked: devices.map((device) => ({ device, time: "2026-11-01T00:00:00Z", reason: "Lost" })),
        },
        issuer,
      );
    const isRevoked = (device: string) => here.engine.context.trust.isRevoked(device);
    await send(here, list("04", office, lost));
    expect((await send(here, list("03", second, stolen, lost))).revocations).toEqual({
      at: "2026-11-04T00:00:00Z",
      devices: 2,
    });
    await send(here, list("05", second, stolen));
    expect([lost, stolen].map(isRevoked)).toEqual([true, true]);
    expect(await codeOf(send(here, list("03", office)))).toBe("NOT_TRUSTED");
    expect(isRevoked(lost)).toBe(true);
    await send(here, list("06", office));
    expect([lost, stolen].map(isRevoked)).toEqual([false, true]);
    await here.client.trust.removeOffice({ key: second.publicKey });
    expect(isRevoked(stolen)).toBe(false);
  });

  test("keeps the list of a trust file that could hold only one", async () => {
    await here.client.trust.addOffice({ key: office.publicKey, name: "Head office" });
    const { publicKey: device } = generateDeviceKey().key;
    const revoked = [{ device, time: "2026-11-01T00:00:00Z", reason: "Lost" }];
    await send(here, issueRevocations({ time: "2026-11-02T00:00:00Z", revoked }, office));
    const path = join(here.home, "trust.json");
    const document = JSON.parse(readFileSync(path, "utf8"));
    for (const revocations of [document.revocations[0], null]) {
      writeFileSync(path, JSON.stringify({ ...document, revocations }));
      const again = startTestEngine(here.home);
      expect((await again.client.trust.view({})).offices).toHaveLength(1);
      expect(again.engine.context.trust.isRevoked(device)).toBe(revocations !== null);
      await again.engine.close();
    }
  });

  test("survives a restart, and a spoilt trust file means that nobody is believed", async () => {
    await here.client.trust.addOffice({ key: office.publicKey, name: "Head office" });
    const path = join(here.home, "trust.json");
    expect(JSON.parse(readFileSync(path, "utf8")).offices).toHaveLength(1);
    const again = startTestEngine(here.home);
    expect((await again.client.trust.view({})).offices).toEqual([{ key: office.publicKey, name: "Head office" }]);
    writeFileSync(path, "{");
    const spoilt = startTestEngine(here.home);
    expect((await spoilt.client.trust.view({})).offices).toEqual([]);
    await spoilt.engine.close();
    await again.engine.close();
  });
});
