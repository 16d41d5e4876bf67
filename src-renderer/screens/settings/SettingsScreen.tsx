import { SegmentedControl, useMantineColorScheme } from "@mantine/core";
import type { SettingsView } from "../../../src-main/contract/settings.ts";
import { Facts, WithCopy } from "../../components/Facts.tsx";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Loading } from "../../components/Loading.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { errorToShow } from "../../failing.ts";
import { useSettings } from "../../queries.ts";
import { countNoun } from "../../words/steps.ts";
import { NetworkFields } from "./NetworkFields.tsx";
import { PersonFields } from "./PersonFields.tsx";
import { ProtectionSection } from "./ProtectionSection.tsx";
import { Section } from "./Section.tsx";
import classes from "./settings.module.css";
import { TrustSection } from "./TrustSection.tsx";
import { VantageSection } from "./VantageSection.tsx";

/** Who works here, how checks reach the network, how the program looks, and what it stands on. Fields are saved when they are left. */
export function SettingsScreen() {
  const settings = useSettings();
  return (
    <div className={classes.screen}>
      <PageHeader title="Settings">
        Saved when a field is left. They belong to this computer, not to an engagement.
      </PageHeader>
      {settings.isPending && <Loading label="Loading the settings" />}
      <FailureNotice
        error={errorToShow(settings)}
        title="The settings were not read."
        onRetry={() => void settings.refetch()}
      />
      {settings.data && <Sections view={settings.data} />}
    </div>
  );
}

function Sections({ view }: { view: SettingsView }) {
  return (
    <>
      <Section title="Person" about="Written into every change, and onto the documents as the consultant.">
        <PersonFields person={view.person} />
      </Section>
      <VantageSection network={view.network} />
      <Section title="Network checks" about="Where checks ask, and how long they wait for an answer.">
        <NetworkFields network={view.network} />
      </Section>
      <Section title="Appearance" about="System follows the computer, by day and by night.">
        <Appearance />
      </Section>
      <Section
        title="Storage"
        about="Everything lies in one folder. Copy the whole of it to back it up: an encrypted file is of no use without its key."
      >
        <Facts
          rows={[
            ["Folder", <WithCopy key="folder" value={view.storage.folder} />],
            ["Engagements", String(view.storage.engagements)],
          ]}
        />
      </Section>
      <ProtectionSection />
      <TrustSection protection={view.device.protection} />
      <Section title="Playbook" about="The guide as data: steps, tasks, regions and platforms.">
        <Facts
          rows={[
            ["Title", view.playbook.title],
            ["As of", view.playbook.asOf],
            ["Holds", `${countNoun(view.playbook.steps, "step")}, ${countNoun(view.playbook.tasks, "task")}`],
          ]}
        />
      </Section>
      <Section title="Versions" about="For a question to support.">
        <Facts
          rows={[
            ["Connect Fieldbook", view.versions.program],
            ["Node.js", view.versions.node],
            ["SQLite", view.versions.sqlite],
          ]}
        />
      </Section>
    </>
  );
}

function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      aria-label="Appearance"
      value={colorScheme}
      onChange={(value) => setColorScheme(value as typeof colorScheme)}
      data={[
        { value: "light", label: "Light" },
        { value: "dark", label: "Dark" },
        { value: "auto", label: "System" },
      ]}
    />
  );
}
