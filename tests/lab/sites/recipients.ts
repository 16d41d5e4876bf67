import type { Answers, MailHost, Site } from "../site.ts";

const knows = "local_recipient_maps = inline:{ada=1}";
const refusing = (settings: string[]): MailHost => ({ server: "postfix", settings });
const known = (name: string, validation = "directory"): Answers => ({
  fields: { "recipients.knownAddress": `ada@${name}.example`, "recipients.validation": validation },
});
const site = (name: string, why: string, mail: MailHost, run: Site["run"], more: Partial<Site> = {}): Site => ({
  ...{ name, why, run },
  hosts: { mail },
  answers: known(name),
  ...more,
});
/** A gateway of the site's own in place of the vendor's, which the pair is asked through. */
const through = (name: string, why: string, gateway: MailHost, run: Site["run"], more: Partial<Site> = {}): Site => ({
  ...site(name, why, refusing([knows]), run, more),
  hosts: { mail: refusing([knows]), "eu-smtp-inbound-1": gateway },
  region: { "mx-hosts": [`eu-smtp-inbound-1.${name}.example`] },
});
const answer = (text: string): string => `check_recipient_access static:{${text}}`;

/** Who is let in, and who may send on: steps 3, 4 and 5. */
export const recipientSites: Site[] = [
  site(
    "pair-right",
    "A real recipient is taken and a made-up one refused, by the server and through the gateway.",
    refusing([knows]),
    [
      { check: "recipient-pair", verdict: "pass", says: [/refused a made-up recipient with “550 5\.1\.1/] },
      { check: "open-relay", verdict: "pass", says: [/Refused a foreign recipient with “554 5\.7\.1/] },
    ],
  ),
  site(
    "everything-taken",
    "The server answers 250 for everything: under SMTP call forward the service would let everything in.",
    { server: "postfix" },
    [
      { check: "recipient-pair", verdict: "fail", says: [/SMTP call forward would let everything in/] },
      { check: "recipient-pair", verdict: "warn", answers: known("everything-taken"), says: [/bounces later/] },
    ],
    { answers: known("everything-taken", "call-forward") },
  ),
  site(
    "unknown-real",
    "The address that was named does not exist on the server.",
    refusing(["local_recipient_maps = inline:{bob=1}"]),
    [
      {
        check: "recipient-pair",
        verdict: "fail",
        says: [/real address ada@unknown-real\.example was refused with “550/],
      },
    ],
  ),
  through(
    "invalid-recipient",
    "The directory is not synchronised yet: the service says “550 Invalid Recipient” to real users.",
    refusing([
      `smtpd_recipient_restrictions = ${answer("550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550 [lab.uk91]")}`,
    ]),
    [
      {
        check: "recipient-pair",
        verdict: "fail",
        says: [/was refused with “550.*Invalid Recipient/, /Complete the directory/],
      },
    ],
  ),
  through(
    "inbounds-disabled",
    "Inbound mail is switched off on the account: 451 for everybody.",
    refusing([
      `smtpd_recipient_restrictions = ${answer("451 Account inbounds disabled - https://community.mimecast.com/docs/DOC-1369#451 [lab.uk91]")}`,
    ]),
    [
      {
        check: "recipient-pair",
        verdict: "warn",
        says: [/inbound mail is switched off on the account/, /Ask the vendor to switch inbound mail on/],
      },
    ],
  ),
  through(
    "unknown-domain",
    "The domain was not entered in the account: “451 Open relay not allowed”, so mail only waits.",
    refusing([
      `smtpd_recipient_restrictions = ${answer("451 Open relay not allowed - https://community.mimecast.com/docs/DOC-1369#451 [lab.uk91]")}`,
    ]),
    [{ check: "recipient-pair", verdict: "warn", says: [/the account does not know the domain/] }],
  ),
  through(
    "gateway-takes-all",
    "The domain is still set to accept every recipient in the service.",
    { server: "postfix" },
    [{ check: "recipient-pair", verdict: "fail", says: [/although the service is to refuse unknown recipients/] }],
  ),
  through(
    "deferring-gateway",
    "The account defers unknown recipients instead of refusing them.",
    refusing([knows, "unknown_local_recipient_reject_code = 451"]),
    [{ check: "recipient-pair", verdict: "warn", says: [/the made-up one only put off with “451/] }],
  ),
  through(
    "greylisting-gateway",
    "Unknown senders are greylisted: put off at first, let in a little later. That is no fault.",
    {
      server: "postfix",
      settings: [knows],
      greylisting: {
        reply:
          "Internal resources are temporarily unavailable - https://community.mimecast.com/docs/DOC-1369#451 [lab.uk91]",
        wait: 1_000,
      },
    },
    [{ check: "recipient-pair", verdict: "pass", shows: [/451 .*Internal resources are temporarily unavailable/] }],
    { network: { greylistWait: 1_500 } },
  ),
  through(
    "impatient-laptop",
    "Greylisting that lasts longer than the check waits: nothing is proven, and nothing is called broken.",
    {
      server: "postfix",
      settings: [knows],
      greylisting: { reply: "4.7.1 Greylisted, come back later", wait: 60_000 },
    },
    [
      {
        check: "recipient-pair",
        verdict: "warn",
        says: [/also after waiting as greylisting asks/, /Nothing is proven/],
      },
    ],
    { network: { greylistWait: 300 } },
  ),
  site(
    "relaying",
    "The server relays for this address. From inside the customer's network that may be right.",
    refusing([
      knows,
      "mynetworks = 0.0.0.0/0",
      "smtpd_reject_unlisted_recipient = no",
      "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination",
    ]),
    [{ check: "open-relay", verdict: "warn", says: [/took a foreign recipient/, /Run the check again from outside/] }],
  ),
  site(
    "relay-put-off",
    "The server puts foreign recipients off instead of refusing them: that proves nothing.",
    refusing([knows, "smtpd_relay_restrictions = defer_unauth_destination"]),
    [{ check: "open-relay", verdict: "warn", says: [/put the request off with “4\d\d/] }],
  ),
  site(
    "closed-to-strangers",
    "The server refuses strangers before they can ask: whether it relays is not shown.",
    refusing(["smtpd_delay_reject = no", "smtpd_client_restrictions = reject"]),
    [{ check: "open-relay", verdict: "not-measurable", says: [/Whether it relays is not shown/] }],
  ),
];
