import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { fileURLToPath } from "node:url";
import { PNG } from "pngjs";
import type { SealKey, StepReport } from "../../../src-main/reports/index.ts";

export const fonts = fileURLToPath(new URL("../../../assets/fonts", import.meta.url));
export const workerUrl = new URL("../../../src-main/reports/worker.ts", import.meta.url);

export const hashOf = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

export function createSealKey(): SealKey {
  const { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("hex");
  return { publicKey: raw, sign: (bytes) => sign(null, bytes, privateKey) };
}

/** A transparent picture with a drawn line, as the signature pad makes it. `ink` 0 leaves it blank. */
export function drawSignature(ink = 1, width = 600, height = 240): Buffer {
  const png = new PNG({ width, height });
  png.data.fill(0);
  for (let step = 0; step < 6000 * ink; step++) {
    const t = step / 6000;
    const x = width * (0.08 + 0.84 * t);
    const y = height * (0.5 + 0.3 * Math.sin(t * 23) * Math.cos(t * 7));
    for (let dot = 0; dot < 9; dot++) {
      const at = (Math.floor(y + Math.floor(dot / 3)) * width + Math.floor(x + (dot % 3))) * 4;
      png.data.set([18, 32, 74, dot === 4 ? 255 : 210], at);
    }
  }
  return PNG.sync.write(png);
}

/** A picture that looks like a console window with a few lines in it. */
export function drawScreenshot(width = 1280, height = 720): Buffer {
  const png = new PNG({ width, height });
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bar = y < 48;
      const row = y > 80 && y % 36 < 12 && x > 40 && x < 200 + ((y * 37) % 900);
      png.data.set(bar ? [11, 92, 99, 255] : row ? [120, 130, 135, 255] : [246, 248, 248, 255], (y * width + x) * 4);
    }
  }
  return PNG.sync.write(png);
}

export const transcript = [
  "> connect 192.0.2.25:25",
  "< 220 eu-smtp-inbound-1.gateway.example ESMTP ready",
  "> EHLO fieldbook.acme.example",
  "< 250-eu-smtp-inbound-1.gateway.example Hello [198.51.100.7]",
  "< 250-SIZE 104857600",
  "< 250-STARTTLS",
  "< 250 HELP",
  "> STARTTLS",
  "< 220 Starting TLS",
  "  TLSv1.3 TLS_AES_256_GCM_SHA384, certificate CN=*.gateway.example, valid until 2027-03-01T12:00:00Z",
  "> QUIT",
  "< 221 Closing channel",
].join("\n");

const engagementId = "0197b0c4-5a0e-7c3f-9d21-6a1f4c2e8b70";

const look = (minute: string) => ({
  at: `2026-11-23T10:${minute}:00.000Z`,
  host: "northgate-laptop",
  addresses: ["192.0.2.50"],
  resolver: "192.0.2.1:53",
  author: "Maren Oduya",
  record: hashOf(`look ${minute}`),
});

/** A changed SPF record, a new DMARC record, a host nobody could see, and much that stayed the same. */
const createDifference = (): StepReport["difference"] => ({
  before: look("01"),
  after: look("12"),
  limits: [],
  lines: [
    {
      kind: "added",
      subject: "harbourvale.example",
      what: "DMARC, as the resolver gives it",
      before: "",
      after: "v=DMARC1; p=none; rua=mailto:dmarc-reports@harbourvale.example",
      detail: "192.0.2.1:53",
    },
    {
      kind: "changed",
      subject: "harbourvale.example",
      what: "SPF, as ns1.harbourvale.example (192.0.2.53:53) gives it",
      before: "v=spf1 ip4:198.51.100.7 ip4:198.51.100.8 -all",
      after: "v=spf1 ip4:198.51.100.7 ip4:198.51.100.8 include:eu._netblocks.gateway.example -all",
      detail: "",
    },
    {
      kind: "not-seen",
      subject: "eu-smtp-outbound-2.gateway.example:25",
      what: "Greeting",
      before: "220 eu-smtp-outbound-2.gateway.example ESMTP; …",
      after: null,
      detail: "after: no answer within the time allowed",
    },
    ...Array.from({ length: 31 }, (_, index) => ({
      kind: "same" as const,
      subject: `host-${index}.harbourvale.example`,
      what: "Addresses",
      before: "192.0.2.9",
      after: "192.0.2.9",
      detail: "",
    })),
  ],
});

