import { IconTrash } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { RowGroup } from "../../../src-main/contract/rfi/field.ts";
import type { AnswerRow, RowGroupId } from "../../../src-main/contract/rfi/form.ts";
import type { RfiView } from "../../../src-main/contract/rfi.ts";
import { api } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { formatMoment } from "../../words/time.ts";
import { PasteList } from "./PasteList.tsx";
import { RowCell } from "./RowCell.tsx";
import classes from "./rfi.module.css";

interface RowTableProps {
  engagement: string;
  group: RowGroup;
  rfi: RfiView;
}

/** A repeating question as a compact table. The last line is empty: what is typed there becomes a row. */
export function RowTable({ engagement, group, rfi }: RowTableProps) {
  const id = group.id as RowGroupId;
  const rows = rfi.answers.rows[id] ?? [];
  const [isPasting, setPasting] = useState(false);
  const [blank, setBlank] = useState(0);
  const add = useMutation(api.rfi.addRows.mutationOptions({ onSuccess: () => setBlank((count) => count + 1) }));
  const change = useMutation(api.rfi.changeRow.mutationOptions());
  const remove = useMutation(api.rfi.removeRow.mutationOptions());
  const pasteColumn = group.columns.find((column) => column.id === group.pasteInto);
  return (
    <section className={classes.group} aria-label={group.label}>
      <div className={classes.groupHead}>
        <h3>{group.label}</h3>
        {pasteColumn && !rfi.readOnly && (
          <button
            type="button"
            className={classes.link}
            aria-expanded={isPasting}
            onClick={() => setPasting(!isPasting)}
          >
            Paste a list
          </button>
        )}
      </div>
      {group.help && <p className={classes.purpose}>{group.help}</p>}
      {isPasting && pasteColumn && (
        <PasteList
          column={pasteColumn}
          present={rows.flatMap((row) => row.values[pasteColumn.id] ?? [])}
          onAdd={(values) => {
            add.mutate({ engagement, group: id, rows: values.map((value) => ({ [pasteColumn.id]: value })) });
            setPasting(false);
          }}
          onClose={() => setPasting(false)}
        />
      )}
      <table className={classes.rows}>
        <thead>
          <tr>
            {group.columns.map(({ id: column, label }) => (
              <th key={column}>{label}</th>
            ))}
            <th>
              <span className="fb-visually-hidden">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={row.id} title={sourceOfRow(group, row, rfi)}>
              {group.columns.map((column) => (
                <td key={column.id}>
                  <RowCell
                    column={column}
                    label={`${column.label}, ${group.singular} ${index + 1}`}
                    saved={row.values[column.id]}
                    readOnly={rfi.readOnly}
                    onSave={(value) =>
                      change.mutate({ engagement, group: id, row: row.id, values: { [column.id]: value } })
                    }
                  />
                </td>
              ))}
              <td>
                {!rfi.readOnly && (
                  <button
                    type="button"
                    className={classes.remove}
                    aria-label={`Remove ${group.singular} ${index + 1}`}
                    onClick={() => remove.mutate({ engagement, group: id, row: row.id })}
                  >
                    <IconTrash size={15} aria-hidden="true" />
                  </button>
                )}
              </td>
            </tr>
          ))}
          {!rfi.readOnly && (
            <tr key={`blank ${blank}`}>
              {group.columns.map((column) => (
                <td key={column.id}>
                  <RowCell
                    column={column}
                    label={`${column.label}, new ${group.singular}`}
                    saved={undefined}
                    readOnly={false}
                    placeholder={column === group.columns[0] ? `Add a ${group.singular}` : ""}
                    onSave={(value) => add.mutate({ engagement, group: id, rows: [{ [column.id]: value }] })}
                  />
                </td>
              ))}
              <td />
            </tr>
          )}
        </tbody>
      </table>
      <FailureNotice error={add.error ?? change.error ?? remove.error} title="The row was not changed." />
    </section>
  );
}

function sourceOfRow(group: RowGroup, row: AnswerRow, { sources }: RfiView): string {
  const known = group.columns.flatMap((column) => sources[`${group.id}/${row.id}/${column.id}`] ?? []);
  const latest = known.sort((one, other) => other.at.localeCompare(one.at))[0];
  return latest ? `Saved by ${latest.author}, ${formatMoment(latest.at, new Date())}` : "";
}
