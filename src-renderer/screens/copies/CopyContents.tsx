import type { ReactNode } from "react";
import type { Examination } from "../../../src-main/contract/copies.ts";
import { DeviceTable } from "../../components/Devices.tsx";
import { type FactRow, Facts } from "../../components/Facts.tsx";
import tables from "../../components/table.module.css";
import { describeRelation, describeShare } from "../../words/copies.ts";
import { signOffWords } from "../../words/signoffs.ts";
import { countNoun } from "../../words/steps.ts";

/** What the copy holds and what it would do here: amounts, conflicts, sign-offs, authors. */
export function CopyContents({ copy }: { copy: Examination }) {
  return (
    <>
      <Facts rows={factsOf(copy)} />
      {copy.signOffs.length > 0 && (
        <Part title="Signatures that would change">
          <SignOffTable signOffs={copy.signOffs} />
        </Part>
      )}
      {copy.devices.length > 0 && (
        <Part title="Who wrote the copy">
          <DeviceTable devices={copy.devices} />
        </Part>
      )}
    </>
  );
}

function factsOf(copy: Examination): FactRow[] {
  const isUnited = copy.relation === "adds";
  const united: FactRow[] = [
    ["Changes", describeShare(copy.cellsChanged, copy.cellsHere)],
    ["New conflicts", copy.conflicts > 0 ? `${copy.conflicts}, to be decided afterwards` : "None"],
  ];
  const waiting: FactRow = [
    "Waiting",
    `${countNoun(copy.waiting, "entry rests", "entries rest")} on entries that neither side has; kept until those come`,
  ];
  return [
    ["What it brings", describeRelation(copy)],
    ...(isUnited ? united : []),
    ...(copy.waiting > 0 ? [waiting] : []),
  ];
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function SignOffTable({ signOffs }: Pick<Examination, "signOffs">) {
  return (
    <table className={tables.table}>
      <thead>
        <tr>
          <th>Step</th>
          <th>Now</th>
          <th>Afterwards</th>
        </tr>
      </thead>
      <tbody>
        {signOffs.map(({ step, title, before, after }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: one step may have several sign-offs, and the list does not move
          <tr key={`${step} ${index}`}>
            <td className={tables.value}>{title}</td>
            <td>{before === null ? "Not here" : signOffWords[before]}</td>
            <td>
              <strong>{signOffWords[after]}</strong>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
