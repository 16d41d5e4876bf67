import { activeDirectorySchema, describePerson } from "../directory-server.ts";
import type { Directory, Site } from "../site.ts";

const site = (name: string, why: string, directory: Directory | undefined, run: Site["run"]): Site => ({
  ...{ name, why, run },
  ...(directory ? { directory } : {}),
});
const root = (name: string) => `dc=${name},dc=example`;
const unit = (name: string, label: string) =>
  `dn: ou=${label},${root(name)}\nobjectClass: organizationalUnit\nou: ${label}`;
const people = (name: string, label: string, names: string[], domain: string | null, objectClass?: string) =>
  [
    unit(name, label),
    ...names.map((one) => describePerson(one, `ou=${label},${root(name)}`, domain, objectClass)),
  ].join("\n\n");
const refusal = (message: string): Directory => ({ server: "scripted", refusal: { code: 49, message } });
const words = (data: string) =>
  `80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data ${data}, v4563`;
const crew = [
  "00_people",
  "10_people_amy",
  "10_people_bender",
  "10_people_fry",
  "10_people_hermes",
  "10_people_leela",
  "10_people_professor",
  "10_people_zoidberg",
  "30_groups_admin",
  "30_groups_crew",
];

/** The directory: step 4. */
export const directorySites: Site[] = [
  site(
    "active-directory",
    "Users are of Active Directory's class, and the search of users finds them.",
    {
      server: "slapd",
      schema: activeDirectorySchema,
      entries: people(
        "active-directory",
        "staff",
        ["Ada Byron", "Grace Murray", "Radia Joy"],
        "active-directory.example",
        "user",
      ),
    },
    [
      {
        check: "directory",
        verdict: "pass",
        password: "right",
        says: [/\(&\(objectClass=user\)\(mail=\*\)\)” .* finds 3 entries/],
      },
    ],
  ),
  site(
    "planet-express",
    "A directory from elsewhere: the public suite's, with groups of Active Directory's schema.",
    {
      server: "slapd",
      suite: { files: crew.map((name) => `${name}.ldif`), schema: "msad.ldif", rootDn: "dc=planetexpress,dc=com" },
    },
    [{ check: "directory", verdict: "pass", password: "right", says: [/finds 7 entries/] }],
  ),
  site("wrong-password", "The bind user's password was changed: result 49.", { server: "slapd" }, [
    { check: "directory", verdict: "fail", password: "wrong", says: [/code 49/, /Enter the password again/] },
  ]),
  site("account-locked", "Something keeps trying an old password: the bind user is locked.", refusal(words("775")), [
    { check: "directory", verdict: "fail", password: "right", says: [/the account is locked/, /code 49, data 775/] },
  ]),
  site("account-disabled", "The bind user was disabled in a clean-up.", refusal(words("533")), [
    { check: "directory", verdict: "fail", password: "right", says: [/the account is disabled/] },
  ]),
  site("password-expired", "The bind user's password may expire, and did.", refusal(words("532")), [
    { check: "directory", verdict: "fail", password: "right", says: [/the password has expired/] },
  ]),
  site(
    "strict-name",
    "The certificate does not match the name under strict encryption: the password stays here.",
    {
      server: "slapd",
      certificate: "other-name",
    },
    [
      { check: "directory", verdict: "fail", password: "right", says: [/The password was not sent/, /is for old-dc1/] },
      {
        check: "directory",
        verdict: "warn",
        password: "right",
        answers: { fields: { "recipients.ldapEncryption": "relaxed" } },
        says: [/strict encryption would not/, /finds 5 entries/],
      },
    ],
  ),
  site(
    "expired-directory",
    "The domain controller's certificate ran out.",
    { server: "slapd", certificate: "expired" },
    [{ check: "directory", verdict: "fail", password: "right", says: [/expired on/, /The password was not sent/] }],
  ),
  site(
    "one-unit",
    "The root DN names one organisational unit only, and the users are in another.",
    {
      server: "slapd",
      entries: `${people("one-unit", "staff", ["Ada Byron", "Grace Murray"], "one-unit.example")}\n\n${unit("one-unit", "machines")}`,
    },
    [
      {
        check: "directory",
        verdict: "fail",
        password: "right",
        answers: { fields: { "recipients.rootDn": `ou=machines,${root("one-unit")}` } },
        says: [/no entry with an e-mail address is found under ou=machines/, /Correct the root DN/],
      },
    ],
  ),
  site("wrong-root", "The root DN does not exist: result 32.", { server: "slapd" }, [
    {
      check: "directory",
      verdict: "fail",
      password: "right",
      answers: { fields: { "recipients.rootDn": "dc=nowhere" } },
      says: [/code 32/],
    },
  ]),
  site(
    "without-mail",
    "Nobody filled in the attribute “mail”.",
    {
      server: "slapd",
      entries: people("without-mail", "staff", ["Ada Byron", "Grace Murray"], null),
    },
    [{ check: "directory", verdict: "fail", password: "right", says: [/no entry with an e-mail address/] }],
  ),
  site(
    "may-not-read",
    "The bind user logs on and may read nothing.",
    {
      server: "slapd",
      rules: ["access to attrs=userPassword by anonymous auth by * none", "access to * by * none"],
    },
    [{ check: "directory", verdict: "fail", password: "right" }],
  ),
  site(
    "plain-refused",
    "The server takes no password on an unencrypted connection.",
    {
      server: "slapd",
      rules: ["security simple_bind=128"],
    },
    [
      {
        check: "directory",
        verdict: "fail",
        password: "right",
        answers: { fields: { "recipients.ldapEncryption": "none" } },
        says: [/wants an encrypted connection.*code 13/, /crosses the network in clear text/],
      },
    ],
  ),
  site(
    "many-people",
    "More people than one search is to bring back.",
    {
      server: "slapd",
      entries: people(
        "many-people",
        "staff",
        Array.from({ length: 620 }, (_, index) => `Person ${index}`),
        "many-people.example",
      ),
    },
    [{ check: "directory", verdict: "pass", password: "right", says: [/at least 500 entries/] }],
  ),
  site(
    "limited-server",
    "The server brings back two entries and no more, however many there are.",
    {
      server: "slapd",
      rules: ["sizelimit 2"],
    },
    [{ check: "directory", verdict: "pass", password: "right", says: [/at least 2 /] }],
  ),
  site("no-directory-service", "The rule leads to a machine without a directory.", undefined, [
    { check: "directory", verdict: "fail", password: "right", says: [/the connection was refused/] },
  ]),
];
