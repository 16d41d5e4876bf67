import type { ServerState } from "../../src-main/contract/observations.ts";
import { serverKindWords } from "../words/observations.ts";
import { Breakable } from "./Breakable.tsx";
import { SeenValue } from "./DifferenceTable.tsx";
import { Moment } from "./Moment.tsx";
import classes from "./observations.module.css";
import tables from "./table.module.css";
import { Verdict } from "./Verdict.tsx";

/** Which server gives what, and since when it has been seen to. */
export function Propagation({ servers }: { servers: readonly ServerState[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
    <section className={classes.servers} aria-label="Servers and what they give" tabIndex={0}>
      <table className={tables.table}>
        <thead>
          <tr>
            <th>State</th>
            <th>Server</th>
            <th>Gives</th>
            <th data-number="true">TTL</th>
            <th>Since</th>
          </tr>
        </thead>
        <tbody>
          {servers.map((server) => (
            <ServerRow key={`${server.domain} ${server.kind} ${server.server}`} server={server} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ServerRow({ server }: { server: ServerState }) {
  return (
    <tr>
      <td>
        <ServerMark server={server} />
      </td>
      <td>
        <span className={`${classes.mono} ${tables.value}`}>
          <Breakable>{server.server}</Breakable>
        </span>
        <span className={classes.what}>
          {serverKindWords[server.kind]}, {server.domain}
        </span>
      </td>
      <td>
        <SeenValue value={server.answers} />
      </td>
      <td data-number="true">{server.ttl === null ? "" : `${server.ttl} s`}</td>
      <td>
        <Moment at={server.sinceWhen} />
      </td>
    </tr>
  );
}

function ServerMark({ server: { answers, isNew } }: { server: ServerState }) {
  if (answers === null) return <Verdict verdict="not-measurable" label="No answer" />;
  return isNew ? <Verdict verdict="pass" label="New" /> : <Verdict verdict="not-run" label="Old" />;
}
