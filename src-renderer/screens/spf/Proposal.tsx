import { Button, Checkbox, TextInput } from "@mantine/core";
import { useState } from "react";
import type { SpfProposal } from "../../../src-main/contract/spf.ts";
import { client } from "../../client.ts";
import { CopyButton } from "../../components/CopyButton.tsx";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Mono } from "../../components/Mono.tsx";
import { Notice } from "../../components/Notice.tsx";
import text from "../../components/text.module.css";
import { Budget } from "./Budget.tsx";
import classes from "./spf.module.css";
import { useAsking } from "./useAsking.ts";

interface ProposalProps {
  engagement: string;
  domain: string;
  /** The region's include, which is added when nothing else is named. */
  include: string | null;
  onTry: (record: string) => void;
}

/** What to add, and the record to publish with its cost before and after. */
export function Proposal({ engagement, domain, include, onTry }: ProposalProps) {
  const [wish, setWish] = useState("");
  const [removeGlobal, setRemoveGlobal] = useState(false);
  const asking = useAsking((question: Parameters<typeof client.spf.propose>[0], signal) =>
    client.spf.propose(question, { signal }),
  );
  const propose = () =>
    asking.ask({ engagement, domain, removeGlobal, ...(wish.trim() === "" ? {} : { add: [wish.trim()] }) });
  const canAsk = wish.trim() !== "" || include !== null;
  return (
    <section className={classes.block} aria-labelledby="spf-proposal">
      <h2 id="spf-proposal">Record to publish</h2>
      <p className={text.lead}>
        Keeps every term that is there, adds what you name, and removes what stands there twice.
      </p>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (canAsk) propose();
        }}
      >
        <TextInput
          label="Add"
          description={
            include === null ? "A domain whose include is meant, or a term" : "Empty adds the region’s include"
          }
          placeholder={include ?? "spf.example.com"}
          value={wish}
          onChange={(event) => setWish(event.currentTarget.value)}
          className={classes.wide}
        />
        <Checkbox
          label="Remove the vendor’s global include and those of its other regions"
          checked={removeGlobal}
          onChange={(event) => setRemoveGlobal(event.currentTarget.checked)}
          className={classes.wide}
        />
        <div className={classes.actions}>
          <Button type="submit" disabled={!canAsk} loading={asking.isPending}>
            Propose record
          </Button>
          {asking.isPending && (
            <Button variant="default" onClick={asking.stop}>
              Stop
            </Button>
          )}
        </div>
      </form>
      <FailureNotice error={asking.error} title="No record was proposed." />
      {asking.answer && <Proposed proposal={asking.answer} onTry={onTry} />}
    </section>
  );
}

function Proposed({ proposal, onTry }: { proposal: SpfProposal; onTry: (record: string) => void }) {
  const { before, after, refusal, warnings, costs } = proposal;
  return (
    <div className={classes.proposed} role="status">
      {refusal !== null && (
        <Notice tone="fail">
          <div>
            <strong>{after ? "Do not publish this record." : "No record can be proposed."}</strong> {refusal}
            {after && <Costs costs={costs} />}
          </div>
        </Notice>
      )}
      {after && (
        <>
          <div className={classes.compare}>
            <span className={text.soft}>Before</span>
            <Budget lookups={before.count} />
            <span className={text.soft}>After</span>
            <Budget lookups={after.count} />
          </div>
          <div className={classes.record}>
            <Mono>{after.record}</Mono>
          </div>
          <div className={classes.actions}>
            <CopyButton value={after.record} label="Copy record" />
            {after.strings.length > 1 && (
              <CopyButton
                value={after.strings.map((string) => `"${string}"`).join(" ")}
                label={`Copy as ${after.strings.length} strings for a zone file`}
              />
            )}
            <Button variant="default" size="xs" onClick={() => onTry(after.record)}>
              Show its tree
            </Button>
          </div>
          <Changes proposal={proposal} />
        </>
      )}
      {warnings.length > 0 && (
        <Notice tone="warn">
          <ul>
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Notice>
      )}
    </div>
  );
}

function Costs({ costs }: Pick<SpfProposal, "costs">) {
  return (
    <ul>
      {costs.map(({ term, lookups }) => (
        <li key={term}>
          <Mono>{term}</Mono>: {lookups}
        </li>
      ))}
    </ul>
  );
}

function Changes({ proposal: { added, removed, kept } }: { proposal: SpfProposal }) {
  if (added.length === 0 && removed.length === 0)
    return <p className={text.soft}>Nothing to change: the record has what it needs.</p>;
  return (
    <ul className={classes.changes}>
      {added.map((term) => (
        <li key={`+${term}`}>
          Added <Mono>{term}</Mono>
        </li>
      ))}
      {removed.map(({ term, reason }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a term may be removed twice, and the list never changes
        <li key={index}>
          Removed <Mono>{term}</Mono>. {reason}
        </li>
      ))}
      <li className={text.soft}>
        Kept {kept.length} {kept.length === 1 ? "term" : "terms"} as they were.
      </li>
    </ul>
  );
}
