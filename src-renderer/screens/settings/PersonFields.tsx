import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type Person, person as personSchema } from "../../../src-main/contract/settings.ts";
import { api } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { useSavedField } from "../../components/useSavedField.ts";
import classes from "./settings.module.css";

const labels: Record<keyof Person, string> = {
  name: "Name",
  email: "E-mail",
  organisation: "Organisation",
  role: "Role",
};

export function PersonFields({ person }: { person: Person }) {
  const update = useMutation(api.settings.update.mutationOptions());
  const save = (field: keyof Person) => (text: string) => {
    const changed = personSchema.safeParse({ ...person, [field]: text });
    if (!changed.success) return field === "email" ? "Enter an address such as name@example.com." : "This is too long.";
    update.mutate({ person: changed.data });
    return null;
  };
  return (
    <div className={classes.fields}>
      {(["name", "role", "organisation", "email"] as const).map((field) => (
        <PersonField key={field} label={labels[field]} saved={person[field]} save={save(field)} />
      ))}
      <FailureNotice error={update.error} title="The change was not saved." />
    </div>
  );
}

function PersonField({ label, saved, save }: { label: string; saved: string; save: (text: string) => string | null }) {
  return <TextInput label={label} {...useSavedField(saved, save)} />;
}
