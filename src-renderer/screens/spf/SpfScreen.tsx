import { Autocomplete, Button, NativeSelect, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link, useParams } from "wouter";
import { api, client } from "../../client.ts";
import { EmptyState } from "../../components/EmptyState.tsx";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Loading } from "../../components/Loading.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { PlainButton } from "../../components/PlainButton.tsx";
import text from "../../components/text.module.css";
import { errorToShow } from "../../failing.ts";
import { Examination } from "./Examination.tsx";
import { Proposal } from "./Proposal.tsx";
import classes from "./spf.module.css";
import { useAsking } from "./useAsking.ts";

/** What an SPF record costs, what it would cost, and which one to publish. Asks DNS when told to; changes nothing. */
export function SpfScreen() {
  const { id = "" } = useParams();
  const subjects = useQuery(api.spf.subjects.queryOptions({ input: { engagement: id }, staleTime: 0 }));
  const { domains = [], addresses = [], includes = [] } = subjects.data ?? {};
  return (
    <>
      <PageHeader title="SPF planner">
        Receivers follow at most ten look-ups. See what the record costs, try another one before it is published, and
        take the one to publish from here. Nothing is changed, neither in DNS nor in the engagement.
      </PageHeader>
      {subjects.isPending && <Loading label="Loading the domains" />}
      <FailureNotice
        error={errorToShow(subjects)}
        title="The domains were not read."
        onRetry={() => void subjects.refetch()}
      />
      {subjects.data && domains.length === 0 && (
        <EmptyState
          title="No domain that sends yet"
          actions={<Link href={`/e/${id}/rfi/domains`}>Fill in the domains</Link>}
        >
          The planner starts from the domains of the Request for Information.
        </EmptyState>
      )}
      {domains.length > 0 && (
        <Planner key={id} engagement={id} {...{ domains, addresses, include: includes[0] ?? null }} />
      )}
    </>
  );
}

interface PlannerProps {
  engagement: string;
  domains: string[];
  addresses: string[];
  include: string | null;
}
interface Question {
  domain: string;
  ip: string;
  /** The record to try; null for the one published. */
  record: string | null;
}

function Planner({ engagement, domains, addresses, include }: PlannerProps) {
  const [domain, setDomain] = useState(domains[0] ?? "");
  const [ip, setIp] = useState("");
  const [draft, setDraft] = useState<string | null>(null);
  const [isTried, setTried] = useState(false);
  const asking = useAsking(async (question: Question, signal) => {
    const view = await client.spf.examine(toInput(engagement, question), { signal });
    setTried(question.record !== null);
    return view;
  });
  const look = (record: string | null) => asking.ask({ domain, ip, record });
  const tryRecord = (record: string) => {
    setDraft(record);
    look(record);
  };
  const choose = (next: string) => {
    setDomain(next);
    setDraft(null);
    asking.clear();
  };
  return (
    <div className={classes.screen}>
      <Choice {...{ domains, domain, addresses, ip }} onDomain={choose} onIp={setIp} onLook={() => look(null)}>
        <Button type="submit" loading={asking.isPending}>
          Look up
        </Button>
        {asking.isPending && (
          <Button variant="default" onClick={asking.stop}>
            Stop
          </Button>
        )}
      </Choice>
      <FailureNotice error={asking.error} title="The record was not examined." />
      {asking.answer && <Examination view={asking.answer} isTried={isTried} />}
      {asking.answer && (
        <WhatIf
          record={draft ?? asking.answer.record ?? "v=spf1 "}
          isTried={isTried}
          onChange={setDraft}
          onTry={tryRecord}
          onBack={() => {
            setDraft(null);
            look(null);
          }}
        />
      )}
      <Proposal key={domain} {...{ engagement, domain, include }} onTry={tryRecord} />
    </div>
  );
}

const toInput = (engagement: string, { domain, ip, record }: Question) => ({
  engagement,
  domain,
  ...(ip.trim() === "" ? {} : { ip: ip.trim() }),
  ...(record === null ? {} : { changes: [{ domain, record }] }),
});

interface ChoiceProps {
  domains: string[];
  domain: string;
  addresses: string[];
  ip: string;
  onDomain: (domain: string) => void;
  onIp: (ip: string) => void;
  onLook: () => void;
  children: ReactNode;
}

function Choice({ domains, domain, addresses, ip, onDomain, onIp, onLook, children }: ChoiceProps) {
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        onLook();
      }}
    >
      <NativeSelect
        label="Domain"
        description="That sends mail"
        value={domain}
        data={domains}
        onChange={(event) => onDomain(event.currentTarget.value)}
      />
      <Autocomplete
        label="Address of a server"
        description="Optional: what a receiver says to it"
        placeholder="192.0.2.10"
        value={ip}
        // A network is no sender; its first address is.
        data={[...new Set(addresses.map((network) => network.replace(/\/\d+$/, "")))]}
        onChange={onIp}
      />
      <div className={classes.actions}>{children}</div>
    </form>
  );
}

interface WhatIfProps {
  record: string;
  isTried: boolean;
  onChange: (record: string) => void;
  onTry: (record: string) => void;
  onBack: () => void;
}

function WhatIf({ record, isTried, onChange, onTry, onBack }: WhatIfProps) {
  return (
    <section className={classes.block} aria-labelledby="spf-what-if">
      <h2 id="spf-what-if">What if</h2>
      <form
        className={classes.whatIf}
        onSubmit={(event) => {
          event.preventDefault();
          onTry(record.trim());
        }}
      >
        <Textarea
          label="Record to try"
          description="Evaluated as if it were published. Everything it leads to is looked up."
          value={record}
          autosize
          minRows={2}
          maxRows={10}
          spellCheck={false}
          classNames={{ input: classes.recordInput }}
          onChange={(event) => onChange(event.currentTarget.value.replace(/\s*\n\s*/g, " "))}
        />
        <div className={classes.actions}>
          <Button type="submit" variant="default">
            Try this record
          </Button>
          {isTried && <PlainButton onClick={onBack}>Back to the published record</PlainButton>}
          {isTried && <span className={text.caption}>The tree above is that of the record you try.</span>}
        </div>
      </form>
    </section>
  );
}
