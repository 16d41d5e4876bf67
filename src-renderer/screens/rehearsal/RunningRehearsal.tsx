import { NativeSelect, Switch } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import {
  mxStates,
  policyStates,
  type RehearsalState,
  type RehearsalView,
} from "../../../src-main/contract/rehearsal.ts";
import { api } from "../../client.ts";
import { CopyButton } from "../../components/CopyButton.tsx";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Mono } from "../../components/Mono.tsx";
import { useKeepView } from "./keep-view.ts";
import classes from "./rehearsal.module.css";

const mxWords: Record<RehearsalState["mx"], string> = {
  old: "Name the old gateway",
  mixed: "Name the old gateway and the vendor",
  new: "Name the vendor only",
};
const policyWords: Record<RehearsalState["policy"], string> = {
  none: "Not published",
  testing: "Testing, with the vendor’s hosts",
  "enforce-old": "Enforced, without the vendor’s hosts",
  "enforce-new": "Enforced, with the vendor’s hosts",
};

type Running = NonNullable<RehearsalView["running"]>;

/** What the rehearsal's servers do at the moment; every part can be changed while it runs. */
export function RunningRehearsal({ view, running }: { view: RehearsalView; running: Running }) {
  const keep = useKeepView();
  const set = useMutation(api.rehearsal.set.mutationOptions({ onSuccess: keep }));
  const change = (part: Partial<RehearsalState>) => set.mutate({ change: part });
  const { state, password } = running;
  const behaviours = view.behaviours.map(({ behaviour, title }) => ({ value: behaviour, label: title }));
  const shows = (behaviour: RehearsalState["gateway"]) =>
    view.behaviours.find((known) => known.behaviour === behaviour)?.shows ?? "";
  return (
    <section className={classes.running} aria-labelledby="running">
      <h2 id="running">Running: {view.scenarios.find(({ scenario }) => scenario === running.scenario)?.title}</h2>
      <div className={classes.parts}>
        <NativeSelect
          label="The vendor’s gateway"
          description={shows(state.gateway)}
          data={behaviours}
          value={state.gateway}
          onChange={({ currentTarget }) => change({ gateway: currentTarget.value as RehearsalState["gateway"] })}
        />
        <NativeSelect
          label="The customer’s mail server"
          description={shows(state.server)}
          data={behaviours}
          value={state.server}
          onChange={({ currentTarget }) => change({ server: currentTarget.value as RehearsalState["server"] })}
        />
        <NativeSelect
          label="MX records"
          description="Where senders deliver"
          data={mxStates.map((value) => ({ value, label: mxWords[value] }))}
          value={state.mx}
          onChange={({ currentTarget }) => change({ mx: currentTarget.value as RehearsalState["mx"] })}
        />
        <NativeSelect
          label="MTA-STS policy"
          description="Which hosts senders may deliver to"
          data={policyStates.map((value) => ({ value, label: policyWords[value] }))}
          value={state.policy}
          onChange={({ currentTarget }) => change({ policy: currentTarget.value as RehearsalState["policy"] })}
        />
        <Switch
          label="The SPF record names the vendor"
          checked={state.spf}
          onChange={({ currentTarget }) => change({ spf: currentTarget.checked })}
        />
      </div>
      <p className={classes.password}>
        Password of the directory’s bind user: <Mono>{password}</Mono>
        <CopyButton value={password} label="Copy the password" />
      </p>
      <FailureNotice error={set.error} title="The rehearsal was not changed." onDismiss={set.reset} />
    </section>
  );
}
