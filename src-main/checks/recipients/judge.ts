import { conclude, finding } from "../judgement.ts";
import { readEnvelope } from "../smtp/envelope.ts";
import { judgeNoAddress, judgeUnreached } from "../smtp/failures.ts";
import { quoteReply, readTellingViews, type SmtpView, transcribeSmtp } from "../smtp/reading.ts";
import { explainServiceReply, readRecipientAnswer } from "../smtp/recipient-replies.ts";
import type { SmtpReply } from "../smtp/reply.ts";
import type { Finding, Judgement } from "../types.ts";
import type { RecipientPairPlan } from "./plan.ts";
import type { RecipientPairRecord } from "./record.ts";

type Place = "server" | "gateway";

interface Asked {
  plan: RecipientPairPlan;
  nonsense: string;
  place: Place;
  view: SmtpView;
}

/** A real recipient taken and a made-up one refused, by the customer's hosts and through the service. */
export function judgeRecipientPair(plan: RecipientPairPlan, record: RecipientPairRecord): Judgement {
  const at = (place: Place): Finding[] =>
    record[place].hosts.flatMap((host) => {
      const views = readTellingViews(host);
      if (views.length === 0) return [judgeNoAddress(record[place], host.host)];
      return views.map((view) => judgePair({ plan, nonsense: record.nonsense, place, view }));
    });
  const places = [
    ...(record.server.hosts.length > 0 ? ["the customer's host"] : []),
    ...(record.gateway.hosts.length > 0 ? ["the service's gateway"] : []),
  ].join(" and ");
  const passed = `From here ${places} took ${plan.known} and refused a made-up recipient. Other addresses were not asked about, and no mail was sent.`;
  const transcript = [
    `The customer's hosts\n${transcribeSmtp(record.server)}`,
    `The service's gateway\n${transcribeSmtp(record.gateway)}`,
  ].join("\n\n");
  return conclude([...at("server"), ...at("gateway")], passed, transcript);
}

function judgePair(asked: Asked): Finding {
  const { plan, nonsense, view } = asked;
  const { subject, greeting } = view;
  if (greeting?.code !== 220) return judgeUnreached(view, "Whether it knows its recipients is not shown.");
  const known = readEnvelope(view.turns, { from: "", to: plan.known });
  const madeUp = readEnvelope(view.turns, { from: "", to: nonsense });
  if (!known || known.refusedAt === "sender") return judgeNotAsked(view, known?.reply ?? null);
  const quote = quoteReply(known.reply);
  switch (readRecipientAnswer(known.reply)) {
    case "accepted":
      return madeUp ? judgeMadeUp(asked, madeUp.reply) : judgeNotAsked(view, null);
    case "put-off":
      return judgePutOff(asked, known.reply);
    case "unknown":
      return finding(
        "fail",
        subject,
        `The real address ${plan.known} was refused with “${quote}”.`,
        asked.place === "gateway"
          ? "Complete the directory or the list of recipients in the service before mail is sent through it."
          : "Check the address; if it exists, let the server know its own recipients.",
      );
    case "other-refusal": {
      const explained = asked.place === "gateway" ? explainServiceReply(known.reply) : null;
      return finding(
        "not-measurable",
        subject,
        `The host refused the real address with “${quote}”, which is not about the recipient${explained ? `: ${explained.meaning}` : ""}.`,
        explained?.todo ?? "Run the check again from a network that the host takes mail from.",
      );
    }
  }
}

function judgeNotAsked({ subject }: SmtpView, reply: SmtpReply | null): Finding {
  const why = reply
    ? `the host refused the empty sender with “${quoteReply(reply)}”, although bounces have it`
    : "the conversation ended before both recipients were answered";
  return finding(
    "not-measurable",
    subject,
    `Whether the host knows its recipients was not shown: ${why}.`,
    "Look for this connection in the server's log, then run the check again.",
  );
}

function judgePutOff({ plan, place, view }: Asked, reply: SmtpReply): Finding {
  const explained = place === "gateway" ? explainServiceReply(reply) : null;
  const again = view.isRepeated ? ", also after waiting as greylisting asks" : "";
  return finding(
    "warn",
    view.subject,
    `The real address ${plan.known} was put off with “${quoteReply(reply)}”${again}${explained ? `: ${explained.meaning}` : ""}. Nothing is proven.`,
    explained?.todo ?? "Run the check again later.",
  );
}

/** The real one was taken; now the made-up one decides. */
function judgeMadeUp(asked: Asked, reply: SmtpReply): Finding {
  const { plan, place, view } = asked;
  const quote = quoteReply(reply);
  const answer = readRecipientAnswer(reply);
  if (answer === "accepted") return judgeEverything(asked, quote);
  if (answer === "put-off")
    return finding(
      "warn",
      view.subject,
      `The real address was taken, the made-up one only put off with “${quote}”: senders keep trying and learn of their mistake after days.`,
      place === "gateway"
        ? "Ask the vendor to answer 550 for unknown recipients; accounts of the advanced or federated kind answer 451 until then."
        : "Let the server refuse unknown recipients with 550.",
    );
  return finding("pass", view.subject, `Took ${plan.known}; refused a made-up recipient with “${quote}”.`);
}

/** Both taken: wrong where call forward relies on the answer, expected where everything is to be taken for now. */
function judgeEverything({ plan, place, view }: Asked, quote: string): Finding {
  const { subject } = view;
  const both = `A made-up recipient was taken with “${quote}”, like the real one`;
  if (place === "server" && plan.method.startsWith("call-forward"))
    return finding(
      "fail",
      subject,
      `${both}: SMTP call forward would let everything in, because it believes this answer.`,
      "Validate recipients by the directory, or let the server refuse unknown recipients at RCPT. Exchange does so on an Edge server only; Microsoft advises against recipient filtering on Mailbox servers.",
    );
  if (plan.method === "accept-all" || place === "server")
    return finding(
      "warn",
      subject,
      plan.method === "accept-all"
        ? `${both}, as “accept all” says. Made-up names are let in and bounce later.`
        : `${both}. The service refuses unknown recipients itself, but mail that goes round it bounces later.`,
      plan.method === "accept-all" ? "Choose another validation before the project is completed." : "",
    );
  return finding(
    "fail",
    subject,
    `${both}, although the service is to refuse unknown recipients.`,
    "Open Users & Groups, Internal Directories in the console and set Check Inbounds of the domain as planned.",
  );
}
