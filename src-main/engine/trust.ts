import { readFileSync } from "node:fs";
import * as z from "zod";
import { sha256 } from "../contract/names.ts";
import type { DeviceView, TrustView } from "../contract/trust.ts";
import {
  type Author,
  type DeviceKey,
  type Identified,
  identifyDevice,
  issueCertificate,
  type Journal,
  type Revocations,
  readCertificate,
  readRevocations,
} from "../journal/index.ts";
import { refuse } from "./refusal.ts";
import { recipientOf } from "./sealing.ts";
import { writeDurably } from "./settings.ts";
import type { World } from "./world.ts";

/** How long a certificate made on the device itself is valid: it says who typed a name, not who vouches for it. */
const SELF_MADE_YEARS = 10;

const trustDocument = z.strictObject({
  version: z.literal(1),
  offices: z.array(z.strictObject({ key: sha256, name: z.string() })),
  /** As issued, base64: read and verified anew whenever the program starts. */
  certificate: z.string().nullable(),
  /** The newest list of each office; a file of before there could be several has one, or null. */
  revocations: z.union([z.array(z.string()), z.string().transform((one) => [one]), z.null().transform(() => [])]),
});
type TrustDocument = z.infer<typeof trustDocument>;

const nothingTrusted: TrustDocument = { version: 1, offices: [], certificate: null, revocations: [] };

export interface TrustOptions {
  path: string;
  device: DeviceKey;
  world: World;
  person(): Author;
}

/** Whom this installation believes: office keys, its own certificate, the office's list of revoked devices. */
export class Trust {
  readonly #options: TrustOptions;
  #document: TrustDocument;
  #selfMade: { of: string; bytes: Uint8Array } | undefined;

  constructor(options: TrustOptions) {
    this.#options = options;
    this.#document = readDocument(options.path);
  }

  /** The certificate this device writes with: the office's, or one it made itself, which is shown as unverified. */
  certificate(): Uint8Array {
    if (this.#document.certificate) return Buffer.from(this.#document.certificate, "base64");
    const person = this.#options.person();
    const of = JSON.stringify(person);
    if (this.#selfMade?.of !== of) this.#selfMade = { of, bytes: this.#issueOwn(person) };
    return this.#selfMade.bytes;
  }

  #issueOwn(user: Author): Uint8Array {
    const { device, world } = this.#options;
    const now = world.clock.now();
    // By the day, so that a session that opens many files does not put another certificate into each.
    const issued = `${now.toISOString().slice(0, 10)}T00:00:00.000Z`;
    const expires = new Date(Date.parse(issued));
    expires.setUTCFullYear(expires.getUTCFullYear() + SELF_MADE_YEARS);
    const body = { device: device.publicKey, user, role: "consultant", issued, expires: expires.toISOString() };
    return issueCertificate(body, device);
  }

  isRevoked(device: string): boolean {
    return this.#revocations().some(({ revoked }) => revoked.some((item) => item.device === device));
  }

  /** Every device that wrote in a file, and what its certificates are worth here. */
  judgeDevices(journal: Journal): DeviceView[] {
    return [...journal.devices()].map(([device, { entries, name, certificates }]) => {
      const bytes = [...certificates].flatMap((hash) => journal.getBlob(hash) ?? []);
      const judged = this.#judge(device, bytes);
      return {
        device,
        name: judged.certificate?.user.name ?? name,
        role: judged.certificate?.role ?? "",
        standing: judged.state,
        sentence: judged.sentence,
        entries,
      };
    });
  }

  #judge(device: string, certificates: readonly Uint8Array[]): Identified {
    return identifyDevice(device, certificates, {
      trusted: this.#document.offices.map(({ key }) => key),
      at: this.#options.world.clock.now().toISOString(),
      revocations: this.#revocations(),
    });
  }

  /** The lists of the offices that are believed. */
  #revocations(): Revocations[] {
    const { revocations, offices } = this.#document;
    const lists = revocations.flatMap((text) => readRevocations(Buffer.from(text, "base64")) ?? []);
    return lists.filter(({ issuer }) => offices.some(({ key }) => key === issuer));
  }

  async view(): Promise<TrustView> {
    const { device } = this.#options;
    const own = this.certificate();
    const certificate = readCertificate(own) ?? refuse("INTERNAL");
    const { state, sentence } = this.#judge(device.publicKey, [own]);
    const lists = this.#revocations();
    const [newest] = lists.map(({ time }) => time).sort((a, b) => Date.parse(b) - Date.parse(a));
    const revoked = new Set(lists.flatMap((list) => list.revoked.map((item) => item.device)));
    return {
      device: { fingerprint: device.publicKey, recipient: await recipientOf(device) },
      certificate: {
        device: certificate.device,
        name: certificate.user.name,
        role: certificate.role,
        standing: state,
        sentence,
        issued: certificate.issued,
        expires: certificate.expires,
      },
      offices: this.#document.offices,
      revocations: newest === undefined ? null : { at: newest, devices: revoked.size },
    };
  }

  addOffice(office: { key: string; name: string }): void {
    const others = this.#document.offices.filter(({ key }) => key !== office.key);
    this.#save({ ...this.#document, offices: [...others, office] });
  }

  removeOffice(key: string): void {
    this.#save({ ...this.#document, offices: this.#document.offices.filter((office) => office.key !== key) });
  }

  /** Takes in what the office sent: a certificate for this device, or a list of revoked devices newer than the one here. */
  importFile(bytes: Uint8Array): void {
    const text = Buffer.from(bytes).toString("base64");
    const certificate = readCertificate(bytes);
    const list = certificate ? undefined : readRevocations(bytes);
    const issuer = certificate?.issuer ?? list?.issuer;
    if (!this.#document.offices.some(({ key }) => key === issuer)) refuse("NOT_TRUSTED");
    if (certificate && certificate.device !== this.#options.device.publicKey)
      refuse("NOT_TRUSTED", { happened: "The certificate is for another device." });
    if (certificate) this.#save({ ...this.#document, certificate: text });
    if (list) this.#save({ ...this.#document, revocations: [...this.#withoutOlder(list), text] });
  }

  /** The lists of the other offices: one office does not take back what another one said. */
  #withoutOlder({ issuer, time }: Revocations): string[] {
    return this.#document.revocations.filter((text) => {
      const present = readRevocations(Buffer.from(text, "base64"));
      if (present?.issuer !== issuer) return present !== undefined;
      if (Date.parse(time) < Date.parse(present.time))
        refuse("NOT_TRUSTED", { happened: "The list is older than the one that is here." });
      return false;
    });
  }

  #save(document: TrustDocument): void {
    writeDurably(this.#options.path, `${JSON.stringify(document, null, 2)}\n`);
    this.#document = document;
  }
}

/** A file that does not fit its schema is no reason to trust anybody. */
function readDocument(path: string): TrustDocument {
  try {
    return trustDocument.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return nothingTrusted;
  }
}
