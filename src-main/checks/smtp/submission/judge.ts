import { finding } from "../../judgement.ts";
import type { Finding } from "../../types.ts";
import type { SmartHostPlan } from "../plan.ts";
import { quoteReply, readTellingViews, replyOf, type SmtpView, smtpFailureInWords } from "../reading.ts";
import type { SmartHostRecord, SmtpHost } from "../record.ts";
import { isTemporary, readMechanisms, type SmtpReply } from "../reply.ts";
import { judgeVendorHosts } from "../vendor-judge.ts";

/** Ways to log on that this program speaks. */
const spoken = ["PLAIN", "LOGIN"];

/**
 * Logging on to the smart hosts, which replaces the authorised address where that changes. Reachability, certificate and the offer are
 * judged from the first conversation, the log-on from the second.
 */
export function judgeSubmission(plan: SmartHostPlan, record: SmartHostRecord): Finding[] {
  if (plan.submissionPort === null) return [];
  const looked = record.submission.map((one) => one.looked);
  const reached = judgeVendorHosts({ kind: "smart host", expected: plan.expected }, record, looked);
  const isSound = (subject: string) =>
    !reached.some((one) => one.subject === subject && one.verdict !== "pass" && one.verdict !== "warn");
  const answered = record.submission.flatMap((one) => {
    const [view] = readTellingViews(one.looked);
    return view?.tls && isSound(view.subject) ? [judgeLogOn(record, view, one.loggedOn)] : [];
  });
  return [...reached, ...answered];
}

function judgeLogOn(record: SmartHostRecord, view: SmtpView, loggedOn: SmtpHost | null): Finding {
  const { subject } = view;
  const offered = view.secureHello ? readMechanisms(view.secureHello) : [];
  if (offered.length === 0)
    return finding(
      "fail",
      subject,
      "No way to log on is offered inside TLS.",
      "Ask the vendor whether submission is switched on for the account, and check that the port is the submission port.",
    );
  if (!offered.some((mechanism) => spoken.includes(mechanism)))
    return finding(
      "not-measurable",
      subject,
      `Logging on is offered by ${offered.join(", ")} only, which this program does not speak.`,
      "Prove the log-on with the mail server's own test, and keep its log.",
    );
  if (!record.hadCredentials)
    return finding(
      "not-measurable",
      subject,
      `Logging on is offered (${offered.join(", ")}), but it was not tried, because no user name and password were given.`,
      "Run the check again and enter the account that the mail server will use; it is kept nowhere.",
    );
  const [logOn] = loggedOn ? readTellingViews(loggedOn) : [];
  const answers = logOn?.turns.filter(({ phase }) => phase === "auth") ?? [];
  const reply = replyOf(answers.at(-1));
  return reply ? judgeAnswer(subject, reply) : judgeNoLogOn(view, logOn ?? null);
}

function judgeNoLogOn({ subject }: SmtpView, logOn: SmtpView | null): Finding {
  const code = logOn?.turns.find(({ failure }) => failure !== null)?.failure;
  return finding(
    "error",
    subject,
    `The log-on was not answered: ${code ? smtpFailureInWords(code) : "the conversation ended before it"}.`,
    "Run the check again.",
  );
}

/** Replies of RFC 4954 6. */
function judgeAnswer(subject: string, reply: SmtpReply): Finding {
  const quote = quoteReply(reply);
  if (reply.code === 235)
    return finding("pass", subject, `The user name and password were taken with “${quote}”, inside verified TLS.`);
  if (isTemporary(reply))
    return finding(
      "warn",
      subject,
      `The log-on was put off with “${quote}”.`,
      "Wait some minutes, then run the check again.",
    );
  return finding(
    "fail",
    subject,
    `The user name or password was refused with “${quote}”.`,
    "Use an internal address with a cloud password of the account; a directory password is not taken.",
  );
}
