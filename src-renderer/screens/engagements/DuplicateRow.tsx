import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";
import type { EngagementListItem } from "../../../src-main/contract/engagements.ts";
import { api } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import classes from "./engagements.module.css";

/** Unfolds in the row's place: the name and reference of the new engagement that takes over the answers. */
export function DuplicateRow({ item, onClose }: { item: EngagementListItem; onClose: () => void }) {
  const [, navigate] = useLocation();
  const [customer, setCustomer] = useState(item.customer);
  const [reference, setReference] = useState("");
  const duplicate = useMutation(
    api.engagements.duplicate.mutationOptions({ onSuccess: ({ engagement }) => navigate(`/e/${engagement}`) }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    duplicate.mutate({ engagement: item.engagement, customer, reference });
  };
  const isReady = customer.trim() !== "" && reference.trim() !== "";
  return (
    <tr>
      <td colSpan={8}>
        <form
          className={classes.duplicate}
          onSubmit={submit}
          aria-label={`Duplicate ${item.customer}`}
          onKeyDown={(event) => event.key === "Escape" && onClose()}
        >
          <p>A new engagement with the same answers; tasks, evidence and signatures stay with this one.</p>
          <TextInput
            label="Customer"
            value={customer}
            onChange={(event) => setCustomer(event.currentTarget.value)}
            data-autofocus
          />
          <TextInput
            label="New reference"
            value={reference}
            onChange={(event) => setReference(event.currentTarget.value)}
            ref={(input) => input?.focus()}
          />
          <Button type="submit" disabled={!isReady} loading={duplicate.isPending}>
            Duplicate
          </Button>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        </form>
        <FailureNotice error={duplicate.error} title="The engagement was not duplicated." />
      </td>
    </tr>
  );
}
