import type { CheckContext } from "../../../src-main/checks/types.ts";
import { type PlatformId, platforms, stepIds } from "../../../src-main/contract/names.ts";
import type { AnswerValue, Field } from "../../../src-main/contract/rfi/field.ts";
import { type RfiAnswers, sections } from "../../../src-main/contract/rfi/form.ts";
import { playbook } from "../guide/playbook-files.ts";
import { quick } from "./context.ts";
import { type Chance, createChance, pick } from "./wording-net.ts";

const examples: Record<Field["kind"], readonly AnswerValue[]> = {
  text: ["selector1", "Acme"],
  notes: ["Some words."],
  email: ["ada@acme.example", "post@news.acme.example"],
  phone: ["+44 20 7946 0111"],
  domain: ["acme.example", "news.acme.example"],
  host: ["mail.acme.example", "dc1.acme.example", "192.0.2.1"],
  address: ["192.0.2.1", "198.51.100.5"],
  network: ["192.0.2.1", "192.0.2.0/24"],
  port: [25],
  count: [1, 12],
  "yes-no": [true, false],
  choice: [],
  choices: [],
  date: ["2026-12-01"],
  dn: ["DC=acme,DC=example"],
};

function answerTo(chance: Chance, { id, kind, options = [] }: Field): AnswerValue {
  if (kind === "port" && /ldap/i.test(id)) return pick(chance, [389, 636]);
  if (kind === "choice") return pick(chance, options).value;
  if (kind === "choices") return options.filter(() => chance() < 0.5).map(({ value }) => value);
  return pick(chance, examples[kind]);
}

/** Every question of the form answered by chance, so that a check finds what it needs whichever question it looks at. */
function answerAll(chance: Chance): RfiAnswers {
  const fields = sections.flatMap((section) =>
    section.fields.map((field) => [`${section.id}.${field.id}`, answerTo(chance, field)] as const),
  );
  const rows = sections.flatMap(({ groups }) =>
    groups.map((group) => {
      const values = () => Object.fromEntries(group.columns.map((column) => [column.id, answerTo(chance, column)]));
      return [group.id, ["1", "2"].map((id) => ({ id, values: values() }))] as const;
    }),
  );
  return { fields: Object.fromEntries(fields), rows: Object.fromEntries(rows) } as RfiAnswers;
}

/** Values of the region of the vendor.example that the tests use, for every key of the region table. */
function regionOf(key: string): string[] {
  if (key === "spf-global-include") return ["_netblocks.vendor.example"];
  if (key === "spf-include") return ["eu._netblocks.vendor.example"];
  if (key === "mx-suffixes") return ["vendor.example"];
  if (/netblocks|ranges/.test(key)) return ["192.0.2.0/24"];
  if (key === "tls-subject") return ["*.vendor.example"];
  if (/api|console/.test(key)) return ["https://eu-api.vendor.example"];
  const purpose =
    { "mx-hosts": "inbound", "smart-hosts": "outbound", "smart-hosts-m365": "o365-outbound" }[key] ?? "journal";
  return [`eu-smtp-${purpose}-1.vendor.example`, `eu-smtp-${purpose}-2.vendor.example`];
}

/** A customer by chance: any platform, any answers, every region value known. */
export function createChanceContext(seed: number): CheckContext {
  const chance = createChance(seed);
  const platform = pick(chance, Object.keys(platforms) as PlatformId[]);
  return {
    services: ["email-security", "archiving"],
    platform,
    family: platforms[platform].family,
    answers: answerAll(chance),
    region: Object.fromEntries(Object.keys(playbook.regions.labels).map((key) => [key, regionOf(key)])),
    network: {
      ...quick,
      resolver: "192.0.2.53",
      greetingTimeout: 50,
      replyTimeout: 50,
      connectTimeout: 50,
      dnsTimeout: 50,
    },
    step: pick(chance, stepIds),
  };
}
