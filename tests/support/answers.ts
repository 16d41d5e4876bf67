/** A complete RFI for an Exchange 2019 customer who buys archiving and e-mail security, as the JSON document. */
export const completeAnswers = {
  format: "connect-fieldbook-rfi",
  version: 1,
  sections: {
    organisation: { legalName: "Acme Ltd", primaryDomain: "acme.example", mailboxes: 120, accountCode: "CUK00A001" },
    contacts: {
      emergencyName: "Ada Moreau",
      emergencyEmail: "ada@elsewhere.example",
      emergencyMobile: "+44 7700 900456",
      people: [{ name: "Ada Moreau", role: "tpoc", email: "ada@acme.example", phone: "+44 20 7946 0111" }],
    },
    domains: { rows: [{ name: "acme.example", use: "send-receive" }] },
    platform: { version: "15.2.1544.4", enterpriseCals: false, servers: [{ name: "EX01" }] },
    outbound: { dynamic: false, outboundAddresses: [{ network: "192.0.2.10" }] },
    inbound: { startTls: true, inboundHosts: [{ host: "mail.acme.example", port: 25 }] },
    recipients: {
      validation: "directory",
      directory: "ldap",
      ldapHost: "dc1.acme.example",
      ldapAlternateHost: "dc2.acme.example",
      ldapPort: 636,
      ldapEncryption: "strict",
      rootDn: "DC=acme,DC=example",
      bindDn: "CN=svc,DC=acme,DC=example",
    },
    journaling: { scope: "All databases", transport: "smtp" },
    gateway: { vendor: "none" },
    archive: { exists: false },
    services: { packages: "Email Security and Archive", retention: "7 years" },
    dates: { outbound: "2026-12-01", mx: "2026-12-08" },
  },
} as const;
