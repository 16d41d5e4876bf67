import { useMutation } from "@tanstack/react-query";
import { type EngagementView, engagementChange } from "../../../src-main/contract/engagements.ts";
import { platformIds, platforms, type ServiceId, serviceIds, services } from "../../../src-main/contract/names.ts";
import { api } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { useNow } from "../../components/Moment.tsx";
import { Mono } from "../../components/Mono.tsx";
import { useSettings } from "../../queries.ts";
import { joinWords } from "../../words/steps.ts";
import { formatDay } from "../../words/time.ts";
import { EditableLine, EditableServices } from "./EditableLine.tsx";
import classes from "./overview.module.css";

type Change = Parameters<typeof engagementChange.safeParse>[0] & object;

const sentences: Record<string, string> = {
  customer: "Enter the customer’s name, at most 300 characters.",
  reference: "Enter a reference, at most 300 characters.",
  accountCode: "An account code has at most 40 characters.",
  services: "Choose at least one service.",
};

/** What identifies the engagement; each line is changed where it stands. */
export function EngagementDetails({ view }: { view: EngagementView }) {
  const { engagement, readOnly } = view;
  const now = useNow();
  const update = useMutation(api.engagements.update.mutationOptions());
  const save = (field: keyof EngagementView, value: string | ServiceId[]): string | null => {
    const change = engagementChange.safeParse({ [field]: value } as Change);
    if (!change.success) return sentences[field] ?? "This value is not accepted.";
    update.mutate({ engagement, change: change.data });
    return null;
  };
  const line = (field: keyof EngagementView, label: string, value: string | undefined) => ({
    label,
    value: value ?? "",
    isReadOnly: readOnly,
    onSave: (text: string) => save(field, text),
  });
  const regions = useSettings().data?.playbook.regions ?? [];
  const day = (value: string | undefined) => (value ? formatDay(value, now) : undefined);
  return (
    <section aria-labelledby="details">
      <h2 id="details">Details</h2>
      <FailureNotice error={update.error} title="The change was not saved." />
      <dl className={classes.details}>
        <EditableLine {...line("customer", "Customer", view.customer)} />
        <EditableLine {...line("reference", "Reference", view.reference)} />
        <EditableLine {...line("accountCode", "Account code", view.accountCode)} />
        <EditableLine
          {...line("region", "Region", view.region)}
          shown={view.regionTitle}
          options={regions.map(({ region, title }) => [region, title])}
        />
        <EditableLine
          {...line("platform", "Platform", view.platform)}
          shown={view.platformTitle}
          options={platformIds.map((id) => [id, platforms[id].title])}
        />
        <EditableServices
          value={view.services}
          all={serviceIds}
          words={services}
          shown={joinWords(view.services.map((service) => services[service]))}
          isReadOnly={readOnly}
          onSave={(services) => save("services", services)}
        />
        <EditableLine {...line("consultant", "Consultant", view.consultant)} />
        <EditableLine {...line("tpoc", "Technical contact", view.tpoc)} />
        <EditableLine
          {...line("plannedStart", "Planned start", view.plannedStart)}
          shown={day(view.plannedStart)}
          type="date"
        />
        <EditableLine
          {...line("plannedEnd", "Planned end", view.plannedEnd)}
          shown={day(view.plannedEnd)}
          type="date"
        />
        <div className={classes.detail}>
          <dt>File</dt>
          <dd>
            <Mono>{view.file}</Mono>
          </dd>
        </div>
      </dl>
    </section>
  );
}
