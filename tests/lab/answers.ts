import type { RfiAnswers } from "../../src-main/contract/rfi/form.ts";

export interface SampleHosts {
  domain: string;
  inbound: string;
  smtpPort: number;
  controllers: string[];
  ldapsPort: number;
  rootDn: string;
  bindDn: string;
}

/** A complete Request for Information of a customer with Postfix and an LDAP directory. */
export function answerForm(hosts: SampleHosts): RfiAnswers {
  const { domain, inbound, smtpPort, controllers, ldapsPort, rootDn, bindDn } = hosts;
  return {
    fields: {
      "organisation.legalName": "Acme Example Ltd",
      "organisation.primaryDomain": domain,
      "organisation.mailboxes": 120,
      "organisation.accountCode": "CUK000A001",
      "organisation.timeZone": "Europe/London",
      "contacts.emergencyName": "Ada Byron",
      "contacts.emergencyEmail": "ada@elsewhere.example",
      "contacts.emergencyMobile": "+44 7700 900123",
      "platform.version": "Postfix 3.7",
      "outbound.dynamic": false,
      "inbound.startTls": false,
      "recipients.validation": "directory",
      "recipients.directory": "ldap",
      "recipients.ldapHost": controllers[0] ?? "",
      "recipients.ldapAlternateHost": controllers[1] ?? "",
      "recipients.ldapPort": ldapsPort,
      "recipients.ldapEncryption": "strict",
      "recipients.rootDn": rootDn,
      "recipients.bindDn": bindDn,
      "gateway.vendor": "none",
      "archive.exists": false,
      "services.packages": "E-mail security",
      "dates.outbound": "2026-12-01",
      "dates.mx": "2026-12-08",
      "dates.lockdown": "2026-12-15",
    },
    rows: {
      people: [
        { id: "p1", values: { name: "Ada Byron", role: "tpoc", email: `ada@${domain}`, phone: "+44 20 7946 0123" } },
      ],
      domains: [{ id: "d1", values: { name: domain, use: "send-receive" } }],
      outboundAddresses: [{ id: "o1", values: { network: "192.0.2.10" } }],
      inboundHosts: [{ id: "i1", values: { host: inbound, port: smtpPort } }],
    },
  };
}
