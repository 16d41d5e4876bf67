import { zodResolver } from "@hookform/resolvers/zod";
import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { Controller, type UseFormReturn, useForm } from "react-hook-form";
import { useLocation } from "wouter";
import type * as z from "zod";
import { engagementDraft } from "../../../src-main/contract/engagements.ts";
import { accountCodeToRegion, platformIds, platforms, serviceIds, services } from "../../../src-main/contract/names.ts";
import { api } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { useSettings } from "../../queries.ts";
import classes from "./engagements.module.css";

type DraftInput = z.input<typeof engagementDraft>;
type DraftOutput = z.output<typeof engagementDraft>;
type DraftForm = UseFormReturn<DraftInput, unknown, DraftOutput>;

const sentences: Partial<Record<keyof DraftInput, string>> = {
  customer: "Enter the customer’s name, at most 300 characters.",
  reference: "Enter a reference, such as ENG-104.",
  services: "Choose at least one service.",
  platform: "Choose the mail platform.",
  accountCode: "An account code has at most 40 characters.",
  plannedStart: "Enter a day.",
  plannedEnd: "Enter a day.",
};

const emptyToUndefined = (value: string) => (value === "" ? undefined : value);

/** The few lines an engagement begins with; everything else is asked in the RFI. Unfolds above the list. */
export function NewEngagementPanel() {
  const [, navigate] = useLocation();
  const settings = useSettings();
  const form: DraftForm = useForm<DraftInput, unknown, DraftOutput>({
    resolver: zodResolver(engagementDraft),
    defaultValues: { services: ["email-security"], platform: "exchange-2019" },
  });
  const create = useMutation(
    api.engagements.create.mutationOptions({ onSuccess: ({ engagement }) => navigate(`/e/${engagement}`) }),
  );
  const consultant = settings.data?.person.name;
  useEffect(() => {
    if (consultant && !form.formState.dirtyFields.consultant)
      form.resetField("consultant", { defaultValue: consultant });
  }, [consultant, form]);
  return (
    <section className={classes.panel} aria-labelledby="new-engagement">
      <h2 id="new-engagement">New engagement</h2>
      <form noValidate onSubmit={form.handleSubmit((draft) => create.mutate(draft))}>
        <div className={classes.grid}>
          <IdentityFields form={form} />
          <ServiceFields form={form} />
          <PeopleAndDates form={form} />
        </div>
        <div className={classes.panelActions}>
          <Button type="submit" loading={create.isPending}>
            Create engagement
          </Button>
          <Button variant="default" onClick={() => navigate("/")}>
            Cancel
          </Button>
        </div>
      </form>
      <FailureNotice error={create.error} title="The engagement was not created." />
    </section>
  );
}

const errorOf = (form: DraftForm, field: keyof DraftInput) =>
  form.formState.errors[field] ? (sentences[field] ?? "Correct this value.") : undefined;

function IdentityFields({ form }: { form: DraftForm }) {
  const code = form.watch("accountCode") ?? "";
  const regions = useSettings().data?.playbook.regions ?? [];
  const derived = accountCodeToRegion(regions, code);
  const { setValue, formState } = form;
  const isChosen = formState.dirtyFields.region === true;
  useEffect(() => {
    if (derived && !isChosen) setValue("region", derived);
  }, [derived, isChosen, setValue]);
  return (
    <>
      <TextInput
        className={classes.wide ?? ""}
        label="Customer"
        withAsterisk
        autoFocus
        error={errorOf(form, "customer")}
        {...form.register("customer")}
      />
      <TextInput
        label="Reference"
        withAsterisk
        placeholder="ENG-104"
        error={errorOf(form, "reference")}
        {...form.register("reference")}
      />
      <TextInput
        label="Account code"
        description="Its first letters name the region"
        placeholder="CUK12A345"
        error={errorOf(form, "accountCode")}
        {...form.register("accountCode", { setValueAs: emptyToUndefined })}
      />
      <NativeSelect
        label="Region"
        description={derived && !isChosen ? "From the account code" : "Every host name depends on it"}
        error={errorOf(form, "region")}
        {...form.register("region", { setValueAs: emptyToUndefined })}
      >
        <option value="">From the account code</option>
        {regions.map(({ region, title }) => (
          <option key={region} value={region}>
            {title}
          </option>
        ))}
      </NativeSelect>
      <NativeSelect
        label="Mail platform"
        description="Decides which instructions appear"
        error={errorOf(form, "platform")}
        {...form.register("platform")}
      >
        {platformIds.map((platform) => (
          <option key={platform} value={platform}>
            {platforms[platform].title}
          </option>
        ))}
      </NativeSelect>
    </>
  );
}

function ServiceFields({ form }: { form: DraftForm }) {
  return (
    <Controller
      control={form.control}
      name="services"
      render={({ field }) => (
        <Checkbox.Group
          className={classes.full ?? ""}
          label="Services bought"
          description="Steps that none of them needs do not apply"
          withAsterisk
          error={errorOf(form, "services")}
          value={field.value}
          onChange={field.onChange}
        >
          <div className={classes.checks}>
            {serviceIds.map((service) => (
              <Checkbox key={service} value={service} label={services[service]} size="sm" />
            ))}
          </div>
        </Checkbox.Group>
      )}
    />
  );
}

function PeopleAndDates({ form }: { form: DraftForm }) {
  const optional = { setValueAs: emptyToUndefined };
  return (
    <>
      <TextInput label="Consultant" error={errorOf(form, "consultant")} {...form.register("consultant", optional)} />
      <TextInput
        label="Technical contact"
        description="Customer’s technical point of contact (TPOC)"
        error={errorOf(form, "tpoc")}
        {...form.register("tpoc", optional)}
      />
      <span />
      <TextInput
        type="date"
        label="Planned start"
        error={errorOf(form, "plannedStart")}
        {...form.register("plannedStart", optional)}
      />
      <TextInput
        type="date"
        label="Planned end"
        error={errorOf(form, "plannedEnd")}
        {...form.register("plannedEnd", optional)}
      />
    </>
  );
}