/** The outbound step of a small customer, signed. */
export function createReport(changes: Partial<StepReport> = {}): StepReport {
  const picture = drawScreenshot();
  return {
    engagement: {
      id: engagementId,
      customer: "Harbour & Vale Shipping Ltd",
      reference: "CF-2026-0412",
      regionTitle: "Europe (EU)",
      platformTitle: "Exchange Server 2019 or Subscription Edition",
      services: ["Email security", "Archiving", "Large file send"],
    },
    step: { id: "outbound", number: 3, title: "Send outbound mail through the gateway" },
    revision: 2,
    draft: false,
    head: hashOf("head"),
    madeAt: "2026-11-23T10:20:05.000Z",
    zone: "Europe/London",
    consultant: { name: "Maren Oduya", organisation: "Northgate Mail Consulting", email: "maren@northgate.example" },
    parties: [
      {
        role: "Consultant",
        name: "Maren Oduya",
        organisation: "Northgate Mail Consulting",
        contact: "maren@northgate.example",
      },
      {
        role: "Technical contact",
        name: "Tomás Ferreira",
        organisation: "Harbour & Vale Shipping Ltd",
        contact: "+44 20 7946 0321, t.ferreira@harbourvale.example",
      },
      {
        role: "Project sponsor",
        name: "Ingrid Håkansson",
        organisation: "Harbour & Vale Shipping Ltd",
        contact: "i.hakansson@harbourvale.example",
      },
    ],
    tasks: createTasks(),
    difference: createDifference(),
    answers: [
      {
        label: "Mail domains",
        value: "harbourvale.example\nharbourvale-crew.example",
        author: "Tomás Ferreira",
        at: "2026-11-20T09:12:00.000Z",
      },
      {
        label: "Outbound public addresses",
        value: "198.51.100.7, 198.51.100.8",
        author: "Tomás Ferreira",
        at: "2026-11-20T09:14:00.000Z",
      },
      {
        label: "Send connector in use today",
        value: "Direct delivery by DNS",
        author: "Maren Oduya",
        at: "2026-11-20T09:21:00.000Z",
      },
      { label: "Largest message allowed", value: "", author: "", at: null },
    ],
    checks: createChecks(),
    evidence: [
      {
        title: "Send connector after the change",
        note: "Exchange admin centre, Mail flow, Send connectors.",
        name: "send-connector.png",
        type: "image/png",
        size: picture.length,
        sha256: hashOf(picture),
        author: "Maren Oduya",
        at: "2026-11-23T09:48:00.000Z",
        picture,
      },
      {
        title: "Message trace of the test messages",
        note: "",
        name: "trace.csv",
        type: "text/csv",
        size: 48_213,
        sha256: hashOf("trace"),
        author: "Tomás Ferreira",
        at: "2026-11-23T10:02:00.000Z",
        picture: null,
      },
    ],
    waivers: [
      {
        what: "DMARC record",
        reason: "The policy stays at none until all senders are known; planned for January 2027.",
        by: "Ingrid Håkansson",
        at: "2026-11-23T10:08:00.000Z",
      },
    ],
    notTested: [
      "Delivery to every destination: only two test addresses were used.",
      "Mail sent by printers and by the enterprise resource planning system, which do not pass the Exchange server.",
      "The view from other networks: all results were seen from the customer's server room.",
    ],
    signOffs: [createSignOff()],
    program: "Connect Fieldbook 0.1.0",
    ...changes,
  };
}

function createTasks(): StepReport["tasks"] {
  const common = { reason: "", by: "", note: "" };
  return [
    {
      ...common,
      title: "Register the outbound addresses in the gateway",
      party: "consultant",
      state: "done",
      author: "Maren Oduya",
      at: "2026-11-23T09:31:00.000Z",
      note: "Two addresses, both confirmed by the console.",
    },
    {
      ...common,
      title: "Create the send connector with both smart hosts",
      party: "customer",
      state: "done",
      by: "Tomás Ferreira",
      author: "Maren Oduya",
      at: "2026-11-23T09:46:00.000Z",
    },
    {
      ...common,
      title: "Publish the SPF include",
      party: "customer",
      state: "done",
      by: "Tomás Ferreira",
      author: "Maren Oduya",
      at: "2026-11-23T09:52:00.000Z",
    },
    {
      ...common,
      title: "Add the DMARC record",
      party: "customer",
      state: "waived",
      reason: "Planned for January 2027.",
      by: "Ingrid Håkansson",
      author: "Maren Oduya",
      at: "2026-11-23T10:08:00.000Z",
    },
    {
      ...common,
      title: "Create the connector in Microsoft 365",
      party: "customer",
      state: "not-applicable",
      reason: "The customer has no Microsoft 365 mailboxes.",
      author: "Maren Oduya",
      at: "2026-11-23T09:30:00.000Z",
    },
  ];
}

