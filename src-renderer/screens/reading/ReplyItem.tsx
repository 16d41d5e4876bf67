import type { ReactNode } from "react";
import { Link } from "wouter";
import type { ExplainedReply } from "../../../src-main/contract/replies.ts";
import { Mono } from "../../components/Mono.tsx";
import { Notice } from "../../components/Notice.tsx";
import { useEngagement } from "../../queries.ts";
import { nameStep } from "../../words/steps.ts";
import { KeepReply } from "./KeepReply.tsx";
import classes from "./reading.module.css";

const lastingWords: Record<ExplainedReply["lasting"], string> = {
  accepted: "No refusal",
  temporary: "Temporary",
  permanent: "Permanent",
  unknown: "Unclear",
};

/** A step outside any engagement, where only its id is known. */
const stepWord = (step: string): string => `${step[0]?.toUpperCase()}${step.slice(1)}`;

/** One reply: what it means first, then whether it comes again, who acts, and where the meaning was read. */
export function ReplyItem({ engagement, reply }: { engagement: string | undefined; reply: ExplainedReply }) {
  const { quoted, recipient, host, lasting, outlook, known, meaning, who, grid, source, confidence } = reply;
  return (
    <li className={classes.reply}>
      <div className={classes.head}>
        <span className={classes.lasting} data-lasting={lasting}>
          {lastingWords[lasting]}
        </span>
        <code className={classes.quoted}>{quoted}</code>
      </div>
      <p className={classes.meaning}>
        {known === "generic" && <strong>In general: </strong>}
        {meaning}
      </p>
      {grid && <Notice tone={grid.isOther ? "warn" : "plain"}>{grid.sentence}</Notice>}
      <dl className={classes.facts}>
        <Fact name="Who acts">{who}</Fact>
        <Fact name="Comes again">{outlook}</Fact>
        {reply.steps.length > 0 && (
          <Fact name="Step">
            {engagement ? (
              <LinkedSteps engagement={engagement} steps={reply.steps} />
            ) : (
              reply.steps.map(stepWord).join(", ")
            )}
          </Fact>
        )}
        {recipient && (
          <Fact name="Recipient">
            <Mono>{recipient}</Mono>
          </Fact>
        )}
        {host && (
          <Fact name="Server">
            <Mono>{host}</Mono>
          </Fact>
        )}
      </dl>
      {source && (
        <p className={classes.source}>
          {known === "generic"
            ? "The standards' meaning, whoever sent it."
            : confidence === "C"
              ? "Several sources agree."
              : "One source that quotes the vendor."}{" "}
          {source}
        </p>
      )}
      {engagement && <KeepReply engagement={engagement} reply={reply} />}
    </li>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The steps by name, as links. */
function LinkedSteps({ engagement, steps }: { engagement: string; steps: ExplainedReply["steps"] }) {
  const { data } = useEngagement(engagement);
  const known = (data?.steps ?? []).filter(({ step }) => steps.includes(step));
  return (
    <span className={classes.steps}>
      {known.map((step) => (
        <Link key={step.step} href={`/e/${engagement}/step/${step.step}`}>
          {nameStep(step)}
        </Link>
      ))}
    </span>
  );
}
