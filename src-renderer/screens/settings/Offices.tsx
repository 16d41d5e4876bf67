import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { sha256 } from "../../../src-main/contract/names.ts";
import type { TrustView } from "../../../src-main/contract/trust.ts";
import { api } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Mono } from "../../components/Mono.tsx";
import { PlainButton } from "../../components/PlainButton.tsx";
import tables from "../../components/table.module.css";
import text from "../../components/text.module.css";
import { cleanKey, groupKey } from "../../words/trust.ts";
import classes from "./settings.module.css";

/** Whose certificates are believed: office keys, added by a person who has compared them by another way. */
export function Offices({ offices }: Pick<TrustView, "offices">) {
  const queries = useQueryClient();
  const show = (view: TrustView) => queries.setQueryData(api.trust.view.queryKey({ input: {} }), view);
  const remove = useMutation(api.trust.removeOffice.mutationOptions({ onSuccess: show }));
  return (
    <section aria-labelledby="offices">
      <h3 id="offices">Offices whose certificates are believed</h3>
      {offices.length === 0 && (
        <p className={text.soft}>None yet. Without one, every author is shown as unverified; nothing else changes.</p>
      )}
      {offices.length > 0 && (
        <table className={tables.table} data-align="middle">
          <thead>
            <tr>
              <th>Office</th>
              <th>Key</th>
              <th>
                <span className="fb-visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {offices.map(({ key, name }) => (
              <tr key={key}>
                <td className={tables.value}>{name}</td>
                <td>
                  <Mono>{groupKey(key)}</Mono>
                </td>
                <td className={tables.rowActions}>
                  <PlainButton aria-label={`Remove ${name}`} onClick={() => remove.mutate({ key })}>
                    Remove
                  </PlainButton>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <FailureNotice error={remove.error} title="The office was not removed." onDismiss={remove.reset} />
      <AddOffice onAdded={show} />
    </section>
  );
}

function AddOffice({ onAdded }: { onAdded: (view: TrustView) => void }) {
  const [draft, setDraft] = useState({ name: "", key: "" });
  const [isTried, setTried] = useState(false);
  const add = useMutation(
    api.trust.addOffice.mutationOptions({
      onSuccess: (view) => {
        onAdded(view);
        setDraft({ name: "", key: "" });
        setTried(false);
      },
    }),
  );
  const key = cleanKey(draft.key);
  const name = draft.name.trim();
  const isKey = sha256.safeParse(key).success;
  const change = (part: Partial<typeof draft>) => setDraft({ ...draft, ...part });
  return (
    <form
      className={classes.addOffice}
      aria-label="Add an office"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (isKey && name !== "") add.mutate({ key, name });
      }}
    >
      <TextInput
        label="Office"
        value={draft.name}
        error={isTried && name === "" ? "Enter the office’s name." : null}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <TextInput
        label="Key"
        description="64 characters; compare them with the office by another way, such as the telephone"
        spellCheck={false}
        classNames={{ input: classes.pem ?? "" }}
        value={draft.key}
        error={isTried && !isKey ? "A key has 64 characters from 0 to 9 and a to f." : null}
        onChange={(event) => change({ key: event.currentTarget.value })}
      />
      <Button type="submit" variant="default" loading={add.isPending}>
        Add office
      </Button>
      <FailureNotice error={add.error} title="The office was not added." />
    </form>
  );
}
