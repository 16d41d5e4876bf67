import { Button, Checkbox, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { Examination } from "../../../src-main/contract/copies.ts";
import { api } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Loading } from "../../components/Loading.tsx";
import { Notice } from "../../components/Notice.tsx";
import panel from "../../components/panel.module.css";
import { decideOffer, warnOfPlace } from "../../words/copies.ts";
import { countNoun } from "../../words/steps.ts";
import { CopyContents } from "./CopyContents.tsx";
import classes from "./copies.module.css";
import { useDiscard, useLook, useOpenSame, useTakeIn } from "./taking.ts";

/** What the examined copy leads to: into the engagement at once, or to a page that says what would come in. */
export function TakeInReview({ job }: { job: string }) {
  const query = useQuery(
    api.copies.examined.queryOptions({ input: { job }, staleTime: Number.POSITIVE_INFINITY, gcTime: 0 }),
  );
  if (query.data) return <Offered copy={query.data} />;
  if (query.error) return <FailureNotice error={query.error} title="The copy is not at hand any more." />;
  return <Loading rows={6} label="Reading what the copy holds" />;
}

function Offered({ copy }: { copy: Examination }) {
  const offer = decideOffer(copy);
  if (offer === "take-in") return <TakeInAtOnce copy={copy} />;
  return offer === "open" ? <OpenAtOnce copy={copy} /> : <Review copy={copy} />;
}

/** Does something once, also where effects run twice. */
function useOnce(work: () => void): void {
  const isDone = useRef(false);
  useEffect(() => {
    if (isDone.current) return;
    isDone.current = true;
    work();
  });
}

function TakeInAtOnce({ copy }: { copy: Examination }) {
  const take = useTakeIn(copy);
  useOnce(() => take.mutate({ candidate: copy.candidate }));
  if (take.error)
    return (
      <FailureNotice
        error={take.error}
        title="The copy was not taken in."
        onRetry={() => take.mutate({ candidate: copy.candidate })}
      />
    );
  return <Loading rows={3} label="Taking the copy in" />;
}

function OpenAtOnce({ copy }: { copy: Examination }) {
  const open = useOpenSame(copy);
  useOnce(() => open.mutate());
  if (open.error) return <FailureNotice error={open.error} title="The engagement was not opened." />;
  return <Loading rows={3} label="Opening the engagement" />;
}

function Review({ copy }: { copy: Examination }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className={classes.review}>
      <h2 ref={heading} tabIndex={-1}>
        {copy.customer} · {copy.reference}
      </h2>
      <Warnings copy={copy} />
      <CopyContents copy={copy} />
      <Decision copy={copy} />
    </div>
  );
}

function Warnings({ copy }: { copy: Examination }) {
  const place = warnOfPlace(copy.place);
  return (
    <div className={classes.warnings}>
      {copy.problems.length > 0 && (
        <Notice tone="fail">
          <div>
            <strong>Not everything in the copy holds. What does not is left out:</strong>
            <ul>
              {copy.problems.map((problem) => (
                <li key={problem}>{problem}</li>
              ))}
            </ul>
          </div>
        </Notice>
      )}
      {copy.pause !== null && <Notice tone="warn">{copy.pause}</Notice>}
      {place !== null && <Notice tone="warn">{place}</Notice>}
    </div>
  );
}

/** Take it in, look at it, or leave it. What is unusual about the copy wants its own tick or reason first. */
function Decision({ copy }: { copy: Examination }) {
  return (
    <section className={panel.panel} aria-label="What to do with the copy">
      {copy.relation === "same" ? <OpenSame copy={copy} /> : <TakeIn copy={copy} />}
    </section>
  );
}

function OtherWays({ copy }: { copy: Examination }) {
  const look = useLook(copy);
  const discard = useDiscard(copy);
  return (
    <>
      <Button variant="default" loading={look.isPending} onClick={() => look.mutate()}>
        Look at it read-only
      </Button>
      <Button variant="default" loading={discard.isPending} onClick={() => discard.mutate()}>
        Discard
      </Button>
      <FailureNotice error={look.error ?? discard.error} />
    </>
  );
}

function OpenSame({ copy }: { copy: Examination }) {
  const open = useOpenSame(copy);
  return (
    <div className={panel.actions}>
      <Button loading={open.isPending} onClick={() => open.mutate()}>
        Open the engagement
      </Button>
      <OtherWays copy={copy} />
      <FailureNotice error={open.error} title="The engagement was not opened." />
    </div>
  );
}

function TakeIn({ copy }: { copy: Examination }) {
  const { candidate, pause, revoked } = copy;
  const [hasLooked, setLooked] = useState(false);
  const [reason, setReason] = useState("");
  const take = useTakeIn(copy);
  const admitRevoked = reason.trim();
  const isHeldUp = (pause !== null && !hasLooked) || (revoked > 0 && admitRevoked === "");
  return (
    <>
      {revoked > 0 && (
        <Textarea
          label={`Why are ${countNoun(revoked, "entry", "entries")} of a revoked device taken in?`}
          description="The office has revoked the device. The reason is kept in the history, under your name"
          rows={2}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
      {pause !== null && (
        <Checkbox
          label="I have read what would change"
          checked={hasLooked}
          onChange={(event) => setLooked(event.currentTarget.checked)}
        />
      )}
      {copy.relation === "adds" && <p>Before anything is united, a snapshot of what is here is taken.</p>}
      <div className={panel.actions}>
        <Button
          disabled={isHeldUp}
          loading={take.isPending}
          onClick={() => take.mutate({ candidate, ...(revoked > 0 ? { admitRevoked } : {}) })}
        >
          Take it in
        </Button>
        <OtherWays copy={copy} />
      </div>
      <FailureNotice error={take.error} title="The copy was not taken in." />
    </>
  );
}
