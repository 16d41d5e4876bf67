import type { HistoryEntry } from "../../../src-main/contract/history.ts";
import type { Standing } from "../../../src-main/contract/trust.ts";
import { StandingMark } from "../../components/Devices.tsx";
import { Moment } from "../../components/Moment.tsx";
import { Mono } from "../../components/Mono.tsx";
import text from "../../components/text.module.css";
import { shortDevice } from "../../words/trust.ts";
import classes from "./history.module.css";

type Change = HistoryEntry["changes"][number];

/** One entry of the journal: a sentence, and what was there before and after on demand. */
export function HistoryRow({ entry, standing }: { entry: HistoryEntry; standing: Standing | undefined }) {
  const { at, author, device, text, changes, position } = entry;
  return (
    <li className={classes.entry}>
      <span className={classes.when}>
        <Moment at={at} />
      </span>
      <div className={classes.what}>
        <details>
          <summary>{text}</summary>
          <ul className={classes.changes}>
            {changes.map((change, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the changes of one entry keep their order
              <li key={index}>
                <ChangeLine change={change} />
              </li>
            ))}
          </ul>
          <p className={classes.proof}>
            Entry {position}, device <Mono>{shortDevice(device)}</Mono>, hash <Mono>{entry.entry.slice(0, 16)}</Mono>
          </p>
        </details>
      </div>
      <span className={classes.who}>
        {author}
        {standing && (
          <span className={classes.standing}>
            <StandingMark standing={standing} />
          </span>
        )}
      </span>
    </li>
  );
}

function ChangeLine({ change: { subject, before, after } }: { change: Change }) {
  return (
    <>
      <span className={classes.subject}>{subject}</span> {before !== null && before !== "" && <del>{before}</del>}
      {after !== null && after !== "" && <ins>{after}</ins>}
      {before !== null && (after === null || after === "") && <span className={text.soft}>cleared</span>}
    </>
  );
}