function createChecks(): StepReport["checks"] {
  const vantage = { host: "northgate-lt-14", addresses: ["10.20.0.41", "fe80::1c2f:aff3"], resolver: "10.20.0.2" };
  const at = "2026-11-23T10:11:37.000Z";
  return [
    {
      title: "Smart hosts answer with STARTTLS",
      verdict: "pass",
      reason: "Both smart hosts greeted, offered STARTTLS and showed a valid certificate.",
      todo: "",
      findings: [
        {
          verdict: "pass",
          subject: "eu-smtp-outbound-1.gateway.example:25",
          text: "Greeting after 0.4 s, TLS 1.3.",
          todo: "",
        },
        {
          verdict: "pass",
          subject: "eu-smtp-outbound-2.gateway.example:25",
          text: "Greeting after 14.8 s, TLS 1.3. Slow is not dead.",
          todo: "",
        },
      ],
      at,
      vantage,
      transcript,
      record: hashOf("record 1"),
      waiver: null,
    },
    {
      title: "SPF record",
      verdict: "warn",
      reason: "The include is published, but the record needs 9 of the 10 allowed lookups.",
      todo: "Remove includes of senders no longer used.",
      findings: [
        {
          verdict: "warn",
          subject: "harbourvale.example",
          text: "v=spf1 include:eu._netblocks.gateway.example include:mail.erp.example ~all",
          todo: "Drop include:old-crm.example.",
        },
        {
          verdict: "pass",
          subject: "harbourvale-crew.example",
          text: "v=spf1 include:eu._netblocks.gateway.example -all",
          todo: "",
        },
      ],
      at,
      vantage,
      transcript: ';; harbourvale.example. 3600 IN TXT "v=spf1 include:eu._netblocks.gateway.example ~all"',
      record: hashOf("record 2"),
      waiver: null,
    },
    {
      title: "DMARC record",
      verdict: "fail",
      reason: "No DMARC record was found.",
      todo: "Publish a record with p=none and a reporting address.",
      findings: [],
      at,
      vantage,
      transcript: ";; _dmarc.harbourvale.example. NXDOMAIN",
      record: hashOf("record 3"),
      waiver: { reason: "Planned for January 2027.", by: "Ingrid Håkansson" },
    },
    {
      title: "Port 25 from the Internet",
      verdict: "not-measurable",
      reason: "The view from outside cannot be had from this network.",
      todo: "Repeat from another network.",
      findings: [],
      at,
      vantage,
      transcript: "",
      record: hashOf("record 4"),
      waiver: null,
    },
    {
      title: "Directory connection",
      verdict: "not-run",
      reason: "",
      todo: "",
      findings: [],
      at: null,
      vantage: null,
      transcript: "",
      record: null,
      waiver: null,
    },
  ];
}

export function createSignOff(changes: Partial<StepReport["signOffs"][number]> = {}): StepReport["signOffs"][number] {
  const png = changes.png ?? drawSignature();
  return {
    id: hashOf("sign-off").slice(0, 40),
    state: "valid",
    signer: {
      name: "Tomás Ferreira",
      role: "Head of IT operations",
      organisation: "Harbour & Vale Shipping Ltd",
      email: "t.ferreira@harbourvale.example",
    },
    statement:
      "Outbound mail of Harbour & Vale Shipping Ltd leaves through the gateway, the results above were shown to me, and I accept the step as done with the waiver listed.",
    at: "2026-11-23T10:18:42.000Z",
    author: "Maren Oduya",
    device: hashOf("device"),
    png,
    drawing: hashOf(png),
    strokes: hashOf("strokes"),
    reopened: null,
    ...changes,
  };
}
