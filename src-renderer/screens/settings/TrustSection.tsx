import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { TrustView } from "../../../src-main/contract/trust.ts";
import { api, client } from "../../client.ts";
import { StandingMark } from "../../components/Devices.tsx";
import { type FactRow, Facts, WithCopy } from "../../components/Facts.tsx";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Loading } from "../../components/Loading.tsx";
import { Moment } from "../../components/Moment.tsx";
import text from "../../components/text.module.css";
import { errorToShow } from "../../failing.ts";
import { chooseFile } from "../../files.ts";
import { countNoun } from "../../words/steps.ts";
import { Offices } from "./Offices.tsx";
import { Section } from "./Section.tsx";
import classes from "./settings.module.css";

/** How the key is kept, in words. */
function describeProtection(protection: string): string {
  if (protection === "file") return "A file only this user may read";
  if (protection === "basic_text") return "A file with weak protection: this desktop has no key store";
  return `The system’s key store (${protection})`;
}

/** The device's key, who the office says it belongs to, and whose word is believed about others. */
export function TrustSection({ protection }: { protection: string }) {
  const trust = useQuery(api.trust.view.queryOptions({ input: {} }));
  return (
    <Section
      title="Who this device belongs to"
      about="Every change made on this computer is signed by its key. The office says whose it is; until it does, colleagues see an unverified author."
    >
      {trust.isPending && <Loading rows={4} label="Loading the device’s key" />}
      <FailureNotice error={errorToShow(trust)} title="The key was not read." onRetry={() => void trust.refetch()} />
      {trust.data && (
        <div className={classes.trust}>
          <Facts rows={factsOf(trust.data, protection)} />
          <ImportFile />
          <Offices offices={trust.data.offices} />
        </div>
      )}
    </Section>
  );
}

function factsOf({ device, certificate, revocations }: TrustView, protection: string): FactRow[] {
  const { name, role, standing, sentence, issued, expires } = certificate;
  return [
    ["Fingerprint", <WithCopy key="fingerprint" value={device.fingerprint} what="fingerprint" />],
    ["Recipient", <WithCopy key="recipient" value={device.recipient} what="recipient" />],
    ["Key kept in", describeProtection(protection)],
    [
      "Certificate",
      <div key="certificate">
        <StandingMark standing={standing} /> {[name, role].filter(Boolean).join(", ")}
        <p className={text.caption}>{sentence}</p>
        <p className={text.caption}>
          From <Moment at={issued} /> until <Moment at={expires} />
        </p>
      </div>,
    ],
    [
      "Revoked devices",
      revocations ? (
        <span key="revocations">
          {revocations.devices}, as of <Moment at={revocations.at} />
        </span>
      ) : (
        "No list from the office yet"
      ),
    ],
  ];
}

/** Takes in what the office sent: a certificate for this device, or its list of revoked ones. */
function ImportFile() {
  const queries = useQueryClient();
  const take = useMutation({
    mutationFn: async () => {
      const chosen = await chooseFile("evidence");
      return chosen && { name: chosen.name, view: await client.trust.importFile({ source: chosen.source }) };
    },
    onSuccess: (taken) => taken && queries.setQueryData(api.trust.view.queryKey({ input: {} }), taken.view),
  });
  return (
    <div className={classes.importFile}>
      <Button variant="default" loading={take.isPending} onClick={() => take.mutate()}>
        Import a certificate or revocation list…
      </Button>
      <span role="status" className={text.soft}>
        {take.data && `Taken in from ${take.data.name}: ${describeTrust(take.data.view)}.`}
      </span>
      <FailureNotice error={take.error} title="The file was not taken in." onDismiss={take.reset} />
    </div>
  );
}

const describeTrust = ({ certificate, revocations }: TrustView): string =>
  `this device is ${certificate.standing}, ${countNoun(revocations?.devices ?? 0, "device")} revoked`;
